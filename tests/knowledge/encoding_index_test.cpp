#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <vector>

#include "knowledge/encoding/sentence_vector.hpp"
#include "knowledge/encoding/vector_index.hpp"

using namespace stillholds;

namespace {

class vector_maker {
 public:
  sentence_vector any() { return shifted({}, 1); }
  // Near `around`: the smaller `how_far`, the nearer.
  sentence_vector shifted(const sentence_vector& around, float how_far) {
    sentence_vector made{};
    float squares = 0;
    for (std::size_t i = 0; i < made.size(); ++i) {
      made[i] = around[i] + (how_far * normal_(random_) / 22.6F);  // 22.6 is the root of 512
      squares += made[i] * made[i];
    }
    for (auto& each : made) each /= std::sqrt(squares);
    return made;
  }

 private:
  std::mt19937 random_{7};
  std::normal_distribution<float> normal_;
};

double exact(const sentence_vector& a, const sentence_vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * double{b[i]};
  return sum;
}

}  // namespace

TEST_CASE("packed vectors keep the cosine to two thousandths, at both ends too") {
  vector_maker make;
  for (int i = 0; i < 50; ++i) {
    const auto a = make.any();
    const auto b = make.shifted(a, static_cast<float>(i) / 20);
    CHECK(std::abs(cosine(pack(a), pack(b)) - exact(a, b)) < 2e-3);
  }
  sentence_vector axis{};
  axis[3] = 1;
  CHECK(cosine(pack(axis), pack(axis)) == doctest::Approx(1));
  auto opposite = axis;
  opposite[3] = -1;
  CHECK(cosine(pack(axis), pack(opposite)) == doctest::Approx(-1));
  CHECK(cosine(pack(axis), pack({})) == 0);
}

TEST_CASE("the nearest owners, each once with its best vector, whatever the order they came in") {
  vector_maker make;
  std::vector<std::uint32_t> owners;
  std::vector<packed_vector> vectors;
  for (std::uint32_t i = 0; i < 300; ++i) {
    owners.push_back((i * 37) % 100 * 3);  // three vectors each, scattered
    vectors.push_back(pack(make.any()));
  }
  const vector_index index(owners, vectors);
  CHECK(index.size() == 300);
  for (int round = 0; round < 10; ++round) {
    const auto question = pack(make.any());
    std::map<std::uint32_t, float> best;
    for (std::size_t i = 0; i < owners.size(); ++i) {
      const auto [at, is_new] = best.try_emplace(owners[i], -1.0F);
      at->second = std::max(at->second, cosine(question, vectors[i]));
    }
    std::vector<neighbour> expected;
    for (const auto& [owner, value] : best) expected.push_back({owner, value});
    std::ranges::sort(expected, std::ranges::greater{}, &neighbour::cosine);
    for (const std::size_t count : {1U, 7U, 100U, 500U}) {
      const auto found = index.nearest(question, count);
      REQUIRE(found.size() == std::min<std::size_t>(count, 100));
      for (std::size_t i = 0; i < found.size(); ++i) {
        CHECK(found[i].owner == expected[i].owner);
        CHECK(found[i].cosine == expected[i].cosine);
      }
    }
    for (const auto& [owner, value] : best) CHECK(index.similarity(question, owner) == value);
  }
  CHECK(index.similarity(vectors[0], 1) == -1);  // 1 owns nothing
  CHECK(index.nearest(vectors[0], 0).empty());
}

TEST_CASE("an owner with many near vectors does not crowd the others out") {
  vector_maker make;
  const auto centre = make.any();
  std::vector<std::uint32_t> owners;
  std::vector<packed_vector> vectors;
  for (int i = 0; i < 40; ++i) {
    owners.push_back(1);
    vectors.push_back(pack(make.shifted(centre, 0.1F)));
  }
  for (std::uint32_t owner = 2; owner < 12; ++owner) {
    owners.push_back(owner);
    vectors.push_back(pack(make.shifted(centre, 0.5F)));
  }
  for (const std::size_t graph_above : {0U, 1000U}) {
    const vector_index index(owners, vectors, graph_above);
    const auto found = index.nearest(pack(centre), 5);
    REQUIRE(found.size() == 5);
    CHECK(found[0].owner == 1);
  }
}

TEST_CASE("an owner's vectors are found among all, in the order of their owners") {
  vector_maker make;
  const std::vector<std::uint32_t> owners{7, 2, 7, 4};
  std::vector<packed_vector> vectors;
  for (std::size_t i = 0; i < owners.size(); ++i) vectors.push_back(pack(make.any()));
  const vector_index index(owners, vectors);
  CHECK(index.before_owner(2) == 0);
  CHECK(index.before_owner(3) == 1);
  CHECK(index.before_owner(4) == 1);
  CHECK(index.before_owner(7) == 2);
  CHECK(index.before_owner(8) == 4);
  REQUIRE(index.of_owner(7).size() == 2);
  CHECK(index.of_owner(7)[0] == vectors[0]);
  CHECK(index.of_owner(7)[1] == vectors[2]);
}

TEST_CASE("an empty index knows nobody") {
  const vector_index index({}, {});
  CHECK(index.size() == 0);
  CHECK(index.nearest(packed_vector{}, 5).empty());
  CHECK(index.similarity(packed_vector{}, 0) == -1);
}

TEST_CASE("the graph finds nearly all that the exact search finds, and its cosines are exact") {
  vector_maker make;
  std::vector<std::uint32_t> owners;
  std::vector<packed_vector> vectors;
  std::vector<sentence_vector> centres;
  for (int i = 0; i < 40; ++i) centres.push_back(make.any());
  for (std::uint32_t i = 0; i < 1200; ++i) {
    owners.push_back(i);
    vectors.push_back(pack(make.shifted(centres[i % centres.size()], 0.8F)));
  }
  const vector_index exactly(owners, vectors, 1200);
  const vector_index by_graph(owners, vectors, 1199);
  std::size_t found = 0;
  for (const auto& centre : centres) {
    const auto question = pack(make.shifted(centre, 0.5F));
    const auto expected = exactly.nearest(question, 10);
    for (const auto& one : by_graph.nearest(question, 10)) {
      const auto same = std::ranges::find(expected, one.owner, &neighbour::owner);
      if (same == expected.end()) continue;
      ++found;
      CHECK(same->cosine == one.cosine);
    }
  }
  CHECK(found >= 396);  // of 400
}
