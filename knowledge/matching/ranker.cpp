#include "knowledge/matching/ranker.hpp"

#include <algorithm>
#include <limits>

namespace stillholds {

std::string_view name_of(decision value) noexcept {
  switch (value) {
    case decision::answer: return "answer";
    case decision::suggest: return "suggest";
    case decision::none: break;
  }
  return "none";
}

std::vector<ranked> rank(const claim_index& in, const asked& question, std::size_t most,
                         std::span<const std::uint8_t> allowed) {
  constexpr std::size_t measured_most = 40;
  std::vector<ranked> candidates;
  for (const hit& found : in.search(question, measured_most, allowed)) {
    const signals measured = measure(in, question, found);
    candidates.push_back(
        {.document = found.document, .score = score_of(measured), .confidence = 0, .topical = 0, .signals = measured});
  }
  std::ranges::sort(candidates, [](const ranked& a, const ranked& b) {
    return a.score != b.score ? a.score > b.score : a.document < b.document;
  });
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    ranked& next = candidates[i];
    const double best_other = i > 0 ? candidates[0].score : candidates.size() > 1 ? candidates[1].score : 0;
    next.confidence = confidence_of(next.signals, next.score, next.score - best_other);
    next.topical = confidence_of(next.signals, next.score, std::numeric_limits<double>::max());
  }
  if (candidates.size() > most)
    candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(most), candidates.end());
  return candidates;
}

decision decide(std::span<const ranked> candidates, const decision_limits& limits) noexcept {
  if (candidates.empty()) return decision::none;
  const double lead = candidates.size() > 1 ? candidates[0].score - candidates[1].score : candidates[0].score;
  if (candidates[0].confidence >= limits.answer_floor && lead >= limits.answer_gap) return decision::answer;
  constexpr double every_word = 0.99;
  const bool covered = candidates[0].signals[signal::question_covered] >= every_word;
  const double floor = covered ? limits.suggest_floor_covered : limits.suggest_floor;
  return candidates[0].topical >= floor ? decision::suggest : decision::none;
}

std::size_t suggested(std::span<const ranked> candidates, const decision_limits& limits) noexcept {
  std::size_t count = 0;
  while (count < candidates.size() && count < limits.suggest_most &&
         candidates[count].score >= limits.suggest_within * candidates[0].score) {
    ++count;
  }
  return count;
}

}  // namespace stillholds
