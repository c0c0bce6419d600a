// A question and a claim read together, as one text: do they go together?
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "knowledge/encoding/tokenizer.hpp"
#include "knowledge/encoding/weights.hpp"

namespace stillholds {

// The sentence encoder's layers, learnt once more so that each text's tokens look at the other's as well (a
// cross-encoder; Humeau et al. 2020): what two vectors made apart cannot tell. Takes about as long as encoding both, so
// that it is asked about one claim, not about all. Knows English only. Immutable; safe to share between threads without
// a lock.
class cross_encoder {
 public:
  // What follows in a longer text is not looked at.
  static constexpr std::size_t question_tokens_max = 64;
  static constexpr std::size_t claim_tokens_max = 48;

  explicit cross_encoder(std::shared_ptr<const mapped_weights> weights);

  // The logarithm of the odds that the claim answers the question, as far as these two alone say. Neither is empty.
  [[nodiscard]] float log_odds(std::span<const tokenizer::token> question,
                               std::span<const tokenizer::token> claim) const;

 private:
  std::shared_ptr<const mapped_weights> file_;
};

}  // namespace stillholds
