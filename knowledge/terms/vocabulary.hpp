// Words of the general language: which to leave out, and which are spellings of one another.
// What is peculiar to an article belongs into its claim files (also_asked_as), never here.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stillholds {

// Left out of every text: "the", "does", "lol". The word is folded and without apostrophes ("didnt").
[[nodiscard]] bool is_stop_word(std::string_view word) noexcept;
// All of them, parted by blanks.
[[nodiscard]] std::string_view all_stop_words() noexcept;

// The same for a Chinese word or particle: 的, 吗, 现在.
[[nodiscard]] bool is_han_stop_word(std::string_view word) noexcept;

// Several spellings of one thing. The tokens of a spelling are folded words; `key` replaces them: words, names of
// places
// ("@usa") or the name of somebody or something, with a capital.
struct alias {
  std::vector<std::string_view> words;
  std::string_view key;
};
// All aliases that begin with this word, longest first.
[[nodiscard]] std::span<const alias> aliases_of(std::string_view first_word) noexcept;

// The longest alias in Han characters that the text begins with; nullptr when it begins with none.
[[nodiscard]] const alias* han_alias_at(std::string_view text) noexcept;

// Words before which a small "us" is the pronoun: "tell us", "all of us".
[[nodiscard]] bool takes_pronoun(std::string_view word) noexcept;

}  // namespace stillholds
