// Waline beyond the recorded requests: what is posted, where we look, and settings that cannot work.
#include <doctest/doctest.h>

#include "handlers/port/registry.hpp"
#include "knowledge/json.hpp"

using namespace stillholds;

namespace {

constexpr std::chrono::sys_seconds now{std::chrono::seconds{1795500000}};

account_settings account() {
  account_settings made;
  made.account = "test";
  made.secrets = {"a-secret-in-the-address"};
  made.token = "a-token";
  made.api_url = "https://comments.example.org/";
  made.settings = {{"bot_mail", "bot@example.org"}, {"bot_name", "stillholds"}, {"bot_user_id", "7"}};
  return made;
}

std::unique_ptr<platform> waline(const account_settings& settings = account()) {
  auto made = find_platform("waline")->make(settings);
  REQUIRE(made.has_value());
  return std::move(*made);
}

json comment() {
  return {{"objectId", 101},
          {"url", "/a b/?x=1&y"},
          {"nick", "Mara](https://evil.com)"},
          {"mail", "mara@example.test"},
          {"status", "approved"},
          {"insertedAt", "2026-11-24T06:00:00.000Z"},
          {"rawComment", "@stillholds is it true?"}};
}

admission admit(const json& what, std::string_view path = "/hooks/waline/test/a-secret-in-the-address") {
  const json body{{"type", "new_comment"}, {"data", {{"comment", what}}}};
  return waline()->admit(
      {.method = "POST", .path = std::string(path), .query = "", .headers = {}, .body = sealed_body(dump_json(body))},
      now);
}

reply answer_to(const json& what) {
  reply made;
  made.question = admit(what).mentions.at(0);
  made.answer.lead = "Claim";
  made.key = "key";
  return made;
}

}  // namespace

TEST_CASE("a reply stands under the comment, with ids in the kind they came in") {
  const auto on = waline();
  const auto call = on->render(answer_to(comment()));
  REQUIRE(call.has_value());
  CHECK_EQ(call->url, "https://comments.example.org/api/comment");
  CHECK_EQ(find_header(call->headers, "authorization"), "Bearer a-token");
  CHECK_EQ(find_header(call->headers, "content-type"), "application/json; charset=utf-8");
  const json expected{{"url", "/a b/?x=1&y"},
                      {"comment", "Claim"},
                      {"nick", "stillholds"},
                      {"mail", "bot@example.org"},
                      {"pid", 101},
                      {"rid", 101},
                      {"at", "Mara\\]\\(https://evil.com\\)"},
                      {"ua", "stillholds"}};
  CHECK_EQ(json::parse(call->body), expected);

  auto nested = comment();
  nested["objectId"] = "5f0a";
  nested["rid"] = "5e00";
  nested["pid"] = "5e01";
  const auto body = json::parse(on->render(answer_to(nested))->body);
  CHECK_EQ(body.at("pid"), "5f0a");
  CHECK_EQ(body.at("rid"), "5e00");
}

TEST_CASE("words that stood on the page before say for whom they are, and the name is only text") {
  const auto text_of = [](const reply& what) {
    return json::parse(waline()->render(what)->body).at("comment").get<std::string>();
  };
  auto what = answer_to(comment());
  what.attempt = 2;
  what.last_reason = "server_error";
  CHECK_EQ(text_of(what), "Claim");  // it may have been stored, and a repeat is to be known as one
  what.last_reason = "said_on_this_page";
  CHECK(text_of(what).ends_with(": Claim"));
  CHECK(text_of(what).starts_with("Mara\\]\\("));
  CHECK_FALSE(text_of(what).contains("https://evil"));
  CHECK_FALSE(text_of(what).contains("evil.com"));
  const auto second = text_of(what);
  what.attempt = 3;
  CHECK(text_of(what) != second);
  auto nameless = comment();
  nameless.erase("nick");
  what = answer_to(nameless);
  what.attempt = 2;
  what.last_reason = "said_on_this_page";
  CHECK_EQ(text_of(what), "(2): Claim");
}

