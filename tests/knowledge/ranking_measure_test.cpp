// The figures of measure.hpp against values worked out by hand.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "knowledge/ranking/measure.hpp"

using namespace stillholds;

namespace {

using ids = std::vector<std::string>;

}  // namespace

TEST_CASE("retrieval figures of three queries") {
  retrieval_measure measure;
  measure.add(ids{"a", "b", "c"}, ids{"a"});                       // 1, first
  measure.add(ids{"x", "a", "y", "b", "z"}, ids{"a", "b"});        // (1/2 + 2/4) / 2 = 0.5
  measure.add(ids{"1", "2", "3", "4", "5", "gold"}, ids{"gold"});  // sixth is too late
  const auto figures = measure.figures();
  CHECK(figures.queries == 3);
  CHECK(figures.map_at_5 == doctest::Approx(1.5 / 3));
  CHECK(figures.first == doctest::Approx(1.0 / 3));
  CHECK(figures.recall_at_5 == doctest::Approx(2.0 / 3));
}

TEST_CASE("a missing second right claim costs recall and precision") {
  retrieval_measure measure;
  measure.add(ids{"a", "x"}, ids{"a", "b"});
  CHECK(measure.figures().map_at_5 == doctest::Approx(0.5));
  CHECK(measure.figures().recall_at_5 == doctest::Approx(0.5));
  CHECK(measure.figures().first == doctest::Approx(1));
}

TEST_CASE("no queries, no figures") {
  CHECK(retrieval_measure{}.figures().map_at_5 == 0);
  CHECK(abstention_measure{}.figures().precision == 0);
  CHECK(area_under_roc({}) == 0.5);
}

TEST_CASE("area under the curve, ties counting half") {
  CHECK(area_under_roc({{0.9, true}, {0.8, true}, {0.2, false}}) == doctest::Approx(1));
  CHECK(area_under_roc({{0.9, false}, {0.1, true}}) == doctest::Approx(0));
  CHECK(area_under_roc({{0.5, true}, {0.5, false}}) == doctest::Approx(0.5));
  // answerable .9 .4, not .6 .4: wins 1 + 1, then 0 + half: 2.5 of 4
  CHECK(area_under_roc({{0.9, true}, {0.4, true}, {0.6, false}, {0.4, false}}) == doctest::Approx(2.5 / 4));
  CHECK(area_under_roc({{0.9, true}}) == 0.5);
}

TEST_CASE("abstention at the product's own decision") {
  abstention_measure measure;
  measure.add(true, 0.9, decision::answer, true);
  measure.add(true, 0.8, decision::answer, false);
  measure.add(true, 0.3, decision::suggest, true);
  measure.add(false, 0.7, decision::answer, false);
  measure.add(false, 0.1, decision::none, false);
  const auto figures = measure.figures();
  CHECK(figures.answerable == 3);
  CHECK(figures.unanswerable == 2);
  CHECK(figures.precision == doctest::Approx(1.0 / 3));
  CHECK(figures.recall == doctest::Approx(1.0 / 3));
  CHECK(figures.false_answers == doctest::Approx(0.5));
  CHECK(figures.suggestions == doctest::Approx(0.2));
  CHECK(figures.area == doctest::Approx(5.0 / 6));
}

TEST_CASE("reliability: what was said against what was right, row by row") {
  reliability_measure measured;
  CHECK(measured.table().empty());
  measured.add(0.92, true);
  measured.add(0.98, false);
  measured.add(1.0, true);
  measured.add(0.31, false);
  const auto table = measured.table();
  REQUIRE(table.size() == 2);
  CHECK(table[0].from == doctest::Approx(0.3));
  CHECK(table[0].queries == 1);
  CHECK(table[0].right == 0);
  CHECK(table[1].to == doctest::Approx(1.0));
  CHECK(table[1].queries == 3);
  CHECK(table[1].said == doctest::Approx((0.92 + 0.98 + 1.0) / 3));
  CHECK(table[1].right == doctest::Approx(2.0 / 3));
}
