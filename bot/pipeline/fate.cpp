#include "bot/pipeline/fate.hpp"

namespace stillholds {

outbox_state state_after(judgement_kind judged, call_manners of) noexcept {
  switch (judged) {
    case judgement_kind::delivered: return outbox_state::delivered;
    case judgement_kind::refused: return outbox_state::refused;
    case judgement_kind::retry: return outbox_state::queued;
    case judgement_kind::unknown: break;
  }
  // In doubt even where a repeat does no harm today: the platform may remember us for an hour only.
  return of.repeat_is_harmless || of.can_look ? outbox_state::unknown : outbox_state::held;
}

next_step step_before(outbox_state state, bool looks_first, call_manners of) noexcept {
  const bool in_doubt = state == outbox_state::unknown && !of.repeat_is_harmless;
  if (in_doubt && !of.can_look) return next_step::hold;
  return of.can_look && (in_doubt || looks_first) ? next_step::look : next_step::send;
}

}  // namespace stillholds
