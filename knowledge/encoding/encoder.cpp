#include "knowledge/encoding/encoder.hpp"

#include <algorithm>
#include <utility>

#include "knowledge/encoding/transformer.hpp"

namespace stillholds {

result<encoder> encoder::open(const std::filesystem::path& weights, accepted_weights which) {
  auto mapped = mapped_weights::open(weights, which);
  if (!mapped) return std::unexpected(std::move(mapped.error()));
  return encoder(std::make_shared<const mapped_weights>(std::move(*mapped)));
}

encoder::encoder(std::shared_ptr<const mapped_weights> weights)
    : file_(std::move(weights)), cut_(file_->get().scores, file_->get().pieces) {}

std::vector<tokenizer::token> encoder::tokens_of(std::string_view text) const { return cut_.encode(text); }

sentence_vector encoder::encode(std::span<const tokenizer::token> tokens) const {
  const auto& weights = file_->get();
  const auto text = tokens.first(std::min(tokens.size(), encoder_weights::places));
  thread_local transformer_desk desk;
  desk.begin(text.size());
  desk.put(0, text, weights);
  desk.pass(weights.transformer);
  return desk.summary(0, text.size(), weights.transformer.last);
}

sentence_vector encoder::encode(std::string_view text) const { return encode(tokens_of(text)); }

}  // namespace stillholds
