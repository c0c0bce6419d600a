// What all workers share of the encoder, for the thread sanitizer to read: one model, one index, one cache.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "knowledge/encoding/sentence_vectors.hpp"
#include "knowledge/encoding/vector_index.hpp"
#include "tests/knowledge/encoder_weights.hpp"

using namespace stillholds;

// The thread sanitizer asks for this by name. While it builds, hnswlib locks a new point and then its neighbours, in
// any order; there is one builder, so nobody can wait for anybody.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wreserved-identifier"  // the sanitizer wants this name
extern "C" const char* __tsan_default_suppressions() { return "deadlock:hnswlib::HierarchicalNSW\n"; }
#pragma clang diagnostic pop

TEST_CASE("workers encode at the same time, and get what one alone would get" * doctest::skip(no_weights())) {
  const auto cache = std::filesystem::temp_directory_path() / ("stillholds-shared-" + std::to_string(::getpid()));
  const auto vectors = sentence_vectors::open(weights_file(), cache);
  REQUIRE(vectors);
  const std::vector<std::string_view> texts{"does it hold", "what about patents", "how much compute has China"};
  const auto expected = (*vectors)->of_all(texts);
  const auto odds = [&] {
    return (*vectors)->log_odds((*vectors)->tokens_of(texts[0]), (*vectors)->tokens_of(texts[1]));
  };
  const auto expected_odds = odds();
  std::vector<float> found_odds(3);
  std::vector<std::vector<packed_vector>> found(3);
  {
    std::vector<std::jthread> workers;
    for (std::size_t worker = 0; worker < found.size(); ++worker) {
      workers.emplace_back([&, worker] {
        auto& mine = found[worker];
        found_odds[worker] = odds();
        for (const auto text : texts) mine.push_back((*vectors)->of(text).vector);
        for (const auto& vector : (*vectors)->of_all(texts)) mine.push_back(vector);
      });
    }
  }
  std::filesystem::remove(cache);
  auto twice = expected;
  twice.insert(twice.end(), expected.begin(), expected.end());
  for (const auto& mine : found) CHECK(mine == twice);
  for (const auto mine : found_odds) CHECK(mine == expected_odds);
}

TEST_CASE("workers search one index at the same time, by looking at all and by the graph") {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<packed_vector> vectors(300);
  std::vector<std::uint32_t> owners;
  for (auto& vector : vectors) {
    sentence_vector any{};
    for (auto& each : any) each = normal(random);
    vector = pack(any);
    owners.push_back(static_cast<std::uint32_t>(owners.size()));
  }
  for (const std::size_t graph_above : {std::size_t{0}, std::size_t{1000}}) {
    const vector_index index(owners, vectors, graph_above);
    std::vector<std::size_t> right(3);
    {
      std::vector<std::jthread> workers;
      for (auto& mine : right) {
        workers.emplace_back([&] {
          for (std::size_t i = 0; i < vectors.size(); ++i) {
            const auto found = index.nearest(vectors[i], 3);
            mine += !found.empty() && found.front().owner == owners[i] ? 1U : 0U;
          }
        });
      }
    }
    for (const auto mine : right) CHECK(mine >= 297);  // the graph may miss one of a hundred
  }
}
