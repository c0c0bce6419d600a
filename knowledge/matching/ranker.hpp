// Ranks claims for a question and decides whether the best one may be given as the answer.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "knowledge/matching/index.hpp"
#include "knowledge/matching/signals.hpp"

namespace stillholds {

struct ranked {
  std::uint32_t document{0};
  double score{0};
  double confidence{0};  // that this one is meant, its lead over the best other one counted
  double topical{0};     // the same as if there were no other: that the question is about something like it
  stillholds::signals signals;
};

enum class decision { answer, suggest, none };

[[nodiscard]] std::string_view name_of(decision value) noexcept;

// When to answer, in one place. An answer needs confidence and a lead over the second. Without them the best few are
// offered, if the question is at least about something like them; otherwise nothing is said.
struct decision_limits {
  double answer_floor{0.53};           // confidence of the best
  double answer_gap{0.05};             // score of the best over the second's
  double suggest_floor{0.53};          // the best one's `topical`
  double suggest_floor_covered{0.35};  // the same where the claim holds every word of the question
  double suggest_within{0.75};         // offered: those with this share of the best score
  std::size_t suggest_most{3};
};
inline constexpr decision_limits default_limits{};

// Best first, at most `most`.
[[nodiscard]] std::vector<ranked> rank(const claim_index& in, const asked& question, std::size_t most,
                                       std::span<const std::uint8_t> allowed = {});

[[nodiscard]] decision decide(std::span<const ranked> candidates,
                              const decision_limits& limits = default_limits) noexcept;

// How many of the candidates to offer when the decision is to suggest.
[[nodiscard]] std::size_t suggested(std::span<const ranked> candidates,
                                    const decision_limits& limits = default_limits) noexcept;

}  // namespace stillholds
