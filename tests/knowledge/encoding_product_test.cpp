#include "knowledge/encoding/product.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "knowledge/encoding/scaled.hpp"
#include "knowledge/encoding/sheet.hpp"

using namespace stillholds;

namespace {

std::vector<float> numbers(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> any(-1, 1);
  std::vector<float> made(count);
  for (auto& each : made) each = any(random);
  return made;
}

// Any whole numbers, `together` of them no longer than what is allowed.
std::vector<std::int16_t> whole_numbers(std::size_t rows, std::size_t columns, std::size_t together, unsigned seed) {
  std::mt19937 random(seed);
  const auto most = static_cast<int>(scaled_length / std::sqrt(static_cast<float>(together)));
  std::uniform_int_distribution<int> any(-most, most);
  std::vector<std::int16_t> made(rows * columns);
  for (auto& each : made) each = static_cast<std::int16_t>(any(random));
  return made;
}

std::vector<std::int16_t> packed(const std::vector<std::int16_t>& plain, std::size_t rows, std::size_t columns) {
  std::vector<std::int16_t> panels;
  for (std::size_t first = 0; first < columns; first += panel_columns) {
    for (std::size_t pair = 0; pair < rows; pair += 2) {
      for (std::size_t c = first; c < first + panel_columns; ++c) {
        panels.push_back(plain[(pair * columns) + c]);
        panels.push_back(plain[((pair + 1) * columns) + c]);
      }
    }
  }
  return panels;
}

}  // namespace

TEST_CASE("a product is the sum of products, for every set of instructions this machine has") {
  struct shape {
    std::size_t rows, inner, columns;
  };
  for (const auto& variant : multiply_variants()) {
    for (const auto& [rows, inner, columns] : {shape{1, 2, 32},
                                               {3, 8, 64},
                                               {4, 16, 32},
                                               {11, 64, 96},
                                               {12, 34, 32},
                                               {13, 6, 128},
                                               {24, 10, 64},
                                               {29, 1536, 32}}) {
      const auto stride = inner + 3;  // the left side may be part of something wider
      const auto left = whole_numbers(whole_blocks(rows), stride, inner, 1);
      const auto left_factors = numbers(whole_blocks(rows), 4);
      const auto right = whole_numbers(inner, columns, inner, 2);
      const auto right_factors = numbers(columns, 5);
      const auto bias = numbers(columns, 3);
      const auto panels = packed(right, inner, columns);
      std::vector<float> out(whole_blocks(rows) * columns);
      for (const float* shift : {static_cast<const float*>(nullptr), bias.data()}) {
        variant.run(rows, {left.data(), stride, left_factors.data()},
                    {panels.data(), right_factors.data(), inner, columns}, shift, {out.data(), columns});
        double worst = 0;
        for (std::size_t r = 0; r < rows; ++r) {
          for (std::size_t c = 0; c < columns; ++c) {
            double sum = 0;
            for (std::size_t i = 0; i < inner; ++i)
              sum += double{static_cast<double>(left[(r * stride) + i])} * right[(i * columns) + c];
            sum = (sum * double{left_factors[r]} * double{right_factors[c]}) + (shift == nullptr ? 0 : shift[c]);
            const auto off = std::abs(sum - double{out[(r * columns) + c]}) / std::max(1.0, std::abs(sum));
            worst = std::isfinite(off) ? std::max(worst, off) : 1;
          }
        }
        CHECK_MESSAGE(worst < 1e-6, std::string(variant.name), " ", rows, "x", inner, "x", columns);
      }
    }
  }
}

TEST_CASE("the longest rows that there can be stay within 32 bits") {
  // All of one sign, all of one size, or one number that is everything.
  for (const std::size_t inner : {std::size_t{16}, std::size_t{512}, std::size_t{1536}}) {
    for (const bool alone : {false, true}) {
      std::vector<float> row(inner, alone ? 0.0F : 1.0F);
      row[0] = 1;
      std::vector<std::int16_t> whole(block_rows * inner);
      std::vector<float> factors(block_rows);
      for (std::size_t r = 0; r < block_rows; ++r) factors[r] = scale(row, whole.data() + (r * inner));
      std::vector<std::int16_t> columns(inner * panel_columns);
      for (std::size_t i = 0; i < columns.size(); ++i) columns[i] = whole[i / panel_columns];
      const auto panels = packed(columns, inner, panel_columns);
      const std::vector<float> column_factors(panel_columns, factors[0]);
      std::vector<float> out(block_rows * panel_columns);
      for (const auto& variant : multiply_variants()) {
        variant.run(1, {whole.data(), inner, factors.data()},
                    {panels.data(), column_factors.data(), inner, panel_columns}, nullptr, {out.data(), panel_columns});
        CHECK(out[7] == doctest::Approx(alone ? 1.0 : static_cast<double>(inner)).epsilon(0.001));
      }
    }
  }
}

TEST_CASE("a scaled row is the row, to half of its factor") {
  for (const float size : {1e-6F, 1.0F, 3e5F}) {
    auto row = numbers(1536, 7);
    for (auto& each : row) each *= size;
    std::vector<std::int16_t> whole(row.size());
    const auto factor = scale(row, whole.data());
    REQUIRE(factor > 0);
    double squares = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      CHECK(std::abs((whole[i] * factor) - row[i]) <= factor * 0.501F);
      squares += double{static_cast<double>(whole[i])} * whole[i];
    }
    CHECK(std::sqrt(squares) == doctest::Approx(scaled_length).epsilon(0.001));
  }
  CHECK(scaled(2.5F, 1) == 3);
  CHECK(scaled(-2.5F, 1) == -3);
  CHECK(scaled(-0.4F, 1) == 0);
}

TEST_CASE("a row of nought stays one, and so does one that is too small to tell") {
  for (const float size : {0.0F, 1e-20F, std::numeric_limits<float>::denorm_min()}) {
    const std::vector<float> row(16, size);
    std::vector<std::int16_t> whole(16, 9);
    CHECK(scale(row, whole.data()) == 0);
    CHECK(whole == std::vector<std::int16_t>(16, 0));
  }
}

TEST_CASE("the best set of instructions comes first, and one is always there") {
  REQUIRE(!multiply_variants().empty());
  CHECK(multiply_variants().back().name == "plain");
}
