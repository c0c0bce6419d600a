// How the signals are weighed, and when to answer: one set of figures for matching with sentence vectors and one
// without. Read from knowledge/coefficients.txt, which tests/bench/fit writes.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "knowledge/error.hpp"
#include "knowledge/ranking/signals.hpp"

namespace stillholds {

// When to answer, in one place. An answer needs confidence and a lead over the second. Without them the best few are
// offered, if the question is at least about something like them; otherwise nothing is said.
struct decision_limits {
  double answer_floor{0};  // confidence of the best
  // The same where the claim holds every word of the question, a telling one among them.
  double answer_floor_covered{0};
  double answer_floor_nameless{0};  // the same where it holds none of the names asked about
  double answer_gap{0};             // score of the best over the next other claim's
  // A claim that has less than each of these in common with the question is neither an answer nor offered: "tesla model
  // y lease deals" is not about whatever is claimed of Tesla. 0 without vectors: Chinese questions share too few words.
  double covered_least{0};       // share of the question that it holds
  double shared_words_least{0};  // what it shares without names
  double shared_mass_least{0};   // what it shares in all
  // The best one is read together with the question from so much `topical` on, and up to this confidence.
  double read_from{0};
  double read_to{0};
  double suggest_floor{0};          // the best one's `topical`
  double suggest_floor_covered{0};  // the same where the claim holds every word of the question
  double suggest_reading{0};        // what reading both says, at least, unless the claim holds every word
  double suggest_within{0};         // offered: those whose score is at most so far behind
  double suggest_most{0};
};

struct coefficients {
  std::array<double, signal_count> ranking{};     // of the signals in the score
  std::array<double, signal_count> confidence{};  // of the signals in the logistic
  double constant{0};
  double score{0};   // of the score in the logistic
  double rivals{0};  // of the rivalry in the logistic
  decision_limits limits;
};

struct coefficient_sets {
  coefficients words;     // without vectors
  coefficients meanings;  // with them
};

// Rows of a name and two numbers, '#' comments. malformed names the row: unknown, missing or double names, no number.
[[nodiscard]] result<coefficient_sets> parse_coefficients(std::string_view text);

// The rows that parse_coefficients reads.
[[nodiscard]] std::string to_text(const coefficient_sets& sets);

// The ones that the program carries.
[[nodiscard]] const coefficient_sets& built_in_coefficients();

// What ranks the candidates: the signals' weighted sum.
[[nodiscard]] double score_of(const signals& of, const coefficients& by) noexcept;

// How sure we are that a candidate is meant, 0..1: from its signals, its score, and how strong its rivals are.
[[nodiscard]] double confidence_of(const signals& of, double score, double rivalry, const coefficients& by) noexcept;

}  // namespace stillholds
