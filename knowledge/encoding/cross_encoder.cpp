#include "knowledge/encoding/cross_encoder.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "knowledge/encoding/transformer.hpp"

namespace stillholds {

cross_encoder::cross_encoder(std::shared_ptr<const mapped_weights> weights) : file_(std::move(weights)) {}

float cross_encoder::log_odds(std::span<const tokenizer::token> question,
                              std::span<const tokenizer::token> claim) const {
  assert(!question.empty() && !claim.empty());
  question = question.first(std::min(question.size(), question_tokens_max));
  claim = claim.first(std::min(claim.size(), claim_tokens_max));
  const auto& weights = file_->get();
  const auto& cross = weights.cross;
  const auto border = question.size();
  const auto end = border + claim.size();
  thread_local transformer_desk desk;
  desk.begin(end);
  desk.put(0, question, weights);
  desk.put(border, claim, weights, cross.claim_shift.data());
  desk.pass(cross.transformer, border, cross.penalties);
  const auto asked = desk.summary(0, border, cross.transformer.last);
  const auto claimed = desk.summary(border, end, cross.transformer.last);
  const auto products = cross.judge.first(vector_dimensions);
  const auto differences = cross.judge.subspan(vector_dimensions, vector_dimensions);
  float sum = cross.judge.back();
  for (std::size_t i = 0; i < vector_dimensions; ++i)
    sum += (products[i] * asked[i] * claimed[i]) + (differences[i] * std::abs(asked[i] - claimed[i]));
  return sum;
}

}  // namespace stillholds
