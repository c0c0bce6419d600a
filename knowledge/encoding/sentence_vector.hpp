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

// Fixed point, 1.0 = 32767: half the memory of floats, cosines good to 1e-4, and sums that are the same on every
// machine whatever the order of adding.
using packed_vector = std::array<std::int16_t, vector_dimensions>;

[[nodiscard]] packed_vector pack(const sentence_vector& vector) noexcept;

// -1 to 1. Both are of length one, so no partial sum of products passes 32767 squared and 32 bits hold it.
[[nodiscard]] float cosine(const packed_vector& a, const packed_vector& b) noexcept;

// The cosine of `one` with each of `others`, in their order; `into` has room for as many.
void cosines(const packed_vector& one, std::span<const packed_vector> others, std::span<float> into) noexcept;

}  // namespace stillholds
