// The date a reader asks about: "as of 2025-06", "in June 2025", "last year", 2025年6月时.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "knowledge/calendar.hpp"
#include "knowledge/terms/tokens.hpp"

namespace stillholds {

enum class date_role {
  as_of,  // "as of …", "截至…", "…时": the reader asks about that time
  since,  // "since …", "after …", "…以来"
  at      // "in …", "by …", or bare: asked about, or part of what is claimed
};

struct date_mention {
  partial_date date;
  date_role role{date_role::at};
  bool adverbial{false};  // it stands as a time of its own: "in June 2025", "back in 2024", "last year"
  std::size_t begin{0};   // its tokens, the preposition included
  std::size_t end{0};
};

// The first date that the tokens name. Words such as "last year" and a month without a year count back from `today`;
// a date may lie in the future, the caller decides what that means.
[[nodiscard]] std::optional<date_mention> find_date(std::span<const token> tokens, day today);

[[nodiscard]] std::vector<token> without(std::span<const token> tokens, const date_mention& date);

// Whether the question is about how things stood: "did", "was", "hold", 成立.
[[nodiscard]] bool asks_how_it_stood(std::span<const token> tokens);

}  // namespace stillholds
