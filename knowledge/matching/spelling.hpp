// Finds the known word that a misspelt one was probably meant to be.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace stillholds {

// Insertions, deletions, replacements and swaps of neighbours between two words; stops counting above `most`.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most);

// Known words by beginning and length, so that only a few have to be compared. Words of ASCII letters only.
class speller {
 public:
  // `common`: in how many claims the word stands; between equally near words the more common one is taken.
  void add(std::string_view word, std::uint32_t id, std::uint32_t common);

  // The id of the nearest known word: one edit from a word of six letters or more, two from nine letters on, and with
  // the same first letter. Nothing for shorter words: too many of them are near to another.
  [[nodiscard]] std::optional<std::uint32_t> nearest(std::string_view word) const;

 private:
  struct known {
    std::string word;
    std::uint32_t id;
    std::uint32_t common;
  };
  std::unordered_map<std::uint32_t, std::vector<known>> by_start_and_length_;
};

}  // namespace stillholds
