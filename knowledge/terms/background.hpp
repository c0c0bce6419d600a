// How often words turn up in ordinary short texts, whatever these are about: by this a small collection tells words
// that say something from words that do not, and a rare word from a misspelt one. English by WordNet's definitions and
// examples, Chinese by jieba's dictionary, and the words of talk by hand: see knowledge/background.
#pragma once

#include <string_view>
#include <vector>

namespace stillholds {

// The share of a word that is not listed.
inline constexpr double rare_share = 0.0002;

// The share of short texts that hold this folded word: .02 for "make". At least rare_share.
[[nodiscard]] double background_share(std::string_view word) noexcept;

struct common_word {
  std::string_view word;
  double share{0};
};
// The listed English words that at least this share of short texts hold, in no order.
[[nodiscard]] std::vector<common_word> common_words(double share_least);

// Is it a word that people use, and so hardly a misspelling of another?
[[nodiscard]] bool is_ordinary_word(std::string_view word) noexcept;

}  // namespace stillholds
