// Text as terms: what a question and a claim are compared by. The same analysis serves both sides.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/terms/tokens.hpp"

namespace stillholds {

enum class term_kind { word, han, year, plain_number, percent, money };

struct term {
  std::string key{};      // "comput", "@usa", "90%", "usd:80e9", "算力": equal keys meet
  std::string surface{};  // as it was written
  std::string word{};     // folded, before it was stemmed; words only
  term_kind kind{term_kind::word};
  bool named{false};     // written as a name
  bool cased{false};     // whether it is written as a name says something
  bool place{false};     // a country or a part of the world
  double background{0};  // share of ordinary short texts that hold it
};

// Stop words left out, spellings united, words stemmed (English), Han runs as words and as character pairs,
// numbers in their common form. In reading order; a term may occur several times.
[[nodiscard]] std::vector<term> terms_of(std::span<const token> tokens);

// The same from raw text: clean, tokenise, terms.
[[nodiscard]] std::vector<term> terms_of(std::string_view text);

// The English stem of one folded word, British and American spellings united: "centres" and "center" are equal.
[[nodiscard]] std::string stem(std::string_view folded_word);

}  // namespace stillholds
