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

std::string_view name_of(command_kind kind) noexcept {
  switch (kind) {
    case command_kind::help: return "help";
    case command_kind::list: return "list";
    case command_kind::show_claim: return "show claim";
    case command_kind::changes_since: return "changes since";
    case command_kind::follow: return "follow";
    case command_kind::unfollow: return "unfollow";
    case command_kind::forget_me: return "forget me";
    case command_kind::this_is_wrong: return "this is wrong";
    case command_kind::other: return "other";
    case command_kind::pick: return "pick";
    case command_kind::about_last: break;
  }
  return "about the last one";
}

}  // namespace stillholds
