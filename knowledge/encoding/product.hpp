// Products of a few rows by a packed matrix, in scaled numbers (scaled.hpp): what an encoder spends its time on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace stillholds {

[[nodiscard]] constexpr std::size_t rounded_up(std::size_t number, std::size_t step) noexcept {
  return (number + step - 1) / step * step;
}

// A matrix lies in panels of so many columns, each panel two rows at a time, the two numbers of a column side by side:
// a product reads it once from start to end. Columns that are wanting in the last panel may hold anything; so may rows
// for which the left side holds nought.
inline constexpr std::size_t panel_columns = 32;
[[nodiscard]] constexpr std::size_t whole_panels(std::size_t columns) noexcept {
  return rounded_up(columns, panel_columns);
}

// Rows are worked on in blocks of four; what they are read from and written to has room for whole blocks.
inline constexpr std::size_t block_rows = 4;
[[nodiscard]] constexpr std::size_t whole_blocks(std::size_t rows) noexcept { return rounded_up(rows, block_rows); }

struct packed_matrix {
  const std::int16_t* panels{nullptr};  // aligned to 64 bytes
  const float* factors{nullptr};        // one a column
  std::size_t rows{0};                  // a multiple of two
  std::size_t columns{0};               // whole panels
};

struct scaled_rows {
  const std::int16_t* numbers{nullptr};
  std::size_t stride{0};          // from one row to the next
  const float* factors{nullptr};  // one a row
};

// Where a matrix lies among others: `stride` floats from one row to the next.
struct matrix_view {
  float* data{nullptr};
  std::size_t stride{0};
};

// out = left x matrix, plus `bias` (one number a column) when there is one. `left` and `out` have whole_blocks(rows)
// rows; the ones beyond `rows` may hold anything and get anything.
void multiply(std::size_t rows, scaled_rows left, const packed_matrix& matrix, const float* bias, matrix_view out);

// The same for each set of instructions that this processor has, best first; `multiply` takes the first.
struct multiply_variant {
  std::string_view name;
  void (*run)(std::size_t rows, scaled_rows left, const packed_matrix& matrix, const float* bias, matrix_view out);
};
[[nodiscard]] std::span<const multiply_variant> multiply_variants();

}  // namespace stillholds
