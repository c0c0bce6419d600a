#include "bot/core/log.hpp"

#include <doctest/doctest.h>

#include "knowledge/json.hpp"

using namespace stillholds;

TEST_CASE("a log line is one JSON object, whatever its fields hold") {
  const std::string hostile = "a\"b\\c\nd\x01\xff{}%s";
  const auto line = log_line("2026-11-23T10:00:00.000Z", log_level::warning, "delivery_refused",
                             {{"detail", hostile}, {"attempt", 3}, {"ms", 1.5}});
  CHECK(line.find('\n') == std::string::npos);
  const auto read = parse_json(line);
  REQUIRE(read.has_value());
  CHECK(get_string(*read, "level") == "warning");
  CHECK(get_string(*read, "event") == "delivery_refused");
  CHECK(get_integer(*read, "attempt") == 3);
  CHECK(get_string(*read, "detail")->starts_with("a\"b\\c\nd\x01"));
}

TEST_CASE("a long field is cut at 200 bytes and never inside a character") {
  std::string text(199, 'x');
  text += "\xe4\xb8\xad\xe6\x96\x87";  // two characters of three bytes, the first one across the limit
  const auto line = log_line("t", log_level::info, "e", {{"detail", text}});
  const auto read = parse_json(line);
  REQUIRE(read.has_value());
  CHECK(get_string(*read, "detail") == std::string(199, 'x'));
}
