// A sentence as 512 numbers of length one together: as the encoder computes it, and packed as the index and the cache
// keep it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace stillholds {

inline constexpr std::size_t vector_dimensions = 512;

// Of length one.
using sentence_vector = std::array<float, vector_dimensions>;

// Whole numbers of eight bits, and what brings them to length one again: a quarter of the memory of floats, which is
// what comparing with many waits for. Cosines are the same on every machine whatever the order of adding, and those of
// the encoder's vectors, in which no number stands out, good to 2e-3.
struct packed_vector {
  std::array<std::int8_t, vector_dimensions> numbers{};
  double factor{0};  // no float: a record of it has no gaps

  bool operator==(const packed_vector&) const = default;
};

[[nodiscard]] packed_vector pack(const sentence_vector& vector) noexcept;

// -1 to 1; 0 with a vector of nought.
[[nodiscard]] float cosine(const packed_vector& a, const packed_vector& b) noexcept;

// The cosine of `one` with each of `others`, in their order; `into` has room for as many.
void cosines(const packed_vector& one, std::span<const packed_vector> others, std::span<float> into) noexcept;

}  // namespace stillholds