TEST_CASE("a question that opens a thread is looked for on its page, another one among the newest") {
  const auto on = waline();
  CHECK_EQ(on->look(answer_to(comment()))->url,
           "https://comments.example.org/api/"
           "comment?path=%2Fa%20b%2F%3Fx%3D1%26y&pageSize=50&page=1&sortBy=insertedAt_desc");
  auto nested = comment();
  nested["rid"] = 5;
  nested["pid"] = 6;
  CHECK(on->look(answer_to(nested))
            ->url.starts_with("https://comments.example.org/api/comment?type=recent&count=50&path="));
}

TEST_CASE("without a token nothing is claimed, and the site's address goes along where it is set") {
  auto settings = account();
  settings.token.clear();
  settings.settings["site_url"] = "https://example.org/";
  const auto call = waline(settings)->render(answer_to(comment()));
  CHECK(!find_header(call->headers, "authorization"));
  CHECK_EQ(find_header(call->headers, "referer"), "https://example.org/");
}

TEST_CASE("personal data goes no further than it must") {
  auto what = comment();
  what["ip"] = "192.0.2.10";
  const auto asked = admit(what).mentions.at(0);
  CHECK_EQ(asked.author_id, "mara@example.test");
  CHECK(!asked.reply_to.contains("mara@example.test"));
  CHECK(!asked.reply_to.contains("192.0.2.10"));
}

TEST_CASE("the secret is the last part of the address") {
  CHECK(admit(comment()).kind == admission_kind::mention);
  CHECK(admit(comment(), "/a-secret-in-the-address").kind == admission_kind::mention);
  for (const auto* path : {"", "/", "/hooks/waline/test", "/hooks/waline/test/a-secret-in-the-address/",
                           "/hooks/waline/test/A-secret-in-the-address", "/hooks/waline/a-secret-in-the-address/test",
                           "/hooks/waline/test/a-secret-in-the-addres"}) {
    CAPTURE(path);
    CHECK(admit(comment(), path).kind == admission_kind::not_genuine);
  }
}

TEST_CASE("members of the wrong kind are refused or ignored") {
  for (const auto* key : {"objectId", "url", "status", "rawComment", "insertedAt"}) {
    for (const json& value : {json{}, json(7.5), json(true), json::array({1}), json::object()}) {
      CAPTURE(key);
      CAPTURE(value);
      auto what = comment();
      what[key] = value;
      CHECK(admit(what).kind != admission_kind::mention);
    }
  }
  for (const auto* key : {"nick", "mail", "user_id", "rid", "pid", "comment"}) {
    for (const json& value : {json{}, json(true), json::array({1}), json::object()}) {
      auto what = comment();
      what[key] = value;
      CHECK(admit(what).kind == admission_kind::mention);
    }
  }
  for (const json& value : {json{}, json("x"), json::array(), json(1)})
    CHECK(admit(value).kind == admission_kind::malformed);
  auto endless = comment();
  endless["url"] = std::string(3000, 'x');
  CHECK(admit(endless).kind == admission_kind::malformed);
}

TEST_CASE("settings that cannot work are refused with a sentence") {
  const auto refused = [](auto change) {
    auto settings = account();
    change(settings);
    const auto made = find_platform("waline")->make(settings);
    return !made && made.error().code == errc::malformed;
  };
  CHECK(refused([](auto& s) { s.secrets = {"short"}; }));
  CHECK(refused([](auto& s) { s.secrets = {"a/secret/with/slashes"}; }));
  CHECK(refused([](auto& s) { s.secrets = {"a secret with blanks"}; }));
  CHECK(refused([](auto& s) { s.api_url.clear(); }));
  CHECK(refused([](auto& s) { s.settings["bot_mail"] = "bot"; }));
  CHECK(refused([](auto& s) { s.settings["bot_name"] = "@bot"; }));
  CHECK(refused([](auto& s) { s.settings["bot_name"] = "two words"; }));
  CHECK(refused([](auto& s) { s.settings["site_url"] = "example.org"; }));
  CHECK(refused([](auto& s) { s.settings.erase("bot_user_id"); }));
  CHECK(!refused([](auto& s) {
    s.settings.erase("bot_user_id");
    s.token.clear();
  }));
}
