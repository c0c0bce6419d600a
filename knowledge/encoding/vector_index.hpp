// The vectors of many owners (claims), and which of them are nearest to a question's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "knowledge/encoding/sentence_vector.hpp"

namespace stillholds {

struct neighbour {
  std::uint32_t owner{0};
  float cosine{0};
};

// Immutable once built; safe to share between threads without a lock.
class vector_index {
 public:
  // Above so many vectors a search graph is built, and `nearest` may miss one in a hundred; up to it, it is exact.
  static constexpr std::size_t graph_above_default = 50'000;

  // `owners[i]` is whose vector `vectors[i]` is; an owner may have several, in any order.
  vector_index(std::span<const std::uint32_t> owners, std::vector<packed_vector> vectors,
               std::size_t graph_above = graph_above_default);
  ~vector_index();
  vector_index(vector_index&&) noexcept;
  vector_index& operator=(vector_index&&) noexcept;

  // The `count` owners nearest to the question, best first, each once with its best cosine. `allowed` has a flag for
  // each owner; empty allows all. Where it does not, every allowed vector is looked at.
  [[nodiscard]] std::vector<neighbour> nearest(const packed_vector& question, std::size_t count,
                                               std::span<const std::uint8_t> allowed = {}) const;

  // The best cosine among the owner's vectors, always exact; -1 when it has none.
  [[nodiscard]] float similarity(const packed_vector& question, std::uint32_t owner) const noexcept;

  // The owner's vectors, in the order they were given in; empty when it has none.
  [[nodiscard]] std::span<const packed_vector> of_owner(std::uint32_t owner) const noexcept;

  // How many vectors stand before the owner's where they lie in the order of their owners.
  [[nodiscard]] std::size_t before_owner(std::uint32_t owner) const noexcept;

  [[nodiscard]] std::size_t size() const noexcept;  // vectors, not owners

 private:
  struct whole;
  std::unique_ptr<const whole> whole_;
};

}  // namespace stillholds
