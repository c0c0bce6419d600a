// Cleaned text as tokens: folded for comparison, with the writer's spelling kept beside it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stillholds {

enum class token_kind {
  word,    // letters, or letters and digits: "compute", "h200", "usa" for "U.S.A."
  number,  // digits or Chinese numerals; `value` holds them, `suffix` letters written onto them ("80b", "10th")
  han,     // a run of Han characters without numbers
  unit,    // what a Chinese number counts in: 亿, 万, 美元, 成, 分之, 年, 月, 日
  symbol   // one of % $ € £ ¥ / and the ends of sentences . ! ? ;
};

struct token {
  token_kind kind{token_kind::word};
  std::string text{};     // folded
  std::string surface{};  // as it was written
  std::size_t begin{0};   // the byte of the text at which `surface` stands
  std::string suffix{};   // numbers only, folded
  double value{0};        // numbers only
  bool named{false};  // written as a name: a capital that a sentence's start does not explain, or letters with digits
  bool cased{false};  // whether it has a capital says something: not at a sentence's start, nor in a headline
  bool upper{false};  // capitals only, two at least
  bool glued{false};  // nothing stands between it and the token before
};

// The tokens of cleaned text in reading order. Total; broken UTF-8 is skipped.
[[nodiscard]] std::vector<token> tokenise(std::string_view cleaned);

}  // namespace stillholds
