#include "knowledge/encoding/product.hpp"

#include <cmath>
#include <cstring>
#include <vector>

// Written out instead of taken from a BLAS library: Debian 12's OpenBLAS knows no products of whole numbers, takes a
// processor newer than itself for one of 2004, and packs the weights anew at every call (tests/bench/encoding prints
// both, in one run).

namespace stillholds {
namespace {

template <std::size_t Count>
struct lanes {
  static constexpr std::size_t count = Count;
  using floats = float __attribute__((vector_size(4 * Count)));
  using sums = std::int32_t __attribute__((vector_size(4 * Count)));
  using pairs = std::int16_t __attribute__((vector_size(4 * Count)));
};

// Each adds, lane by lane, both products of two pairs. Arguments by reference: how a wide vector is handed over depends
// on the instructions that a function is compiled for. Only what is wanting in the last rows and columns, and may hold
// anything, can pass 32 bits; it then begins anew at the other end.
struct plain : lanes<4> {
  static void add_products(sums& to, const pairs& a, const pairs& b) noexcept {
#if defined(__SSE2__)
    to += __builtin_ia32_pmaddwd128(a, b);
#else
    for (std::size_t lane = 0; lane < count; ++lane) {
      const auto product = [&](std::size_t at) { return static_cast<std::uint32_t>(a[at] * b[at]); };
      const auto sum = static_cast<std::uint32_t>(to[lane]) + product(2 * lane) + product((2 * lane) + 1);
      to[lane] = static_cast<std::int32_t>(sum);
    }
#endif
  }
};

#if defined(__x86_64__)
struct avx2 : lanes<8> {
  [[gnu::target("avx2")]] static void add_products(sums& to, const pairs& a, const pairs& b) noexcept {
    to += __builtin_ia32_pmaddwd256(a, b);
  }
};

struct avx512 : lanes<16> {
  [[gnu::target("avx512bw")]] static void add_products(sums& to, const pairs& a, const pairs& b) noexcept {
    to += __builtin_ia32_pmaddwd512(a, b);  // one instruction together with the sum where the processor has it (VNNI)
  }
};
#endif

// One block: `Rows` rows by `Across` vectors of columns, summed in registers over the whole inner length. Inlined into
// each routine, so that it is compiled for that routine's instructions.
template <class Lanes, std::size_t Rows, std::size_t Across>
[[gnu::always_inline]] inline void multiply_block(scaled_rows left, const std::int16_t* panel, std::size_t inner,
                                                  const float* factors, const float* bias, matrix_view out) {
  using floats = typename Lanes::floats;
  using sums = typename Lanes::sums;
  using pairs = typename Lanes::pairs;
  sums found[Rows][Across]{};
  for (std::size_t i = 0; i < inner; i += 2, panel += 2 * panel_columns) {
    pairs columns[Across];
#pragma clang loop unroll(full)
    for (std::size_t c = 0; c < Across; ++c) std::memcpy(&columns[c], panel + (c * 2 * Lanes::count), sizeof(pairs));
#pragma clang loop unroll(full)
    for (std::size_t r = 0; r < Rows; ++r) {
      std::int32_t both = 0;
      std::memcpy(&both, left.numbers + (r * left.stride) + i, sizeof both);
      const sums spread = both - sums{};
      pairs row;
      std::memcpy(&row, &spread, sizeof row);
#pragma clang loop unroll(full)
      for (std::size_t c = 0; c < Across; ++c) Lanes::add_products(found[r][c], columns[c], row);
    }
  }
#pragma clang loop unroll(full)
  for (std::size_t c = 0; c < Across; ++c) {
    const auto at = c * Lanes::count;
    floats factor;
    std::memcpy(&factor, factors + at, sizeof factor);
    floats start{};
    if (bias != nullptr) std::memcpy(&start, bias + at, sizeof start);
#pragma clang loop unroll(full)
    for (std::size_t r = 0; r < Rows; ++r) {
      const floats value = (__builtin_convertvector(found[r][c], floats) * (factor * left.factors[r])) + start;
      std::memcpy(out.data + (r * out.stride) + at, &value, sizeof value);
    }
  }
}

// Panel by panel, so that the weights pass through the cache once; within a panel all rows, the taller blocks first.
template <class Lanes, std::size_t Across, std::size_t Tall>
[[gnu::always_inline]] inline void multiply_all(std::size_t rows, scaled_rows left, const packed_matrix& matrix,
                                                const float* bias, matrix_view out) {
  constexpr std::size_t columns = Across * Lanes::count;
  for (std::size_t column = 0; column < matrix.columns; column += columns) {
    const auto within = column % panel_columns;
    const auto* const panel = matrix.panels + ((column - within) * matrix.rows) + (2 * within);
    const auto* const factors = matrix.factors + column;
    const auto* const start = bias == nullptr ? nullptr : bias + column;
    const auto rows_from = [&](std::size_t row) {
      return scaled_rows{left.numbers + (row * left.stride), left.stride, left.factors + row};
    };
    const auto into = [&](std::size_t row) { return matrix_view{out.data + (row * out.stride) + column, out.stride}; };
    std::size_t row = 0;
    for (; row + Tall <= whole_blocks(rows); row += Tall)
      multiply_block<Lanes, Tall, Across>(rows_from(row), panel, matrix.rows, factors, start, into(row));
    for (; row < rows; row += block_rows)
      multiply_block<Lanes, block_rows, Across>(rows_from(row), panel, matrix.rows, factors, start, into(row));
  }
}

void multiply_plain(std::size_t rows, scaled_rows left, const packed_matrix& matrix, const float* bias,
                    matrix_view out) {
  multiply_all<plain, 2, block_rows>(rows, left, matrix, bias, out);
}

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void multiply_avx2(std::size_t rows, scaled_rows left, const packed_matrix& matrix,
                                               const float* bias, matrix_view out) {
  multiply_all<avx2, 2, block_rows>(rows, left, matrix, bias, out);
}

[[gnu::target("avx512bw")]] void multiply_avx512(std::size_t rows, scaled_rows left, const packed_matrix& matrix,
                                                 const float* bias, matrix_view out) {
  multiply_all<avx512, 2, 12>(rows, left, matrix, bias, out);
}

[[gnu::target("avx512bw,avx512vnni")]] void multiply_vnni(std::size_t rows, scaled_rows left,
                                                          const packed_matrix& matrix, const float* bias,
                                                          matrix_view out) {
  multiply_all<avx512, 2, 12>(rows, left, matrix, bias, out);
}
#endif

std::vector<multiply_variant> known_variants() {
  std::vector<multiply_variant> variants;
#if defined(__x86_64__)
  const bool has_wide = __builtin_cpu_supports("avx512bw");
  if (has_wide && __builtin_cpu_supports("avx512vnni")) variants.push_back({"vnni", multiply_vnni});
  if (has_wide) variants.push_back({"avx512", multiply_avx512});
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

void multiply(std::size_t rows, scaled_rows left, const packed_matrix& matrix, const float* bias, matrix_view out) {
  multiply_variants().front().run(rows, left, matrix, bias, out);
}

}  // namespace stillholds
