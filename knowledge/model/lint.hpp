// The rules that a knowledge base must keep beyond its files' form: each fault with its place and what to do.
#pragma once

#include <cstddef>
#include <vector>

#include "knowledge/model/loader.hpp"
#include "knowledge/model/snapshot.hpp"

namespace stillholds {

struct lint_rules {
  day today;
  std::size_t smallest_reply{300};  // code points of the smallest enabled platform
};

// Rules that need no index: dates, order, sources, duplicates, overdue reviews, thin evidence, quotes in the text.
[[nodiscard]] std::vector<fault> lint(const std::vector<article>& articles, const lint_rules& rules);

// Rules that need the whole: every golden question finds what it must; the shortest form of every answer fits.
[[nodiscard]] std::vector<fault> lint_answers(const snapshot& whole, const lint_rules& rules);

}  // namespace stillholds
