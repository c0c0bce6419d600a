#include "knowledge/encoding/product.hpp"

#include <cstring>
#include <vector>

// Written out instead of taken from a BLAS library: Debian 12's OpenBLAS takes a processor newer than itself for one of
// 2004, and packs the weights anew at every call (tests/bench/encoding prints both, in one run).

namespace stillholds {
namespace {

using four = float __attribute__((vector_size(16)));
using eight = float __attribute__((vector_size(32)));
using sixteen = float __attribute__((vector_size(64)));

// One block: `Rows` rows by `Across` vectors of columns, summed in registers over the whole inner length. Inlined into
// each routine, so that it is compiled for that routine's instructions.
template <class Vector, std::size_t Rows, std::size_t Across>
[[gnu::always_inline]] inline void multiply_block(const float* left, std::size_t left_stride, const float* panel,
                                                  std::size_t inner, const float* bias, float* out,
                                                  std::size_t out_stride) {
  constexpr std::size_t lanes = sizeof(Vector) / sizeof(float);
  Vector sums[Rows][Across];
#pragma clang loop unroll(full)
  for (std::size_t c = 0; c < Across; ++c) {
    Vector start{};
    if (bias != nullptr) std::memcpy(&start, bias + (c * lanes), sizeof start);
#pragma clang loop unroll(full)
    for (std::size_t r = 0; r < Rows; ++r) sums[r][c] = start;
  }
  for (std::size_t i = 0; i < inner; ++i, panel += panel_columns) {
    Vector columns[Across];
#pragma clang loop unroll(full)
    for (std::size_t c = 0; c < Across; ++c) std::memcpy(&columns[c], panel + (c * lanes), sizeof(Vector));
#pragma clang loop unroll(full)
    for (std::size_t r = 0; r < Rows; ++r) {
      const float factor = left[(r * left_stride) + i];
#pragma clang loop unroll(full)
      for (std::size_t c = 0; c < Across; ++c) sums[r][c] += columns[c] * factor;
    }
  }
#pragma clang loop unroll(full)
  for (std::size_t r = 0; r < Rows; ++r) {
#pragma clang loop unroll(full)
    for (std::size_t c = 0; c < Across; ++c)
      std::memcpy(out + (r * out_stride) + (c * lanes), &sums[r][c], sizeof(Vector));
  }
}

// Panel by panel, so that the weights pass through the cache once; within a panel all rows, the taller blocks first.
template <class Vector, std::size_t Across, std::size_t Tall>
[[gnu::always_inline]] inline void multiply_all(std::size_t rows, matrix_view left, const packed_matrix& matrix,
                                                const float* bias, matrix_view out) {
  constexpr std::size_t columns = Across * sizeof(Vector) / sizeof(float);
  for (std::size_t column = 0; column < matrix.columns; column += columns) {
    const auto within = column % panel_columns;
    const auto* const panel = matrix.panels + ((column - within) * matrix.rows) + within;
    const auto* const start = bias == nullptr ? nullptr : bias + column;
    std::size_t row = 0;
    for (; row + Tall <= whole_blocks(rows); row += Tall) {
      multiply_block<Vector, Tall, Across>(left.data + (row * left.stride), left.stride, panel, matrix.rows, start,
                                           out.data + (row * out.stride) + column, out.stride);
    }
    for (; row < rows; row += block_rows) {
      multiply_block<Vector, block_rows, Across>(left.data + (row * left.stride), left.stride, panel, matrix.rows,
                                                 start, out.data + (row * out.stride) + column, out.stride);
    }
  }
}

void multiply_plain(std::size_t rows, matrix_view left, const packed_matrix& matrix, const float* bias,
                    matrix_view out) {
  multiply_all<four, 2, block_rows>(rows, left, matrix, bias, out);
}

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void multiply_avx2(std::size_t rows, matrix_view left, const packed_matrix& matrix,
                                               const float* bias, matrix_view out) {
  multiply_all<eight, 2, block_rows>(rows, left, matrix, bias, out);
}

[[gnu::target("avx512f")]] void multiply_avx512(std::size_t rows, matrix_view left, const packed_matrix& matrix,
                                                const float* bias, matrix_view out) {
  multiply_all<sixteen, 2, 12>(rows, left, matrix, bias, out);
}

#endif

std::vector<multiply_variant> known_variants() {
  std::vector<multiply_variant> variants;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) variants.push_back({"avx512", multiply_avx512});
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) variants.push_back({"avx2", multiply_avx2});
#endif
  variants.push_back({"plain", multiply_plain});
  return variants;
}

}  // namespace

std::span<const multiply_variant> multiply_variants() {
  static const auto variants = known_variants();
  return variants;
}

void multiply(std::size_t rows, matrix_view left, const packed_matrix& matrix, const float* bias, matrix_view out) {
  multiply_variants().front().run(rows, left, matrix, bias, out);
}

}  // namespace stillholds
