// Numbers however they are written: "90%", "9/10" and "ninety percent" are one, and so are "$80B" and 800亿美元.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "knowledge/terms/tokens.hpp"

namespace stillholds {

enum class number_unit { plain, percent, money, year };

struct number {
  double value{0};  // percent: 90 for "90%"; money: in whole units of the currency
  number_unit unit{number_unit::plain};
  std::string currency;   // money only: "usd", "cny", ...
  std::size_t tokens{0};  // how many tokens it takes

  // "90%", "usd:80e9", "#110e9", "2025": equal keys for equal numbers.
  [[nodiscard]] std::string key() const;
  // Money without its currency, so that "80 billion" can meet "$80bn"; otherwise the key.
  [[nodiscard]] std::string bare_key() const;
};

// The number that begins at tokens[at]; nothing where none does. Small bare numbers written as words ("one", "two")
// are words, not numbers. Fractions with a usual denominator are percentages: 1/10th, a tenth, nine out of ten, 九成.
[[nodiscard]] std::optional<number> read_number(std::span<const token> tokens, std::size_t at);

}  // namespace stillholds
