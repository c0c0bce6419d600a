#include "knowledge/encoding/vector_index.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <optional>
#include <utility>

#include "knowledge/encoding/search_graph.hpp"

namespace stillholds {
namespace {

bool is_better(const neighbour& a, const neighbour& b) noexcept {
  return a.cosine != b.cosine ? a.cosine > b.cosine : a.owner < b.owner;
}

// Brings both into the order of the owners, which keeps one owner's vectors together.
void sort_by_owner(std::vector<std::uint32_t>& owners, std::vector<packed_vector>& vectors) {
  if (std::ranges::is_sorted(owners)) return;
  std::vector<std::size_t> order(owners.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t at) { return std::pair(owners[at], at); });
  std::vector<std::uint32_t> sorted_owners(order.size());
  std::vector<packed_vector> sorted_vectors(order.size());
  for (std::size_t row = 0; row < order.size(); ++row) {
    sorted_owners[row] = owners[order[row]];
    sorted_vectors[row] = vectors[order[row]];
  }
  owners = std::move(sorted_owners);
  vectors = std::move(sorted_vectors);
}

std::size_t longest_run(std::span<const std::uint32_t> sorted) {
  std::size_t longest = 0;
  for (std::size_t first = 0, at = 0; at < sorted.size(); ++at) {
    if (sorted[at] != sorted[first]) first = at;
    longest = std::max(longest, at - first + 1);
  }
  return longest;
}

// Each owner once, with its best; then the `count` best owners, best first.
std::vector<neighbour> best_owners(std::vector<neighbour> found, std::size_t count) {
  std::ranges::sort(found, [](const neighbour& a, const neighbour& b) {
    return a.owner != b.owner ? a.owner < b.owner : a.cosine > b.cosine;
  });
  const auto repeated = std::ranges::unique(found, {}, &neighbour::owner);
  found.erase(repeated.begin(), repeated.end());
  const auto kept = std::min(count, found.size());
  std::ranges::partial_sort(found, found.begin() + static_cast<std::ptrdiff_t>(kept), is_better);
  found.resize(kept);
  return found;
}

}  // namespace

struct vector_index::whole {
  std::vector<std::uint32_t> owners;  // ascending, one a vector
  std::vector<packed_vector> vectors;
  std::size_t most_of_one_owner{0};
  std::optional<search_graph> graph;
};

vector_index::vector_index(std::span<const std::uint32_t> owners, std::vector<packed_vector> vectors,
                           std::size_t graph_above) {
  assert(owners.size() == vectors.size());
  auto made = std::make_unique<whole>();
  made->owners.assign(owners.begin(), owners.end());
  made->vectors = std::move(vectors);
  sort_by_owner(made->owners, made->vectors);
  made->most_of_one_owner = longest_run(made->owners);
  if (made->vectors.size() > graph_above) made->graph.emplace(made->vectors);
  whole_ = std::move(made);
}

vector_index::~vector_index() = default;
vector_index::vector_index(vector_index&&) noexcept = default;
vector_index& vector_index::operator=(vector_index&&) noexcept = default;

std::vector<neighbour> vector_index::nearest(const packed_vector& question, std::size_t count,
                                             std::span<const std::uint8_t> allowed) const {
  const auto& [owners, vectors, most_of_one_owner, graph] = *whole_;
  if (count == 0 || vectors.empty()) return {};
  if (!allowed.empty()) {
    std::vector<neighbour> few;
    for (std::size_t row = 0; row < vectors.size(); ++row) {
      if (allowed[owners[row]] != 0) few.push_back({owners[row], cosine(question, vectors[row])});
    }
    return best_owners(std::move(few), count);
  }
  // So many vectors that `count` owners are among them even when the nearest owners have the most vectors.
  const auto enough = std::min(count * most_of_one_owner, vectors.size());
  std::vector<neighbour> found;
  if (graph) {
    for (const auto row : graph->near(question, enough)) found.push_back({owners[row], cosine(question, vectors[row])});
    return best_owners(std::move(found), count);
  }
  std::vector<float> all(vectors.size());
  cosines(question, vectors, all);
  // What is below the `enough`-th best cannot count; most of it is dropped before anything is sorted.
  auto ranked = all;
  const auto last = ranked.begin() + static_cast<std::ptrdiff_t>(enough - 1);
  std::ranges::nth_element(ranked, last, std::ranges::greater{});
  for (std::size_t row = 0; row < all.size(); ++row) {
    if (all[row] >= *last) found.push_back({owners[row], all[row]});
  }
  return best_owners(std::move(found), count);
}

float vector_index::similarity(const packed_vector& question, std::uint32_t owner) const noexcept {
  float best = -1;
  for (const auto& vector : of_owner(owner)) best = std::max(best, cosine(question, vector));
  return best;
}

std::span<const packed_vector> vector_index::of_owner(std::uint32_t owner) const noexcept {
  const auto rows = std::ranges::equal_range(whole_->owners, owner);
  const auto first = static_cast<std::size_t>(rows.begin() - whole_->owners.begin());
  return std::span(whole_->vectors).subspan(first, rows.size());
}

std::size_t vector_index::before_owner(std::uint32_t owner) const noexcept {
  return static_cast<std::size_t>(std::ranges::lower_bound(whole_->owners, owner) - whole_->owners.begin());
}

std::size_t vector_index::size() const noexcept { return whole_->vectors.size(); }

}  // namespace stillholds
