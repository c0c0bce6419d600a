#include "knowledge/matching/outcome.hpp"

namespace stillholds {

std::string_view name_of(outcome_kind kind) noexcept {
  switch (kind) {
    case outcome_kind::claim: return "claim";
    case outcome_kind::suggest: return "suggest";
    case outcome_kind::article: return "article";
    case outcome_kind::command: return "command";
    case outcome_kind::none: break;
  }
  return "none";
}

}  // namespace stillholds
