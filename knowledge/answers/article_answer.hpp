// The answer about an article as a whole: how many claims have which status, and what changed, the most important
// first.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/answers/answer.hpp"
#include "knowledge/answers/wording.hpp"
#include "knowledge/matching/outcome.hpp"
#include "knowledge/model/article.hpp"

namespace stillholds {

// The article answer on a topic ("update", "what changed", …). `since` limits changes to statuses that began after that
// date (after its first day where it is a month or a year). `as_of` before today: the counts and changes of that day.
[[nodiscard]] answer compose_article(const article& of, article_topic topic, const wording& words,
                                     std::string_view language, std::string_view public_url, day today,
                                     std::optional<partial_date> since = std::nullopt,
                                     std::optional<partial_date> as_of = std::nullopt);

// The claims of one of its sections in their order, with their standing.
[[nodiscard]] answer compose_section(const article& of, std::string_view section_id, const wording& words,
                                     std::string_view language, std::string_view public_url, day today,
                                     std::optional<partial_date> as_of = std::nullopt);

inline constexpr std::array all_statuses{status::holds,      status::partly_holds, status::outdated,
                                         status::overturned, status::unsupported,  status::unresolved};

struct status_counts {
  std::array<std::size_t, all_statuses.size()> by_status{};  // in the order of all_statuses
  std::size_t unjudged{0};                                   // no verdict in force yet
  std::size_t claims{0};
};
[[nodiscard]] status_counts count_statuses(const article& of, day on);

// "7 hold, 11 partly hold and 1 is unresolved"; statuses without claims are left out.
[[nodiscard]] std::string say_counts(const status_counts& counts, const wording& words, std::string_view language);

// A claim with the verdict by which it came to the status it has on a day.
struct standing {
  const stillholds::claim* claim{nullptr};
  const verdict* since{nullptr};
  bool changed{false};  // it came to this status after the article was written
};
// Nothing when the claim has no verdict on that day.
[[nodiscard]] std::optional<standing> standing_on(const article& of, const claim& what, day on);

// What a reader or an editor should know first: overturned, then outdated, unsupported and partly holding claims;
// within a status the newest change first.
[[nodiscard]] std::vector<standing> most_important(const article& of, day on);

// The claims whose status on day `on` is another than it was on `since`; ordered as above, all statuses.
[[nodiscard]] std::vector<standing> changed_since(const article& of, const partial_date& since, day on);

// "overturned since Oct 2026", or the status alone where the claim had it from the start.
[[nodiscard]] std::string standing_label(const standing& of, const wording& words, std::string_view language);

// "\"The Gap …\" (Shenzhen AI Industry Association, Jan 2025)".
[[nodiscard]] std::string article_name(const article& of, const wording& words, std::string_view language);

}  // namespace stillholds
