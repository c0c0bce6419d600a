#include "knowledge/answers/answer.hpp"

#include <doctest/doctest.h>

#include "knowledge/json.hpp"

using namespace stillholds;

namespace {

answer full() {
  return {
      .kind = answer_kind::suggest,
      .language = "zh",
      .lead = "lead \"quoted\" \\ \n 论断",
      .gloss = "gloss",
      .status = "status",
      .body = "body\nsecond line",
      .heading = "heading",
      .items = {{.label = "1", .text = "one", .url = "https://a.example/1"}, {.label = "2", .text = "😀", .url = ""}},
      .link_label = "label",
      .link = "https://a.example",
      .footer = "footer",
      .article_id = "article",
      .claim_id = "claim",
      .status_word = "partly-holds",
      .suggested = {"a", "b"}};
}

json stored() { return parse_json(to_json_text(full())).value(); }

}  // namespace

TEST_CASE("an answer survives storage") {
  for (const auto kind : {answer_kind::claim, answer_kind::suggest, answer_kind::article, answer_kind::none,
                          answer_kind::help, answer_kind::command, answer_kind::notice, answer_kind::repeat}) {
    auto before = full();
    before.kind = kind;
    const auto after = answer_from_json_text(to_json_text(before));
    REQUIRE(after);
    CHECK(*after == before);
    CHECK_FALSE(name_of(kind).empty());
  }
  const auto plain = answer_from_json_text(to_json_text(answer{}));
  REQUIRE(plain);
  CHECK(*plain == answer{});
}

TEST_CASE("broken bytes in a text become visible marks, not an exception") {
  auto before = full();
  before.lead =
      "a\xff"
      "b";
  const auto after = answer_from_json_text(to_json_text(before));
  REQUIRE(after);
  CHECK(after->lead ==
        "a\xEF\xBF\xBD"
        "b");
}

TEST_CASE("what to_json_text did not write is corrupt") {
  const auto corrupt = [](const std::string& text) {
    const auto read = answer_from_json_text(text);
    return !read && read.error().code == errc::corrupt;
  };
  for (const auto& entry : stored().items()) {
    CAPTURE(entry.key());
    auto missing = stored();
    missing.erase(entry.key());
    CHECK(corrupt(dump_json(missing)));
    auto other_type = stored();
    other_type[entry.key()] = 7;
    CHECK(corrupt(dump_json(other_type)));
    auto none = stored();
    none[entry.key()] = nullptr;
    CHECK(corrupt(dump_json(none)));
  }
  auto more = stored();
  more["extra"] = "";
  CHECK(corrupt(dump_json(more)));
  auto renamed = stored();
  renamed.erase("lead");
  renamed["laed"] = "x";
  CHECK(corrupt(dump_json(renamed)));
  auto kind = stored();
  kind["kind"] = "verdict";
  CHECK(corrupt(dump_json(kind)));
  auto item = stored();
  item["items"][0].erase("url");
  CHECK(corrupt(dump_json(item)));
  item = stored();
  item["items"][1]["more"] = "";
  CHECK(corrupt(dump_json(item)));
  item = stored();
  item["items"][1] = "text";
  CHECK(corrupt(dump_json(item)));
  auto suggested = stored();
  suggested["suggested"].push_back(3);
  CHECK(corrupt(dump_json(suggested)));
  for (const auto* text : {"", "{}", "[]", "null", "\"x\"", "{\"kind\":\"claim\""}) CHECK(corrupt(text));
  CHECK(corrupt(to_json_text(full()) + " x"));
}
