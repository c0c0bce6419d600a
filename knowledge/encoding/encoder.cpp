#include "knowledge/encoding/encoder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "knowledge/encoding/product.hpp"
#include "knowledge/encoding/tokenizer.hpp"
#include "knowledge/encoding/weights.hpp"

namespace stillholds {
namespace {

constexpr std::size_t width = encoder_weights::width;
constexpr std::size_t embedding_width = encoder_weights::embedding_width;
constexpr std::size_t heads = encoder_weights::heads;

constexpr std::size_t whole_panels(std::size_t columns) noexcept {
  return (columns + panel_columns - 1) / panel_columns * panel_columns;
}

// Rows of numbers, one row a token, aligned and with room for whole blocks. Made smaller it keeps its memory.
class sheet {
 public:
  void resize(std::size_t rows, std::size_t columns) {
    columns_ = columns;
    const auto needed = (whole_blocks(rows) * columns) + alignment;
    if (numbers_.size() < needed) numbers_.resize(needed);
    const auto past = reinterpret_cast<std::uintptr_t>(numbers_.data()) / sizeof(float) % alignment;
    start_ = numbers_.data() + ((alignment - past) % alignment);
  }
  [[nodiscard]] float* row(std::size_t index) noexcept { return start_ + (index * columns_); }
  [[nodiscard]] matrix_view from_column(std::size_t column) noexcept { return {start_ + column, columns_}; }
  [[nodiscard]] std::span<float> values(std::size_t rows) noexcept { return {start_, rows * columns_}; }

 private:
  static constexpr std::size_t alignment = 16;  // floats: one cache line

  std::size_t columns_{0};
  std::vector<float> numbers_;
  float* start_{nullptr};
};

// What one text is worked out on. Kept for the thread's next text: asking the system for fresh memory each time took
// as long as a third of the products. At most 2 MB.
struct desk {
  sheet tokens;   // what goes through the layers
  sheet normal;   // the same, normalised; then what attention found
  sheet wide;     // questions, keys and values; then what the forward step makes of a token
  sheet between;  // what attention adds up to
  sheet packed;   // one head's keys, then its values
  sheet shares;   // how much every token looks at every other
};

// Sixteen sums side by side: the compiler may not reorder one, and one alone waits for every addition before it.
template <class Each>
float sum_of(std::span<const float> values, Each each) noexcept {
  std::array<float, 16> sums{};
  for (std::size_t i = 0; i + sums.size() <= values.size(); i += sums.size()) {
    for (std::size_t lane = 0; lane < sums.size(); ++lane) sums[lane] += each(values[i + lane]);
  }
  for (auto half = sums.size() / 2; half > 0; half /= 2) {
    for (std::size_t lane = 0; lane < half; ++lane) sums[lane] += sums[lane + half];
  }
  return sums[0];
}

// Each row to mean 0 and variance 1, then scaled and shifted. Widths are multiples of 16.
void normalise(std::size_t rows, std::size_t columns, sheet& from, const norm_weights& norm, sheet& to) {
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

// The first `columns` of each row to shares of one.
void softmax(std::size_t rows, std::size_t columns, sheet& values) {
  for (std::size_t r = 0; r < rows; ++r) {
    const std::span row(values.row(r), columns);
    const float most = std::ranges::max(row);
    float sum = 0;
    for (auto& value : row) sum += value = std::exp(value - most);
    for (auto& value : row) value /= sum;
  }
}

// One head's keys as the columns of a matrix, and its values as the rows of one.
void pack_keys(std::size_t tokens, std::size_t head_width, matrix_view keys, float* panels) {
  for (std::size_t token = 0; token < tokens; ++token) {
    auto* const column = panels + (token / panel_columns * panel_columns * head_width) + (token % panel_columns);
    for (std::size_t i = 0; i < head_width; ++i) column[i * panel_columns] = keys.data[(token * keys.stride) + i];
  }
}

void pack_values(std::size_t tokens, std::size_t head_width, matrix_view values, float* panels) {
  for (std::size_t first = 0; first < head_width; first += panel_columns) {
    for (std::size_t token = 0; token < tokens; ++token, panels += panel_columns)
      std::memcpy(panels, values.data + (token * values.stride) + first, panel_columns * sizeof(float));
  }
}

// Every token looks at all tokens: `normal` gets, for each head side by side, the values it found.
void attend(std::size_t tokens, std::size_t layer_width, desk& on) {
  const auto head_width = layer_width / heads;
  const auto scale = 1.0F / std::sqrt(static_cast<float>(head_width));
  const auto columns = whole_panels(tokens);
  on.packed.resize(head_width, columns);
  on.shares.resize(tokens, columns);
  for (std::size_t token = 0; token < tokens; ++token) {
    for (auto& value : std::span(on.wide.row(token), layer_width)) value *= scale;
  }
  for (std::size_t head = 0; head < heads; ++head) {
    const auto column = head * head_width;
    pack_keys(tokens, head_width, on.wide.from_column(layer_width + column), on.packed.row(0));
    multiply(tokens, on.wide.from_column(column), {on.packed.row(0), head_width, columns}, nullptr,
             on.shares.from_column(0));
    softmax(tokens, tokens, on.shares);
    pack_values(tokens, head_width, on.wide.from_column((2 * layer_width) + column), on.packed.row(0));
    multiply(tokens, on.shares.from_column(0), {on.packed.row(0), tokens, head_width}, nullptr,
             on.normal.from_column(column));
  }
}

void apply(std::size_t rows, sheet& in, const linear_weights& linear, sheet& out) {
  out.resize(rows, linear.matrix.columns);
  multiply(rows, in.from_column(0), linear.matrix, linear.bias, out.from_column(0));
}

void add(std::size_t rows, sheet& to, sheet& what) {
  const auto from = what.values(rows);
  const auto into = to.values(rows);
  for (std::size_t i = 0; i < into.size(); ++i) into[i] += from[i];
}

// One transformer layer: the desk's tokens come in `layer.width` wide and go out at full width.
void pass(std::size_t rows, const layer_weights& layer, desk& on) {
  normalise(rows, layer.width, on.tokens, layer.before_attention, on.normal);
  apply(rows, on.normal, layer.question_key_value, on.wide);
  attend(rows, layer.width, on);
  apply(rows, on.normal, layer.attended, on.between);
  if (layer.width != width) {
    apply(rows, on.tokens, layer.widened, on.normal);
    std::swap(on.tokens, on.normal);
  }
  add(rows, on.tokens, on.between);

  normalise(rows, width, on.tokens, layer.before_forward, on.normal);
  apply(rows, on.normal, layer.forward_in, on.wide);
  for (auto& value : on.wide.values(rows)) value = std::max(value, 0.0F);
  apply(rows, on.wide, layer.forward_out, on.between);
  add(rows, on.tokens, on.between);
}

// The mean of all tokens, through the last layer, to length one.
sentence_vector summary(std::size_t rows, const linear_weights& last, desk& on) {
  sheet& mean = on.normal;
  mean.resize(1, width);
  const std::span means(mean.row(0), width);
  std::ranges::fill(means, 0.0F);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < width; ++c) means[c] += on.tokens.row(r)[c];
  }
  for (auto& value : means) value /= static_cast<float>(std::max<std::size_t>(rows, 1));
  apply(1, mean, last, on.between);
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

std::uint64_t encoder::fingerprint() const noexcept { return parts_->file.checksum(); }

}  // namespace stillholds
