// Sums of many numbers side by side.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace stillholds {

// The sum of what `each` makes of the values, of which there are a multiple of sixteen. Sixteen sums side by side: the
// compiler may not reorder one, and one alone waits for every addition before it.
template <class Each>
[[nodiscard]] float sum_of(std::span<const float> values, Each each) noexcept {
  std::array<float, 16> sums{};
  for (std::size_t i = 0; i + sums.size() <= values.size(); i += sums.size()) {
    for (std::size_t lane = 0; lane < sums.size(); ++lane) sums[lane] += each(values[i + lane]);
  }
  for (auto half = sums.size() / 2; half > 0; half /= 2) {
    for (std::size_t lane = 0; lane < half; ++lane) sums[lane] += sums[lane + half];
  }
  return sums[0];
}

}  // namespace stillholds
