// Rows of numbers, one row a token, aligned and with room for whole blocks (product.hpp).
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "knowledge/encoding/product.hpp"
#include "knowledge/encoding/scaled.hpp"

namespace stillholds {

// Made smaller it keeps its memory: asking the system for fresh memory for each text took as long as a third of the
// products. What the rows held is lost.
template <class Number>
class sheet {
 public:
  void resize(std::size_t rows, std::size_t columns) {
    columns_ = columns;
    const auto needed = (whole_blocks(rows) * columns) + line;
    if (numbers_.size() < needed) numbers_.resize(needed);
    const auto past = reinterpret_cast<std::uintptr_t>(numbers_.data()) / sizeof(Number) % line;
    start_ = numbers_.data() + ((line - past) % line);
  }
  [[nodiscard]] Number* row(std::size_t index) noexcept { return start_ + (index * columns_); }
  [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
  [[nodiscard]] std::span<Number> values(std::size_t rows) noexcept { return {start_, rows * columns_}; }
  [[nodiscard]] matrix_view from_column(std::size_t column) noexcept
    requires std::same_as<Number, float>
  {
    return {start_ + column, columns_};
  }

 private:
  static constexpr std::size_t line = 64 / sizeof(Number);  // numbers in a cache line

  std::size_t columns_{0};
  std::vector<Number> numbers_;
  Number* start_{nullptr};
};

// Rows of scaled numbers.
class scaled_sheet {
 public:
  // Scales `columns` numbers of each row, a multiple of sixteen.
  void take(std::size_t rows, matrix_view from, std::size_t columns) {
    numbers_.resize(rows, columns);
    factors_.resize(1, whole_blocks(rows));
    for (std::size_t r = 0; r < rows; ++r)
      factors_.row(0)[r] = scale({from.data + (r * from.stride), columns}, numbers_.row(r));
  }
  [[nodiscard]] scaled_rows from_column(std::size_t column) noexcept {
    return {numbers_.row(0) + column, numbers_.columns(), factors_.row(0)};
  }

 private:
  sheet<std::int16_t> numbers_;
  sheet<float> factors_;
};

}  // namespace stillholds
