// What becomes of a reply by what is known of its call: the two decisions that keep it from being posted twice. Pure.
#pragma once

#include "bot/store/store.hpp"
#include "handlers/port/platform.hpp"

namespace stillholds {

// How an unknown outcome of a call can be lived with.
struct call_manners {
  bool repeat_is_harmless{false};
  bool can_look{false};
};

// The row's state after a call that was judged so. An unknown outcome stays open where a repeat does no harm or the
// thread can be looked at; else it is held for a person.
[[nodiscard]] outbox_state state_after(judgement_kind judged, call_manners of) noexcept;

// What must come before the next call: nothing, a look into the thread, or a person.
enum class next_step { send, look, hold };
[[nodiscard]] next_step step_before(outbox_state state, bool looks_first, call_manners of) noexcept;

}  // namespace stillholds
