#include "knowledge/encoding/search_graph.hpp"

#include <hnswlib/hnswlib.h>

#include <algorithm>
#include <cstring>

namespace stillholds {
namespace {

constexpr std::size_t links = 16;
constexpr std::size_t effort_building = 100;
constexpr std::size_t effort_searching = 200;

// The graph is given the vectors' addresses instead of copies: they exist already, and are most of the memory.
class address_space final : public hnswlib::SpaceInterface<float> {
 public:
  std::size_t get_data_size() override { return sizeof(const packed_vector*); }
  hnswlib::DISTFUNC<float> get_dist_func() override { return &distance; }
  void* get_dist_func_param() override { return nullptr; }

 private:
  static const packed_vector& at(const void* address) {
    const packed_vector* vector = nullptr;
    std::memcpy(static_cast<void*>(&vector), address, sizeof vector);  // not aligned inside the graph
    return *vector;
  }
  static float distance(const void* a, const void* b, const void* /*parameter*/) { return 1.0F - cosine(at(a), at(b)); }
};

}  // namespace

struct search_graph::whole {
  explicit whole(std::size_t size) : graph(&space, size, links, effort_building) { graph.setEf(effort_searching); }

  address_space space;
  hnswlib::HierarchicalNSW<float> graph;
};

search_graph::search_graph(std::span<const packed_vector> vectors) {
  auto made = std::make_unique<whole>(vectors.size());
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const auto* const address = &vectors[i];
    made->graph.addPoint(static_cast<const void*>(&address), i);
  }
  whole_ = std::move(made);
}

search_graph::~search_graph() = default;
search_graph::search_graph(search_graph&&) noexcept = default;
search_graph& search_graph::operator=(search_graph&&) noexcept = default;

std::vector<std::size_t> search_graph::near(const packed_vector& question, std::size_t count) const {
  std::vector<std::size_t> indices;
  const auto* const address = &question;
  auto found = whole_->graph.searchKnn(static_cast<const void*>(&address), count);
  indices.reserve(found.size());
  for (; !found.empty(); found.pop()) indices.push_back(found.top().second);
  return indices;
}

}  // namespace stillholds
