#include "knowledge/encoding/attention.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

using namespace stillholds;

namespace {

constexpr std::size_t heads = 4;

// The same in doubles, as the paper has it (Vaswani et al. 2017, 3.2): softmax(q k / sqrt(width of a head)) v. With a
// border a penalty is added before the softmax.
double found_by_hand(sheet<float>& tokens, std::size_t rows, std::size_t width, std::size_t token, std::size_t column,
                     const text_border& border = {}) {
  const auto head_width = width / heads;
  const auto penalty = [&](std::size_t other) {
    if (border.penalties.empty() || (token < border.row) == (other < border.row)) return 0.0;
    return double{border.penalties[(2 * (column / head_width)) + (token < border.row ? 0 : 1)]};
  };
  const auto first = column / head_width * head_width;
  std::vector<double> shares(rows);
  double whole = 0;
  for (std::size_t other = 0; other < rows; ++other) {
    double alike = 0;
    for (std::size_t i = first; i < first + head_width; ++i)
      alike += double{tokens.row(token)[i]} * double{tokens.row(other)[width + i]};
    whole += shares[other] = std::exp((alike / std::sqrt(static_cast<double>(head_width))) + penalty(other));
  }
  double sum = 0;
  for (std::size_t other = 0; other < rows; ++other)
    sum += shares[other] / whole * double{tokens.row(other)[(2 * width) + column]};
  return sum;
}

}  // namespace

TEST_CASE("attention finds what the formula says, for any number of tokens, again and again") {
  attention attend;  // one for all, as a thread has: what an earlier text left there must not show
  for (const std::size_t width : {std::size_t{256}, std::size_t{512}, std::size_t{128}}) {
    for (const std::size_t rows : {33U, 1U, 2U, 3U, 16U, 17U, 31U, 32U, 64U, 128U, 5U}) {
      CAPTURE(width);
      CAPTURE(rows);
      std::mt19937 random(static_cast<unsigned>(rows));
      // Of nought there is nothing to scale by.
      for (const float size : {1.5F, 0.0F}) {
        std::normal_distribution<float> any(0, 1);
        sheet<float> tokens;
        tokens.resize(rows, 3 * width);
        for (auto& value : tokens.values(rows)) value = size * any(random);
        sheet<float> found;
        found.resize(rows, width);
        attend.run(rows, width, heads, tokens, found);
        double worst = 0;
        for (std::size_t column = 0; column < width; column += 7) {
          for (std::size_t token = 0; token < rows; ++token) {
            const auto off =
                std::abs(found_by_hand(tokens, rows, width, token, column) - double{found.row(token)[column]});
            worst = std::isfinite(off) ? std::max(worst, off) : 1;
          }
        }
        CHECK(worst < 2e-3);
      }
    }
  }
}

TEST_CASE("to look across the border of two texts costs what its head asks for that way") {
  constexpr std::size_t width = 256;
  constexpr std::size_t rows = 37;
  constexpr std::array<float, 2 * heads> penalties{-1, 0, 2, -3, 0.5F, -20, 0, -1};
  std::mt19937 random(5);
  std::normal_distribution<float> any(0, 1);
  sheet<float> tokens;
  tokens.resize(rows, 3 * width);
  for (auto& value : tokens.values(rows)) value = any(random);
  sheet<float> found;
  found.resize(rows, width);
  attention attend;
  for (const std::size_t border : {std::size_t{0}, std::size_t{1}, std::size_t{20}, std::size_t{36}, rows}) {
    CAPTURE(border);
    const text_border at{.row = border, .penalties = penalties};
    attend.run(rows, width, heads, tokens, found, at);
    double worst = 0;
    for (std::size_t column = 0; column < width; column += 5) {
      for (std::size_t token = 0; token < rows; ++token) {
        const auto wanted = found_by_hand(tokens, rows, width, token, column, at);
        worst = std::max(worst, std::abs(wanted - double{found.row(token)[column]}));
      }
    }
    CHECK(worst < 2e-3);
  }
}

TEST_CASE("a text without tokens finds nothing") {
  attention attend;
  sheet<float> tokens;
  sheet<float> found;
  tokens.resize(0, 3 * 128);
  found.resize(0, 128);
  attend.run(0, 128, heads, tokens, found);
  CHECK(found.values(0).empty());
}
