// Finds the known word that a misspelt one was probably meant to be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stillholds {

// Insertions, deletions, replacements and swaps of neighbours between two words; stops counting above `most`.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most);

// Known words under every form they take when one or two letters are left out of their beginning: a misspelt word meets
// the right one there, however many words are known (the symmetric deletes of W. Garbe's SymSpell). ASCII letters only.
class speller {
 public:
  struct word {
    std::string spelling;  // folded
    std::uint32_t id{0};
    std::uint32_t common{0};  // in how many claims it stands; of equally near words the most common is taken
  };

  speller() = default;
  // Words too short or of other letters are left out. The memory is about 100 bytes a word.
  explicit speller(std::vector<word> words);

  // The nearest known word; nullptr where none is near: one edit from a word of five letters on, two from eight letters
  // on; of equally near ones that with the same first letter, then the most common. Nothing for shorter words: too many
  // are near them.
  [[nodiscard]] const word* nearest(std::string_view misspelt) const;

 private:
  struct entry {
    std::uint32_t form;  // a hash
    std::uint32_t word;
  };
  std::vector<word> words_;
  std::vector<entry> entries_;  // by form
};

}  // namespace stillholds
