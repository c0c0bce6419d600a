#include "knowledge/encoding/product.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

using namespace stillholds;

namespace {

std::vector<float> numbers(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> any(-1, 1);
  std::vector<float> made(count);
  for (auto& each : made) each = any(random);
  return made;
}

std::vector<float> packed(const std::vector<float>& plain, std::size_t rows, std::size_t columns) {
  std::vector<float> panels;
  for (std::size_t first = 0; first < columns; first += panel_columns) {
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t c = 0; c < panel_columns; ++c) panels.push_back(plain[(row * columns) + first + c]);
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
    for (const auto& [rows, inner, columns] : {shape{1, 1, 32},
                                               {3, 7, 64},
                                               {4, 16, 32},
                                               {11, 64, 96},
                                               {12, 33, 32},
                                               {13, 5, 128},
                                               {24, 9, 64},
                                               {29, 50, 32}}) {
      const auto stride = inner + 3;  // the left side may be part of something wider
      auto left = numbers(whole_blocks(rows) * stride, 1);
      const auto right = numbers(inner * columns, 2);
      const auto bias = numbers(columns, 3);
      const auto panels = packed(right, inner, columns);
      std::vector<float> out(whole_blocks(rows) * columns);
      for (const float* shift : {static_cast<const float*>(nullptr), bias.data()}) {
        variant.run(rows, {left.data(), stride}, {panels.data(), inner, columns}, shift, {out.data(), columns});
        double worst = 0;
        for (std::size_t r = 0; r < rows; ++r) {
          for (std::size_t c = 0; c < columns; ++c) {
            double sum = shift == nullptr ? 0 : shift[c];
            for (std::size_t i = 0; i < inner; ++i) sum += double{left[(r * stride) + i]} * right[(i * columns) + c];
            worst = std::max(worst, std::abs(sum - out[(r * columns) + c]));
          }
        }
        CHECK_MESSAGE(worst < 1e-5, std::string(variant.name), " ", rows, "x", inner, "x", columns);
      }
    }
  }
}

TEST_CASE("the best set of instructions comes first, and one is always there") {
  REQUIRE(!multiply_variants().empty());
  CHECK(multiply_variants().back().name == "plain");
}
