// A graph over very many vectors in which the nearest ones are found without looking at all: hnswlib, wrapped.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "knowledge/encoding/sentence_vector.hpp"

namespace stillholds {

// Immutable once built; safe to share between threads without a lock. The same vectors make the same graph.
class search_graph {
 public:
  // Keeps pointers: the vectors must outlive it and stay where they are.
  explicit search_graph(std::span<const packed_vector> vectors);
  ~search_graph();
  search_graph(search_graph&&) noexcept;
  search_graph& operator=(search_graph&&) noexcept;

  // The indices of about the `count` nearest, in no order; about one of a hundred is missed.
  [[nodiscard]] std::vector<std::size_t> near(const packed_vector& question, std::size_t count) const;

 private:
  struct whole;
  std::unique_ptr<const whole> whole_;
};

}  // namespace stillholds
