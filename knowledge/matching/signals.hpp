// What speaks for a claim being the one that a question is about, as numbers between 0 and 1, and how they are weighed.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "knowledge/matching/index.hpp"

namespace stillholds {

// A new signal is one name here, one line in measurer::run and one row in the table of signals.cpp.
enum class signal : std::size_t {
  whole,             // BM25 with the claim's whole text, as a share of the question's best possible score
  phrasing,          // the same with its best single phrasing, where that is better
  question_covered,  // share of the question's idf that the claim holds
  claim_covered,     // share of a phrasing's idf that the question holds; the best phrasing
  alike,             // twice the shared idf over the idf of both; the best phrasing
  names_missed,      // share of the question's names that the claim does not hold; 0 without names
  shared_mass,       // how much is shared at all: 1 - exp(-shared idf / 1.2 times that of a rare word)
  count_             // how many there are
};
inline constexpr std::size_t signal_count = static_cast<std::size_t>(signal::count_);

[[nodiscard]] std::string_view name_of(signal value) noexcept;

struct signals {
  std::array<double, signal_count> values{};

  [[nodiscard]] double operator[](signal which) const { return values[static_cast<std::size_t>(which)]; }
  double& operator[](signal which) { return values[static_cast<std::size_t>(which)]; }
};

// All signals between the question and the document of a hit.
[[nodiscard]] signals measure(const claim_index& in, const asked& question, const hit& found);

// What ranks the candidates: the signals' weighted sum.
[[nodiscard]] double score_of(const signals& of) noexcept;

// How sure we are that a candidate is meant, 0..1: from its signals, and from its score's lead over the best other
// one (negative when the other is better).
[[nodiscard]] double confidence_of(const signals& of, double score, double lead) noexcept;

}  // namespace stillholds
