#include "knowledge/encoding/attention.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>
#include <span>

namespace stillholds {
namespace {

constexpr std::size_t scale_step = 16;  // what `scale` takes a multiple of
constexpr std::size_t widest_head = 256;

constexpr std::size_t whole_steps(std::size_t columns) noexcept { return rounded_up(columns, scale_step); }

// The first `columns` of each row, times `factor`, to shares of one; nought from there to the next step.
void softmax(std::size_t rows, std::size_t columns, float factor, sheet<float>& values) {
  for (std::size_t r = 0; r < rows; ++r) {
    const std::span row(values.row(r), columns);
    const float most = std::ranges::max(row);
    float sum = 0;
    for (auto& value : row) sum += value = std::exp((value - most) * factor);
    for (auto& value : row) value /= sum;
    std::fill(row.data() + columns, row.data() + whole_steps(columns), 0.0F);
  }
}

// Adds to what the tokens of either text see of the other.
void charge(std::size_t rows, const text_border& border, std::size_t head, float factor, sheet<float>& values) {
  if (border.penalties.empty()) return;
  const float across = border.penalties[2 * head] / factor;
  const float back = border.penalties[(2 * head) + 1] / factor;
  for (std::size_t r = 0; r < rows; ++r) {
    const bool first = r < border.row;
    const std::span row(values.row(r), rows);
    for (auto& value : first ? row.subspan(border.row) : row.first(border.row)) value += first ? across : back;
  }
}

}  // namespace

packed_matrix attention::packed(std::size_t rows, std::size_t columns) {
  return {panels_.row(0), factors_.row(0), rows, columns};
}

// A token's key becomes a column.
void attention::pack_keys(std::size_t rows, std::size_t head_width, matrix_view keys) {
  std::array<std::int16_t, widest_head> key{};
  factors_.resize(1, whole_panels(rows));
  panels_.resize(head_width, whole_panels(rows));
  for (std::size_t token = 0; token < rows; ++token) {
    factors_.row(0)[token] = scale({keys.data + (token * keys.stride), head_width}, key.data());
    auto* const column =
        panels_.row(0) + (token / panel_columns * panel_columns * head_width) + (token % panel_columns * 2);
    for (std::size_t i = 0; i < head_width; i += 2)
      std::memcpy(column + (i * panel_columns), key.data() + i, 2 * sizeof(std::int16_t));
  }
}

// A token's values become a row. What the rows behind the last token hold does not count: nobody has a share in them.
void attention::pack_values(std::size_t rows, std::size_t head_width, matrix_view values) {
  factors_.resize(1, head_width);
  panels_.resize(whole_steps(rows), head_width);
  for (std::size_t first = 0; first < head_width; first += panel_columns) {
    std::array<float, panel_columns> squares{};
    for (std::size_t token = 0; token < rows; ++token) {
      const auto* const row = values.data + (token * values.stride) + first;
      for (std::size_t c = 0; c < panel_columns; ++c) squares[c] += row[c] * row[c];
    }
    std::array<float, panel_columns> reciprocals{};
    auto* const factors = factors_.row(0) + first;
    for (std::size_t c = 0; c < panel_columns; ++c) {
      factors[c] = factor_of(squares[c]);
      reciprocals[c] = reciprocal_of(factors[c]);
    }
    auto* const panel = panels_.row(0) + (first * whole_steps(rows));
    for (std::size_t token = 0; token < rows; ++token) {
      const auto* const row = values.data + (token * values.stride) + first;
      auto* const to = panel + (token / 2 * 2 * panel_columns) + (token % 2);
      for (std::size_t c = 0; c < panel_columns; ++c) to[2 * c] = scaled(row[c], reciprocals[c]);
    }
  }
}

void attention::run(std::size_t rows, std::size_t width, std::size_t heads, sheet<float>& tokens, sheet<float>& found,
                    const text_border& border) {
  const auto head_width = width / heads;
  assert(head_width % panel_columns == 0 && head_width <= widest_head);
  const auto less = 1.0F / std::sqrt(static_cast<float>(head_width));
  questions_.take(rows, tokens.from_column(0), width);
  shares_.resize(rows, whole_panels(rows));
  for (std::size_t column = 0; column < width; column += head_width) {
    pack_keys(rows, head_width, tokens.from_column(width + column));
    multiply(rows, questions_.from_column(column), packed(head_width, whole_panels(rows)), nullptr,
             shares_.from_column(0));
    charge(rows, border, column / head_width, less, shares_);
    softmax(rows, rows, less, shares_);
    scaled_shares_.take(rows, shares_.from_column(0), whole_steps(rows));
    pack_values(rows, head_width, tokens.from_column((2 * width) + column));
    multiply(rows, scaled_shares_.from_column(0), packed(whole_steps(rows), head_width), nullptr,
             found.from_column(column));
  }
}

}  // namespace stillholds
