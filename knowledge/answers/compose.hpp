// From what was matched to the neutral reply document. Pure; every sentence comes from a claim file or the wording file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "knowledge/answers/answer.hpp"
#include "knowledge/answers/wording.hpp"
#include "knowledge/matching/outcome.hpp"
#include "knowledge/model/snapshot.hpp"

namespace stillholds {

// What this conversation has seen before, as far as it matters to the answer.
struct thread_memory {
  std::string last_claim;                       // the claim last shown here; empty: none
  std::vector<std::string> last_suggested;      // what was last offered, in order; empty: nothing open
  std::vector<std::string> last_candidates;     // runner-ups of the last claim answer, for "other"
  std::optional<day> shown_before_on;           // this outcome's claim was already shown in this thread on that day …
  bool shown_before_is_current{false};          // … with the revision that is in force today
};

struct compose_request {
  const stillholds::snapshot& snapshot;
  const stillholds::outcome& outcome;
  const stillholds::wording& wording;
  const thread_memory& memory;
  std::string_view public_url;   // "https://bot.example", no slash at the end
  std::string_view article_id;   // the space's article for article-level answers; empty: the first one
  day today;
};

// The answer to the outcome. Total: an outcome that names an unknown claim becomes "not covered".
[[nodiscard]] answer compose(const compose_request& request);

// One claim as of a day, without any conversation: for pages, diff and lint. `as_of` empty: today's verdict.
[[nodiscard]] answer compose_claim(const article& of, const claim& what, const wording& words, std::string_view language,
                                   std::string_view public_url, day today, std::optional<partial_date> as_of = std::nullopt);

// The article answer on a topic ("update", "what changed", …). `since` limits changes to verdicts from that date on.
[[nodiscard]] answer compose_article(const article& of, article_topic topic, const wording& words, std::string_view language,
                                     std::string_view public_url, day today,
                                     std::optional<partial_date> since = std::nullopt,
                                     std::optional<partial_date> as_of = std::nullopt);

// One polite line: "over the cap", "paused", "blocked"… `key` names the wording.
[[nodiscard]] answer compose_notice(const wording& words, std::string_view language, std::string_view key);

}  // namespace stillholds
