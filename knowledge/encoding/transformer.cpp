#include "knowledge/encoding/transformer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "knowledge/encoding/product.hpp"
#include "knowledge/encoding/sums.hpp"

namespace stillholds {
namespace {

constexpr std::size_t width = encoder_weights::width;
constexpr std::size_t embedding_width = encoder_weights::embedding_width;
constexpr std::size_t heads = encoder_weights::heads;

// Each row to mean 0 and variance 1, then scaled and shifted. Widths are multiples of 16.
void normalise(std::size_t rows, std::size_t columns, sheet<float>& from, const norm_weights& norm, sheet<float>& to) {
  constexpr float epsilon = 1e-6F;
  to.resize(rows, columns);
  for (std::size_t r = 0; r < rows; ++r) {
    const std::span<const float> in(from.row(r), columns);
    auto* const out = to.row(r);
    const auto count = static_cast<float>(columns);
    const float mean = sum_of(in, [](float x) { return x; }) / count;
    const float variance = sum_of(in, [mean](float x) { return (x - mean) * (x - mean); }) / count;
    const float scale = 1.0F / std::sqrt(variance + epsilon);
    for (std::size_t c = 0; c < columns; ++c) out[c] = (norm.scale[c] * scale * (in[c] - mean)) + norm.bias[c];
  }
}

void apply(std::size_t rows, sheet<float>& in, const linear_weights& linear, scaled_sheet& left, sheet<float>& out) {
  left.take(rows, in.from_column(0), linear.matrix.rows);
  out.resize(rows, linear.matrix.columns);
  multiply(rows, left.from_column(0), linear.matrix, linear.bias, out.from_column(0));
}

void add(std::size_t rows, sheet<float>& to, sheet<float>& what) {
  const auto from = what.values(rows);
  const auto into = to.values(rows);
  for (std::size_t i = 0; i < into.size(); ++i) into[i] += from[i];
}

}  // namespace

void transformer_desk::begin(std::size_t tokens) {
  rows_ = tokens;
  tokens_.resize(rows_, embedding_width);
}

void transformer_desk::put(std::size_t first, std::span<const tokenizer::token> text, const encoder_weights& weights,
                           const float* shift) {
  for (std::size_t place = 0; place < text.size(); ++place) {
    const auto* const from = weights.embeddings.data() + (text[place] * embedding_width);
    const auto* const timing = weights.timing.data() + (place * embedding_width);
    auto* const to = tokens_.row(first + place);
    // The embedding counts twice: the original adds the tokens to what already holds them with their timing.
    for (std::size_t c = 0; c < embedding_width; ++c) to[c] = from[c] + (from[c] + timing[c]);
    if (shift == nullptr) continue;
    for (std::size_t c = 0; c < embedding_width; ++c) to[c] += shift[c];
  }
}

void transformer_desk::pass(const transformer_weights& weights, std::size_t border, std::span<const float> penalties) {
  const auto each = penalties.size() / weights.layers.size();
  for (std::size_t i = 0; i < weights.layers.size(); ++i)
    pass_layer(weights.layers[i], {.row = border, .penalties = penalties.subspan(i * each, each)});
}

// The desk's tokens come in `layer.width` wide and go out at full width.
void transformer_desk::pass_layer(const layer_weights& layer, const text_border& border) {
  normalise(rows_, layer.width, tokens_, layer.before_attention, normal_);
  apply(rows_, normal_, layer.question_key_value, left_, wide_);
  attend_.run(rows_, layer.width, heads, wide_, normal_, border);
  apply(rows_, normal_, layer.attended, left_, between_);
  if (layer.width != width) {
    apply(rows_, tokens_, layer.widened, left_, normal_);
    std::swap(tokens_, normal_);
  }
  add(rows_, tokens_, between_);

  normalise(rows_, width, tokens_, layer.before_forward, normal_);
  apply(rows_, normal_, layer.forward_in, left_, wide_);
  for (auto& value : wide_.values(rows_)) value = std::max(value, 0.0F);
  apply(rows_, wide_, layer.forward_out, left_, between_);
  add(rows_, tokens_, between_);
}

sentence_vector transformer_desk::summary(std::size_t first, std::size_t end, const linear_weights& last) {
  sheet<float>& mean = normal_;
  mean.resize(1, width);
  const std::span means(mean.row(0), width);
  std::ranges::fill(means, 0.0F);
  for (std::size_t r = first; r < end; ++r) {
    for (std::size_t c = 0; c < width; ++c) means[c] += tokens_.row(r)[c];
  }
  for (auto& value : means) value /= static_cast<float>(std::max<std::size_t>(end - first, 1));
  apply(1, mean, last, left_, between_);
  sentence_vector vector{};
  for (std::size_t c = 0; c < width; ++c) vector[c] = std::tanh(between_.row(0)[c]);
  const float squares = sum_of(vector, [](float x) { return x * x; });
  const float scale = 1.0F / std::sqrt(std::max(squares, 1e-12F));
  for (auto& value : vector) value *= scale;
  return vector;
}

}  // namespace stillholds
