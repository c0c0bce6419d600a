#include "knowledge/encoding/sentence_vector.hpp"

#include <algorithm>
#include <cmath>

namespace stillholds {
namespace {

constexpr float most = 127;

// Inlined into each routine below, so that it is compiled for that routine's instructions.
[[gnu::always_inline]] inline float cosine_of(const packed_vector& a, const packed_vector& b) noexcept {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < vector_dimensions; ++i) sum += std::int32_t{a.numbers[i]} * std::int32_t{b.numbers[i]};
  return static_cast<float>(sum * (a.factor * b.factor));
}

[[gnu::always_inline]] inline void all_cosines(const packed_vector& one, std::span<const packed_vector> others,
                                               std::span<float> into) noexcept {
  for (std::size_t i = 0; i < others.size(); ++i) into[i] = cosine_of(one, others[i]);
}

using routine = void (*)(const packed_vector&, std::span<const packed_vector>, std::span<float>) noexcept;

void cosines_plain(const packed_vector& one, std::span<const packed_vector> others, std::span<float> into) noexcept {
  all_cosines(one, others, into);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void cosines_avx2(const packed_vector& one, std::span<const packed_vector> others,
                                          std::span<float> into) noexcept {
  all_cosines(one, others, into);
}

routine best_routine() noexcept { return __builtin_cpu_supports("avx2") ? cosines_avx2 : cosines_plain; }
#else
routine best_routine() noexcept { return cosines_plain; }
#endif

}  // namespace

packed_vector pack(const sentence_vector& vector) noexcept {
  float largest = 0;
  for (const auto number : vector) largest = std::max(largest, std::abs(number));
  packed_vector packed;
  std::int32_t squares = 0;
  for (std::size_t i = 0; i < vector.size() && largest > 0; ++i) {
    const auto whole = std::lround(vector[i] / largest * most);
    packed.numbers[i] = static_cast<std::int8_t>(whole);
    squares += static_cast<std::int32_t>(whole * whole);
  }
  if (squares > 0) packed.factor = 1 / std::sqrt(static_cast<double>(squares));
  return packed;
}

float cosine(const packed_vector& a, const packed_vector& b) noexcept {
  float found = 0;
  cosines(a, {&b, 1}, {&found, 1});
  return found;
}

void cosines(const packed_vector& one, std::span<const packed_vector> others, std::span<float> into) noexcept {
  static const routine chosen = best_routine();
  chosen(one, others, into);
}

}  // namespace stillholds
