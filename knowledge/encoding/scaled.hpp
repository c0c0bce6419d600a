// Scaled numbers: whole ones of 16 bits, and one factor for all that are summed together. Half the memory of floats,
// and twice as many products at once.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace stillholds {

// All numbers are finite. What is summed together is brought to this length (the root of its squares' sum). So no
// number passes 16 bits, and no sum of products of two such rows 32 (Cauchy-Schwarz; rounding makes a row of 1536
// numbers longer by less than 20).
inline constexpr float scaled_length = 32700.0F;

// The factor of numbers whose squares add up to this; 0 when they are as good as nought.
[[nodiscard]] inline float factor_of(float squares) noexcept {
  constexpr float nothing = 1e-30F;
  return squares < nothing ? 0 : std::sqrt(squares) / scaled_length;
}

// What numbers with this factor are multiplied by to become whole ones.
[[nodiscard]] inline float reciprocal_of(float factor) noexcept { return factor == 0 ? 0 : 1 / factor; }

// To the nearest whole number; halves away from nought.
[[nodiscard]] inline std::int16_t scaled(float number, float reciprocal) noexcept {
  const float exact = number * reciprocal;
  return static_cast<std::int16_t>(static_cast<std::int32_t>(exact + std::copysign(0.5F, exact)));
}

// Scales a row; its length is a multiple of 16. Gives the factor.
float scale(std::span<const float> row, std::int16_t* into) noexcept;

}  // namespace stillholds
