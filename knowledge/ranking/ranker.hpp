// Ranks claims for a question and decides whether the best one may be given as the answer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "knowledge/ranking/coefficients.hpp"
#include "knowledge/ranking/collection.hpp"
#include "knowledge/ranking/signals.hpp"

namespace stillholds {

struct ranked {
  std::uint32_t document{0};
  double score{0};
  double rivals{0};      // how strong the others are beside it
  double confidence{0};  // that this one is meant, its rivals counted
  double topical{0};     // as if there were no other and nothing had been read: that the question is about its like
  stillholds::signals signals;
};

enum class decision { answer, suggest, none };

[[nodiscard]] std::string_view name_of(decision value) noexcept;

// The question and what was found for it, best first.
struct ranking {
  std::vector<ranked> candidates;
  const coefficients* by{&built_in_coefficients().words};  // what they were weighed by
};

// How strong the others are beside all[which]: the logarithm of the sum of exp(score - its score) over them, so 0
// beside one equal. One that shares the same words to the letter is the same claim told twice and no rival.
[[nodiscard]] double rivalry(std::span<const ranked> all, std::size_t which) noexcept;
// That of a candidate without any.
[[nodiscard]] double no_rivalry() noexcept;

// Best first, at most `most`.
[[nodiscard]] ranking rank(const collection& in, const asked_question& question, std::size_t most,
                           std::span<const std::uint8_t> allowed = {});

// Reads the question together with the best one where that is neither sure nor out of the question already (reading
// takes about as long as encoding both), which makes its confidence larger or smaller and may tell that asking back is
// of no use; the order stays. Nothing happens where there is no encoder.
void read_first(const collection& in, const std::optional<encoded_question>& question, ranking& of);

// The best one's score over that of the next other claim.
[[nodiscard]] double lead_of(const ranking& of) noexcept;

// Does the claim hold every word of the question, and one that says something?
[[nodiscard]] bool is_covered(const ranked& candidate) noexcept;
// The same for asking back, for which a word that several claims hold is enough ("and Microsoft?").
[[nodiscard]] bool is_worth_asking(const ranked& candidate) noexcept;

// Is the best one about others than the question names? "Does India hold 90% of AI compute" is no question about the
// US.
[[nodiscard]] bool lacks_names(const ranking& of) noexcept;

// Does the best one share a name with the question and little else, or nothing at all?
[[nodiscard]] bool shares_little(const ranking& of) noexcept;

// The confidence that the best one needs to be answered.
[[nodiscard]] double answer_floor(const ranking& of) noexcept;

[[nodiscard]] decision decide(const ranking& of) noexcept;

// How near a candidate is to what the question is about: at least as sure as it is meant.
[[nodiscard]] double nearness(const ranked& candidate) noexcept;

// What is left where the best one is not to be answered, for a reason that the ranking does not know.
[[nodiscard]] decision suggest_or_none(const ranking& of) noexcept;

// How many of the candidates to offer when the decision is to suggest.
[[nodiscard]] std::size_t suggested(const ranking& of) noexcept;

}  // namespace stillholds
