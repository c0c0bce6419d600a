#include "knowledge/encoding/encoder.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "knowledge/encoding/attention.hpp"
#include "knowledge/encoding/product.hpp"
#include "knowledge/encoding/sheet.hpp"
#include "knowledge/encoding/sums.hpp"
#include "knowledge/encoding/weights.hpp"

namespace stillholds {
namespace {

constexpr std::size_t width = encoder_weights::width;
constexpr std::size_t embedding_width = encoder_weights::embedding_width;
constexpr std::size_t heads = encoder_weights::heads;

// What one text is worked out on, kept for the thread's next text: 2 MB for the longest, at most twice that.
struct desk {
  sheet<float> tokens;   // what goes through the layers
  sheet<float> normal;   // the same, normalised; then what attention found
  sheet<float> wide;     // questions, keys and values; then what the forward step makes of a token
  sheet<float> between;  // what attention adds up to
  scaled_sheet left;     // of a product
  attention attend;
};

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

// One transformer layer: the desk's tokens come in `layer.width` wide and go out at full width.
void pass(std::size_t rows, const layer_weights& layer, desk& on) {
  normalise(rows, layer.width, on.tokens, layer.before_attention, on.normal);
  apply(rows, on.normal, layer.question_key_value, on.left, on.wide);
  on.attend.run(rows, layer.width, heads, on.wide, on.normal);
  apply(rows, on.normal, layer.attended, on.left, on.between);
  if (layer.width != width) {
    apply(rows, on.tokens, layer.widened, on.left, on.normal);
    std::swap(on.tokens, on.normal);
  }
  add(rows, on.tokens, on.between);

  normalise(rows, width, on.tokens, layer.before_forward, on.normal);
  apply(rows, on.normal, layer.forward_in, on.left, on.wide);
  for (auto& value : on.wide.values(rows)) value = std::max(value, 0.0F);
  apply(rows, on.wide, layer.forward_out, on.left, on.between);
  add(rows, on.tokens, on.between);
}

// The mean of all tokens, through the last layer, to length one.
sentence_vector summary(std::size_t rows, const linear_weights& last, desk& on) {
  sheet<float>& mean = on.normal;
  mean.resize(1, width);
  const std::span means(mean.row(0), width);
  std::ranges::fill(means, 0.0F);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < width; ++c) means[c] += on.tokens.row(r)[c];
  }
  for (auto& value : means) value /= static_cast<float>(std::max<std::size_t>(rows, 1));
  apply(1, mean, last, on.left, on.between);
  sentence_vector vector{};
  for (std::size_t c = 0; c < width; ++c) vector[c] = std::tanh(on.between.row(0)[c]);
  const float squares = sum_of(vector, [](float x) { return x * x; });
  const float scale = 1.0F / std::sqrt(std::max(squares, 1e-12F));
  for (auto& value : vector) value *= scale;
  return vector;
}

// Where in the text a token stands, as numbers that are added to it: sines and cosines of its place.
std::vector<float> timing_signals(std::span<const float> scales) {
  std::vector<float> signals;
  signals.reserve(encoder::tokens_max * embedding_width);
  for (std::size_t place = 0; place < encoder::tokens_max; ++place) {
    for (const auto scale : scales) signals.push_back(std::sin(static_cast<float>(place) * scale));
    for (const auto scale : scales) signals.push_back(std::cos(static_cast<float>(place) * scale));
  }
  return signals;
}

}  // namespace

struct encoder::parts {
  explicit parts(mapped_weights opened)
      : file(std::move(opened)),
        cut(file.get().scores, file.get().pieces),
        timing(timing_signals(file.get().time_scales)) {}

  mapped_weights file;
  tokenizer cut;
  std::vector<float> timing;
};

encoder::encoder(std::unique_ptr<const parts> opened) noexcept : parts_(std::move(opened)) {}
encoder::~encoder() = default;
encoder::encoder(encoder&&) noexcept = default;
encoder& encoder::operator=(encoder&&) noexcept = default;

result<encoder> encoder::open(const std::filesystem::path& weights, accepted_weights which) {
  auto mapped = mapped_weights::open(weights, which);
  if (!mapped) return std::unexpected(std::move(mapped.error()));
  return encoder(std::make_unique<const parts>(std::move(*mapped)));
}

sentence_vector encoder::encode(std::string_view text) const {
  const auto& weights = parts_->file.get();
  const auto tokens = parts_->cut.encode(text);
  const auto rows = std::min(tokens.size(), tokens_max);
  thread_local desk on;
  on.tokens.resize(rows, embedding_width);
  for (std::size_t r = 0; r < rows; ++r) {
    const auto* const from = weights.embeddings.data() + (tokens[r] * embedding_width);
    const auto* const timing = parts_->timing.data() + (r * embedding_width);
    auto* const to = on.tokens.row(r);
    // The embedding counts twice: the original adds the tokens to what already holds them with their timing.
    for (std::size_t c = 0; c < embedding_width; ++c) to[c] = from[c] + (from[c] + timing[c]);
  }
  for (const auto& layer : weights.layers) pass(rows, layer, on);
  return summary(rows, weights.last, on);
}

const tokenizer& encoder::cut() const noexcept { return parts_->cut; }

std::uint64_t encoder::fingerprint() const noexcept { return parts_->file.checksum(); }

}  // namespace stillholds
