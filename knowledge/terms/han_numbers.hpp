// Numbers inside runs of Han characters: 百分之九十, 九成, 八百亿美元, 2025年.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/terms/tokens.hpp"

namespace stillholds {

struct han_piece {
  token_kind kind{token_kind::han};  // han, number or unit
  std::size_t length{0};             // characters of the run
  std::string text{};                // units: the name below; numbers: digits; otherwise empty
  double value{0};
};

// Cuts a run into numbers, units and the words between; the pieces' lengths add up to the run's.
// `after_number` says that digits stand right before the run, so that it may begin with a unit.
// Names of units: "e4" (万), "e8" (亿) and other powers, "usd" "cny" "eur" "gbp" "jpy", "tenths" (成), "of" (分之),
// "percent" (个百分点), "times" (倍), "year", "month", "day". 百分之九十 is the number 90 and the unit "percent".
[[nodiscard]] std::vector<han_piece> split_han_numbers(std::u32string_view run, bool after_number);

}  // namespace stillholds
