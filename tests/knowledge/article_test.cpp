#include "knowledge/model/article.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace stillholds;
using namespace std::chrono_literals;

namespace {

verdict verdict_from(partial_date from, status value) {
  verdict made;
  made.from = from;
  made.status = value;
  made.reviewed = {2026, 3, 10};
  return made;
}

}  // namespace

TEST_CASE("every word in the files reads back to what it names") {
  for (const auto value : {status::holds, status::partly_holds, status::outdated, status::overturned,
                           status::unsupported, status::unresolved}) {
    CHECK(parse_status(name_of(value)) == value);
  }
  for (const auto value : {bearing::supports, bearing::contradicts, bearing::qualifies})
    CHECK(parse_bearing(name_of(value)) == value);
  for (const auto value : {source_kind::primary, source_kind::secondary, source_kind::aggregator}) {
    CHECK(parse_source_kind(name_of(value)) == value);
  }
  for (const auto value : {confidence_level::low, confidence_level::medium, confidence_level::high}) {
    CHECK(parse_confidence(name_of(value)) == value);
  }
  CHECK(name_of(status::partly_holds) == "partly-holds");
  for (const auto* word : {"", "Holds", "partly_holds", "hold", "holds "}) CHECK_FALSE(parse_status(word));
}

TEST_CASE("the verdict in force on a day") {
  claim one;
  CHECK(one.in_force(day{2026y / 1 / 1}) == nullptr);
  one.history = {verdict_from({2025, 1, 0}, status::holds), verdict_from({2025, 6, 15}, status::partly_holds),
                 verdict_from({2026, 0, 0}, status::overturned)};
  CHECK(one.in_force(day{2024y / 12 / 31}) == nullptr);
  CHECK(one.in_force(day{2025y / 1 / 1})->status == status::holds);
  CHECK(one.in_force(day{2025y / 6 / 14})->status == status::holds);
  CHECK(one.in_force(day{2025y / 6 / 15})->status == status::partly_holds);
  CHECK(one.in_force(day{2025y / 12 / 31})->status == status::partly_holds);
  CHECK(one.in_force(day{2026y / 1 / 1})->status == status::overturned);
  CHECK(one.current().status == status::overturned);
}

TEST_CASE("when a review is due") {
  claim one;
  CHECK_FALSE(one.review_due());
  one.history = {verdict_from({2025, 1, 0}, status::holds)};
  CHECK_FALSE(one.review_due());
  one.review.every_days = 90;
  CHECK(one.review_due() == day{2026y / 6 / 8});
  one.review.by = partial_date{2026, 4, 0};
  CHECK(one.review_due() == day{2026y / 4 / 30});
  one.review.retired_on = partial_date{2026, 0, 0};
  CHECK_FALSE(one.review_due());
}

TEST_CASE("looking up") {
  article of;
  of.sections = {{"a", "A", {}}, {"b", "B", {}}};
  of.claims.resize(2);
  of.claims[0].id = "x";
  of.claims[1].id = "y";
  CHECK(of.find("y") == &of.claims[1]);
  CHECK(of.find("z") == nullptr);
  CHECK(of.find_section("b") == &of.sections[1]);
  CHECK(of.find_section("c") == nullptr);
  const std::string own = "own";
  const translations other{{"zh", "别"}};
  CHECK(text_in(other, "zh", own) == "别");
  CHECK(&text_in(other, "de", own) == &own);
  of.at = {"f", 1, 2};
  of.keys["title"] = {"f", 3, 4};
  CHECK(place_of(of, "title").line == 3);
  CHECK(place_of(of, "author").line == 1);
}
