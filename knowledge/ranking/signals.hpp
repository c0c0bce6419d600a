// What speaks for a claim being the one that a question is about, as numbers between 0 and 1, one from -1 on.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "knowledge/ranking/collection.hpp"

namespace stillholds {

// A new signal is one name here and in name_of, one line in measurer::run and one row in knowledge/coefficients.txt.
enum class signal : std::size_t {
  whole,             // BM25 with the claim's whole text, as a share of the question's best possible score
  phrasing,          // the same with its best single phrasing, where that is better
  question_covered,  // share of the question's idf that the claim holds
  claim_covered,     // share of a phrasing's idf that the question holds; the best phrasing
  alike,             // twice the shared idf over the idf of both; the best phrasing
  names_missed,      // share of the question's names that the claim does not hold; 0 without names
  numbers_missed,    // the same of its numbers
  figure_missed,     // 1: the question asks for a figure, and no wording of the claim holds or asks for one
  pairs,             // share of the question's neighbouring words that stand side by side in a phrasing
  rarest,            // the rarest word shared, as a share of the most that a word can weigh
  shared_mass,       // how much is shared at all: 1 - exp(-shared idf / 1.2 times that of a rare word)
  shared_words,      // the same without names: that a question names somebody does not make it about the claim
  letters,           // cosine of the runs of four letters
  meaning,           // cosine of the sentence vectors, the best phrasing; 0 without an encoder
  meaning_behind,    // how far that lies behind the nearest claim's; 0 without an encoder
  read_together,     // -1 to 1: what reading question and nearest wording as one text says; of the first candidate only
                     // (read_first)
  count_             // how many there are
};
inline constexpr std::size_t signal_count = static_cast<std::size_t>(signal::count_);

[[nodiscard]] std::string_view name_of(signal value) noexcept;

struct signals {
  std::array<double, signal_count> values{};

  [[nodiscard]] double operator[](signal which) const { return values[static_cast<std::size_t>(which)]; }
  double& operator[](signal which) { return values[static_cast<std::size_t>(which)]; }
};

// All signals between the question and the document of a hit, but for `meaning_behind`, which needs the others, and
// `read_together`, which takes too long for all of them (read_first in ranker.hpp).
[[nodiscard]] signals measure(const collection& in, const asked_question& question, const hit& found);

}  // namespace stillholds
