// The encoder's layers: tokens that look at each other and are worked on one by one, twice over.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "knowledge/encoding/attention.hpp"
#include "knowledge/encoding/sentence_vector.hpp"
#include "knowledge/encoding/sheet.hpp"
#include "knowledge/encoding/tokenizer.hpp"
#include "knowledge/encoding/weights.hpp"

namespace stillholds {

// What a text is worked out on, kept for the thread's next text: 2 MB for 128 tokens, at most twice that.
class transformer_desk {
 public:
  // Clears the desk for so many tokens, all texts together.
  void begin(std::size_t tokens);

  // Puts a text's tokens into the rows from `first` on, as their embeddings with their places in the text; `shift`, of
  // the embeddings' width, is added to each where it is given.
  void put(std::size_t first, std::span<const tokenizer::token> text, const encoder_weights& weights,
           const float* shift = nullptr);

  // Through both layers. With a border (attention.hpp), `penalties` holds eight numbers for each layer.
  void pass(const transformer_weights& weights, std::size_t border = 0, std::span<const float> penalties = {});

  // The mean of the rows from `first` to before `end`, through the last layer, to length one. The mean of no row is
  // nought.
  [[nodiscard]] sentence_vector summary(std::size_t first, std::size_t end, const linear_weights& last);

 private:
  void pass_layer(const layer_weights& layer, const text_border& border);

  std::size_t rows_{0};
  sheet<float> tokens_;   // what goes through the layers
  sheet<float> normal_;   // the same, normalised; then what attention found
  sheet<float> wide_;     // questions, keys and values; then what the forward step makes of a token
  sheet<float> between_;  // what attention adds up to
  scaled_sheet left_;     // of a product
  attention attend_;
};

}  // namespace stillholds
