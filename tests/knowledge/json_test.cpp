#include "knowledge/json.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace stillholds;

namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

errc code_of(std::string_view text, json_limits limits = {}) {
  const auto parsed = parse_json(text, limits);
  REQUIRE_MESSAGE(!parsed, std::string{text.substr(0, 80)});
  CHECK_FALSE(parsed.error().detail.empty());
  return parsed.error().code;
}

}  // namespace

TEST_CASE("JSON is parsed to what it says") {
  const auto parsed = parse_json(R"( {"a": [1, -2, 3.5, true, null, "x\u00e9\ud83d\ude80", {"b": {}}], "c": []} )");
  REQUIRE(parsed);
  CHECK(*parsed == json::parse(R"({"a":[1,-2,3.5,true,null,"xé🚀",{"b":{}}],"c":[]})"));
  for (const auto* text : {"null", "true", "5", "\"s\"", "[]", "{}", "[[[]],{}]", R"({"a":{"a":{"a":1}}})"}) {
    const auto again = parse_json(text);
    REQUIRE_MESSAGE(again, text);
    CHECK(dump_json(*again) == text);
  }
}

TEST_CASE("what is not JSON is malformed") {
  for (const std::string_view text : {"",
                                      " ",
                                      "{",
                                      "[1,]",
                                      "{\"a\":}",
                                      "{a:1}",
                                      "'a'",
                                      "NaN",
                                      "[Infinity]",
                                      "-",
                                      "01",
                                      "1e999",
                                      "[1] x",
                                      "[1][2]",
                                      "// c\n1",
                                      "\"\xFF\"",
                                      "\"\xED\xA0\x80\"",
                                      "\"\\ud800\"",
                                      "\"a\nb\"",
                                      "[\"\x01\"]",
                                      "tru",
                                      "{\"a\":1,}"}) {
    CHECK(code_of(text) == errc::malformed);
  }
}

TEST_CASE("an object key must not stand twice") {
  CHECK(code_of(R"({"a":1,"a":2})") == errc::malformed);
  CHECK(code_of(R"({"x":[{"a":1,"b":0,"\u0061":2}]})") == errc::malformed);
  CHECK(parse_json(R"([{"a":1},{"a":2},{"b":{"a":1},"a":0}])").has_value());
}

TEST_CASE("limits of bytes and depth") {
  CHECK(parse_json(nested(32)).has_value());
  CHECK(code_of(nested(33)) == errc::malformed);
  CHECK(code_of(std::string(200'000, '[')) == errc::malformed);
  CHECK(code_of(R"({"a":{"a":1}})", {.depth = 1}) == errc::malformed);
  CHECK(parse_json("7", {.depth = 0}).has_value());
  CHECK(code_of("[]", {.depth = 0}) == errc::malformed);
  CHECK(parse_json("[1,2]", {.bytes = 5}).has_value());
  CHECK(code_of("[1,2]", {.bytes = 4}) == errc::too_large);
}

TEST_CASE("a text cut anywhere is malformed, never more") {
  const std::string text = R"({"event":{"text":"é 🚀 \u4eba","ts":"1.2","n":[1,2.5e3,{"x":null}]},"ok":true})";
  for (std::size_t length = 0; length < text.size(); ++length)
    CHECK(code_of(text.substr(0, length)) == errc::malformed);
  CHECK(parse_json(text).has_value());
}

TEST_CASE("getters never guess") {
  const auto parsed = parse_json(
      R"({"s":"x","e":"","n":3000000000,"neg":-5,"big":18446744073709551615,"huge":18446744073709551616,"f":1.0,"b":true,
          "o":{"p":{"q":"deep"}},"l":["x"],"null":null})");
  REQUIRE(parsed);
  const json& value = *parsed;
  CHECK(get_string(value, "s") == "x");
  CHECK(get_string(value, "e") == "");
  CHECK(get_string(value, "o.p.q") == "deep");
  for (const auto* path : {"n", "b", "o", "l", "null", "absent", "s.x", "o.p.q.r", "o..p"})
    CHECK_FALSE(get_string(value, path));
  CHECK(get_integer(value, "n") == 3'000'000'000);
  CHECK(get_integer(value, "neg") == -5);
  for (const auto* path : {"s", "big", "huge", "f", "b", "null", "absent"}) CHECK_FALSE(get_integer(value, path));
  CHECK(get_bool(value, "b") == true);
  for (const auto* path : {"n", "s", "null", "absent"}) CHECK_FALSE(get_bool(value, path));
  CHECK(get_id(value, "s") == "x");
  CHECK(get_id(value, "n") == "3000000000");
  CHECK(get_id(value, "neg") == "-5");
  CHECK(get_id(value, "big") == "18446744073709551615");
  for (const auto* path : {"e", "huge", "f", "b", "o", "null", "absent"}) CHECK_FALSE(get_id(value, path));
  CHECK(at_path(value, "") == &value);
  CHECK(at_path(value, "o.p") == &value["o"]["p"]);
  CHECK(at_path(value, "l.0") == nullptr);
}

TEST_CASE("writing never throws on broken bytes") { CHECK(dump_json(json{{"a", "x\xFFy"}}) == "{\"a\":\"x\uFFFDy\"}"); }

TEST_CASE("what is nested too deeply can be read as null, and the rest stays") {
  const json_limits flat{.depth = 2, .deeper = too_deep::read_as_null};
  const std::string tower = std::string(200000, '[') + std::string(200000, ']');
  const auto value = parse_json(R"({"a":{"b":1,"c":{"d":[2]}},"l":[[3],4,{"a":1,"a":2}],"t":)" + tower + R"(,"z":5})",
                                {.bytes = 1UL << 20, .depth = 2, .deeper = too_deep::read_as_null});
  REQUIRE(value.has_value());
  CHECK(dump_json(*value) == R"({"a":{"b":1,"c":null},"l":[null,4,null],"t":[null],"z":5})");
  CHECK(!parse_json(R"({"a":{"c":[}})", flat));
  CHECK(!parse_json(R"({"a":[[1,]]})", flat));
}
