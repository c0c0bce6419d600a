// Products of a few rows by a packed matrix: what an encoder spends its time on.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace stillholds {

// A matrix lies in panels of so many columns, each panel row after row, so that a product reads it once from start to
// end. Columns that are wanting in the last panel are zero.
inline constexpr std::size_t panel_columns = 32;

// Rows are worked on in blocks of four; what they are read from and written to has room for whole blocks.
inline constexpr std::size_t block_rows = 4;

[[nodiscard]] constexpr std::size_t whole_blocks(std::size_t rows) noexcept {
  return (rows + block_rows - 1) / block_rows * block_rows;
}

struct packed_matrix {
  const float* panels{nullptr};  // aligned to 64 bytes
  std::size_t rows{0};
  std::size_t columns{0};  // a multiple of panel_columns
};

// Where a matrix lies among others: `stride` floats from one row to the next.
struct matrix_view {
  float* data{nullptr};
  std::size_t stride{0};
};

// out = left x matrix, plus `bias` (one number a column) when there is one. `left` and `out` have whole_blocks(rows)
// rows; the ones beyond `rows` may hold anything and get anything.
void multiply(std::size_t rows, matrix_view left, const packed_matrix& matrix, const float* bias, matrix_view out);

// The same for each set of instructions that this processor has, best first; `multiply` takes the first.
struct multiply_variant {
  std::string_view name;
  void (*run)(std::size_t rows, matrix_view left, const packed_matrix& matrix, const float* bias, matrix_view out);
};
[[nodiscard]] std::span<const multiply_variant> multiply_variants();

}  // namespace stillholds
