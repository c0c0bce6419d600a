#include "knowledge/encoding/scaled.hpp"

#include "knowledge/encoding/sums.hpp"

namespace stillholds {

float scale(std::span<const float> row, std::int16_t* into) noexcept {
  const float factor = factor_of(sum_of(row, [](float x) { return x * x; }));
  const float reciprocal = reciprocal_of(factor);
  for (std::size_t i = 0; i < row.size(); ++i) into[i] = scaled(row[i], reciprocal);
  return factor;
}

}  // namespace stillholds
