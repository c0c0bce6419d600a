#include "knowledge/calendar.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace stillholds;
using std::chrono::sys_seconds;
using namespace std::chrono_literals;

TEST_CASE("dates are kept as precise as they were written") {
  for (const std::string text : {"2025", "2025-04", "2025-04-13", "1900", "2199-12-31", "2024-02-29"}) {
    const auto date = parse_date(text);
    REQUIRE_MESSAGE(date, text);
    CHECK(date->to_string() == text);
  }
  CHECK(*parse_date("2025-04") == partial_date{2025, 4, 0});
  CHECK(partial_date{}.empty());
}

TEST_CASE("what is no date is malformed") {
  for (const auto* text :
       {"",           "25",         "20250",      "2025-4", "2025-00",       "2025-13",   "2025/04",
        "2025-04-00", "2025-04-31", "2025-02-29", "1899",   "2200",          "2025-04-1", "2025-04-013",
        "+025",       "2025-+4",    " 2025",      "2025 ",  "2025-04-13T00", "二零二五"}) {
    const auto date = parse_date(text);
    CHECK_MESSAGE(!date, text);
    if (!date) CHECK(date.error().code == errc::malformed);
  }
}

TEST_CASE("the first and the last day a date may mean") {
  CHECK(parse_date("2025")->first_day() == day{2025y / 1 / 1});
  CHECK(parse_date("2025")->last_day() == day{2025y / 12 / 31});
  CHECK(parse_date("2024-02")->first_day() == day{2024y / 2 / 1});
  CHECK(parse_date("2024-02")->last_day() == day{2024y / 2 / 29});
  CHECK(parse_date("2025-04-13")->first_day() == day{2025y / 4 / 13});
  CHECK(parse_date("2025-04-13")->last_day() == day{2025y / 4 / 13});
  CHECK(date_of(day{2026y / 11 / 24}) == partial_date{2026, 11, 24});
}

TEST_CASE("dates sort, the less precise first") {
  CHECK(*parse_date("2025") < *parse_date("2025-01"));
  CHECK(*parse_date("2025-01") < *parse_date("2025-01-01"));
  CHECK(*parse_date("2025-01-31") < *parse_date("2025-02"));
  CHECK(*parse_date("2025-12-31") < *parse_date("2026"));
}

TEST_CASE("instants") {
  const auto six = sys_seconds{day{2026y / 11 / 24}} + 6h;
  for (const auto* text :
       {"2026-11-24T06:00:00Z", "2026-11-24T06:00:00.000Z", "2026-11-24t06:00:00z", "2026-11-24 06:00:00",
        "2026-11-24T06:00:00", "2026-11-24 06:00:00 UTC", "2026-11-24T14:00:00+08:00", "2026-11-24T14:00:00+0800",
        "2026-11-24T00:30:00-05:30", "2026-11-24T06:00:00.123456789+00:00", "2026-11-23T22:00:00-08:00"}) {
    const auto at = parse_instant(text);
    REQUIRE_MESSAGE(at, text);
    CHECK_MESSAGE(*at == six, text);
  }
  CHECK(format_instant(six) == "2026-11-24T06:00:00Z");
  CHECK(format_instant(sys_seconds{0s}) == "1970-01-01T00:00:00Z");
  CHECK(*parse_instant("2026-12-31T23:59:60Z") == sys_seconds{day{2027y / 1 / 1}});
}

TEST_CASE("what is no instant is malformed") {
  for (const auto* text :
       {"", "2026-11-24", "2026-11-24T06:00", "2026-11-24T06:00:00.", "2026-11-24T06:00:00.Z", "2026-11-24X06:00:00Z",
        "2026-11-24T24:00:00Z", "2026-11-24T06:60:00Z", "2026-11-24T06:00:61Z", "2026-11-31T06:00:00Z",
        "2026-11-24T06:00:00+24:00", "2026-11-24T06:00:00+08:60", "2026-11-24T06:00:00+8", "2026-11-24T06:00:00 CET",
        "2026-11-24T06:00:00+08-00", "2026-11-24T-6:00:00Z", "1732428000"}) {
    const auto at = parse_instant(text);
    CHECK_MESSAGE(!at, text);
  }
}
