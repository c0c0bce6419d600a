#include "handlers/slack_errors.hpp"

#include "handlers/port/verdicts.hpp"

namespace stillholds {
namespace {

// What the errors of the Web API mean. Any other was understood and turned down as well, but has no name in metrics.
constexpr std::string_view errors_to_retry =
    "ratelimited rate_limited service_unavailable request_timeout team_added_to_org";
// These may have posted the message before they failed.
constexpr std::string_view errors_in_doubt =
    "internal_error fatal_error duplicate_message_not_found duplicate_channel_not_found";
constexpr std::string_view errors_for_good =
    "channel_not_found not_in_channel is_archived msg_too_long msg_blocks_too_long no_text not_authed invalid_auth "
    "account_inactive token_revoked token_expired missing_scope not_allowed_token_type restricted_action "
    "cannot_reply_to_message invalid_blocks metadata_must_be_sent_from_app used_url expired_url";

bool is_one_of(std::string_view list, std::string_view word) {
  const auto at = list.find(word);
  const auto end = at + word.size();
  return !word.empty() && at != std::string_view::npos && word.find(' ') == std::string_view::npos &&
         (at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ');
}

}  // namespace

judgement judge_slack_error(std::string_view word, std::optional<std::chrono::seconds> pause) {
  if (is_one_of(errors_to_retry, word)) return retry_later(word, pause);
  if (is_one_of(errors_in_doubt, word)) return outcome_unknown(word);
  return refused(is_one_of(errors_for_good, word) ? word : "api_error");
}

result<sighting> see_slack_error(std::string_view word) {
  if (word == "thread_not_found") return sighting{.question_stands = false, .reply_id = std::nullopt};
  const auto means = judge_slack_error(word, std::nullopt);
  if (means.kind == judgement_kind::refused) return fail(errc::refused, means.reason);
  return fail(errc::busy, means.reason);
}

}  // namespace stillholds
