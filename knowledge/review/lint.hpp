// The rules that a knowledge base must keep beyond its files' form: each fault with its place and what to do.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "knowledge/model/loader.hpp"
#include "knowledge/snapshot/snapshot.hpp"

namespace stillholds {

struct lint_rules {
  day today;
  std::size_t smallest_reply{300};                           // code points of the smallest enabled platform
  std::string public_url{"https://stillholds.example.org"};  // what permalinks begin with: its length counts
};

// Rules that need no index: dates, order, sources, duplicates, overdue reviews, thin evidence, quotes in the text. A
// date is in the future from the day after tomorrow on: east of Greenwich people live in tomorrow already. By place.
[[nodiscard]] std::vector<fault> lint(const std::vector<article>& articles, const lint_rules& rules);

// Rules that need the whole: every golden question finds what it must; the shortest form of every answer fits in every
// language we speak. By place.
[[nodiscard]] std::vector<fault> lint_answers(const snapshot& whole, const lint_rules& rules);

}  // namespace stillholds
