// From what was matched to the neutral reply document. Pure; every sentence comes from a claim file or the wording
// file.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/answers/answer.hpp"
#include "knowledge/answers/article_answer.hpp"
#include "knowledge/answers/claim_answer.hpp"
#include "knowledge/answers/wording.hpp"
#include "knowledge/matching/outcome.hpp"
#include "knowledge/snapshot/snapshot.hpp"

namespace stillholds {

// What this conversation has seen before, as far as it matters to the answer.
struct thread_memory {
  std::string last_claim;                    // the claim last shown here; empty: none
  std::vector<std::string> last_suggested;   // what was last offered, in order; empty: nothing open
  std::vector<std::string> last_candidates;  // runner-ups of the last claim answer, for "other"
  std::optional<day> shown_before_on;        // this outcome's claim was already shown in this thread on that day …
  bool shown_before_is_current{false};       // … with the revision that is in force today
};

struct compose_request {
  const stillholds::snapshot& snapshot;
  const stillholds::outcome& outcome;
  const stillholds::wording& wording;
  const thread_memory& memory;
  std::string_view public_url;  // "https://bot.example", no slash at the end
  std::string_view article_id;  // the space's article for article-level answers; empty: the first one
  day today;
  std::span<const std::string> within{};  // the articles that may be spoken of here; empty: all
  bool can_follow{true};                  // a change can be told here later, without being asked
};

// The answer to the outcome. Total: an outcome that names an unknown claim becomes "not covered".
[[nodiscard]] answer compose(const compose_request& request);

// The one line for a thread that follows the claim: its status is another one now.
[[nodiscard]] answer compose_follow_up(const article& of, const claim& what, const wording& words,
                                       std::string_view language, std::string_view public_url, day today);

// One polite line: "cap_person", "cap_thread", "cap_space", "paused". `key` names the wording below "notice".
[[nodiscard]] answer compose_notice(const wording& words, std::string_view language, std::string_view key);

}  // namespace stillholds
