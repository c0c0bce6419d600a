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
    double share{0};       // of the texts that hold it; of equally near words the most common is taken
  };
  // What a misspelt word may have been meant to be.
  struct guess {
    const word* meant{nullptr};  // nullptr: nothing is near
    std::size_t edits{0};
    bool other_letters{false};    // not merely the same letters in another order, which is how fingers slip most
    bool other_beginning{false};  // the first letter is another, which is seldom
  };
  [[nodiscard]] static bool is_likelier(const guess& a, const guess& b);

  speller() = default;
  // Words too short or of other letters are left out. The memory is about 100 bytes a word.
  explicit speller(std::vector<word> words);

  // The likeliest known word: one edit from a word of five letters on, two from seven letters on. Of four letters only
  // what lacks a letter or has two swapped: too many words are near it otherwise. Nothing for shorter words.
  [[nodiscard]] guess nearest(std::string_view misspelt) const;

 private:
  struct entry {
    std::uint32_t form;  // a hash
    std::uint32_t word;
  };
  std::vector<word> words_;
  std::vector<entry> entries_;  // by form
};

}  // namespace stillholds
