#include "knowledge/ranking/ranker.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace stillholds {
namespace {

constexpr double rivals_least = 1e-3;

// Two claims of the same words measure alike to the last digit.
bool is_twin(const signals& a, const signals& b) noexcept {
  return std::ranges::all_of(std::array{signal::whole, signal::question_covered, signal::claim_covered, signal::alike},
                             [&](signal one) { return std::abs(a[one] - b[one]) < 1e-9; });
}

}  // namespace

std::string_view name_of(decision value) noexcept {
  switch (value) {
    case decision::answer: return "answer";
    case decision::suggest: return "suggest";
    case decision::none: break;
  }
  return "none";
}

double rivalry(std::span<const ranked> all, std::size_t which) noexcept {
  double sum = rivals_least;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i != which && !is_twin(all[i].signals, all[which].signals)) sum += std::exp(all[i].score - all[which].score);
  }
  return std::log(sum);
}

double no_rivalry() noexcept { return std::log(rivals_least); }

double lead_of(const ranking& of) noexcept {
  const auto& all = of.candidates;
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (!is_twin(all[i].signals, all[0].signals)) return all[0].score - all[i].score;
  }
  return -no_rivalry();
}

ranking rank(const collection& in, const asked_question& question, std::size_t most,
             std::span<const std::uint8_t> allowed) {
  const auto& sets = built_in_coefficients();
  ranking out{.candidates = {}, .by = question.meaning != nullptr ? &sets.meanings : &sets.words};
  auto& all = out.candidates;
  double nearest = 0;
  for (const hit& found : in.candidates(question, allowed)) {
    all.push_back({.document = found.document,
                   .score = 0,
                   .rivals = 0,
                   .confidence = 0,
                   .topical = 0,
                   .signals = measure(in, question, found)});
    nearest = std::max(nearest, all.back().signals[signal::meaning]);
  }
  for (ranked& next : all) {
    next.signals[signal::meaning_behind] = nearest - next.signals[signal::meaning];
    next.score = score_of(next.signals, *out.by);
  }
  std::ranges::sort(all, [](const ranked& a, const ranked& b) {
    return a.score != b.score ? a.score > b.score : a.document < b.document;
  });
  for (std::size_t i = 0; i < all.size(); ++i) {
    ranked& next = all[i];
    next.rivals = rivalry(all, i);
    next.confidence = confidence_of(next.signals, next.score, next.rivals, *out.by);
    next.topical = confidence_of(next.signals, next.score, no_rivalry(), *out.by);
  }
  if (all.size() > most) all.erase(all.begin() + static_cast<std::ptrdiff_t>(most), all.end());
  return out;
}

void read_first(const collection& in, const std::optional<encoded_question>& question, ranking& of) {
  if (!question || of.candidates.empty()) return;
  auto& best = of.candidates[0];
  auto& found = best.signals[signal::read_together];
  const auto& limits = of.by->limits;
  // What is not read is taken to be as reading finds most of its kind: that keeps its place among those that are.
  constexpr double mostly = 0.6;
  if (best.confidence > limits.read_to) {
    found = mostly;
  } else if (best.topical < limits.read_from) {
    found = -mostly;
  } else if (const auto odds = in.read_together(*question, best.document)) {
    found = std::tanh(*odds / 2);  // the probability, from -1 to 1
  }
  best.confidence = confidence_of(best.signals, best.score, best.rivals, *of.by);
}

namespace {

bool holds_every_word(const ranked& candidate, double telling) noexcept {
  constexpr double every_word = 0.99;
  return candidate.signals[signal::question_covered] >= every_word && candidate.signals[signal::rarest] >= telling;
}

}  // namespace

bool is_covered(const ranked& candidate) noexcept {
  constexpr double telling = 0.6;  // of what a rare word weighs: "first" alone says nothing, "tesla" does
  return holds_every_word(candidate, telling);
}

bool is_worth_asking(const ranked& candidate) noexcept {
  constexpr double telling = 0.5;  // "microsoft" is in a few claims, "China" in nearly all
  return holds_every_word(candidate, telling);
}

bool lacks_names(const ranking& of) noexcept {
  constexpr double all_names = 0.99;
  return !of.candidates.empty() && of.candidates[0].signals[signal::names_missed] > all_names;
}

bool shares_little(const ranking& of) noexcept {
  if (of.candidates.empty()) return true;
  const auto& limits = of.by->limits;
  const auto& shared = of.candidates[0].signals;
  return shared[signal::question_covered] < limits.covered_least &&
         shared[signal::shared_words] < limits.shared_words_least &&
         shared[signal::shared_mass] < limits.shared_mass_least;
}

double answer_floor(const ranking& of) noexcept {
  const auto& limits = of.by->limits;
  if (lacks_names(of)) return limits.answer_floor_nameless;
  const bool covered = !of.candidates.empty() && is_covered(of.candidates[0]);
  return covered ? std::min(limits.answer_floor, limits.answer_floor_covered) : limits.answer_floor;
}

decision decide(const ranking& of) noexcept {
  if (shares_little(of)) return decision::none;
  const bool sure = of.candidates[0].confidence >= answer_floor(of) && lead_of(of) >= of.by->limits.answer_gap;
  return sure ? decision::answer : suggest_or_none(of);
}

double nearness(const ranked& candidate) noexcept { return std::max(candidate.topical, candidate.confidence); }

decision suggest_or_none(const ranking& of) noexcept {
  if (shares_little(of)) return decision::none;
  const auto& limits = of.by->limits;
  const auto& best = of.candidates[0];
  const bool covered = is_worth_asking(best);
  if (!covered && best.signals[signal::read_together] < limits.suggest_reading) return decision::none;
  return nearness(best) >= (covered ? limits.suggest_floor_covered : limits.suggest_floor) ? decision::suggest
                                                                                           : decision::none;
}

std::size_t suggested(const ranking& of) noexcept {
  const auto& limits = of.by->limits;
  std::size_t count = 0;
  while (count < of.candidates.size() && static_cast<double>(count) < limits.suggest_most &&
         of.candidates[count].score >= of.candidates[0].score - limits.suggest_within) {
    ++count;
  }
  return count;
}

}  // namespace stillholds
