// Slack beyond the recorded requests: signed bodies that are broken, where answers to commands go, what is sent.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "handlers/port/registry.hpp"
#include "handlers/port/signature.hpp"
#include "knowledge/json.hpp"

using namespace stillholds;

namespace {

const std::string secret = "a-signing-secret";
constexpr std::chrono::sys_seconds now{std::chrono::seconds{1795500000}};

account_settings account() {
  account_settings made;
  made.account = "test";
  made.secrets = {secret};
  made.token = "xoxb-test";
  made.settings = {{"bot_user", "U1"}};
  return made;
}

std::unique_ptr<platform> slack(const account_settings& settings = account()) {
  auto made = find_platform("slack")->make(settings);
  REQUIRE(made.has_value());
  return std::move(*made);
}

incoming signed_request(std::string body) {
  const auto keys = hmac_keys::make(std::vector{secret});
  const auto mac = keys->sign({"v0:1795500000:", body}).value();
  std::string hex;
  for (const auto byte : mac) hex += fmt::format("{:02x}", byte);
  return {.method = "POST",
          .path = "/hooks/slack/test",
          .query = "",
          .headers = {{"X-Slack-Request-Timestamp", "1795500000"}, {"X-Slack-Signature", "v0=" + hex}},
          .body = sealed_body(std::move(body))};
}

admission admit(std::string body) { return slack()->admit(signed_request(std::move(body)), now); }

std::string event(std::string_view text) {
  return dump_json(
      {{"type", "event_callback"},
       {"event_id", "Ev1"},
       {"team_id", "T1"},
       {"event", {{"type", "app_mention"}, {"user", "U2"}, {"channel", "C1"}, {"ts", "1.2"}, {"text", text}}}});
}

reply answer_at(std::string_view response_url) {
  reply made;
  made.question.reply_to = dump_json({{"response_url", response_url}});
  made.answer.lead = "Claim";
  made.key = "key";
  return made;
}

}  // namespace

TEST_CASE("a genuine body that is cut or changed anywhere is malformed or harmless, never a crash") {
  const auto whole = event("<@U1> is it true?");
  CHECK(admit(whole).kind == admission_kind::mention);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(admit(whole.substr(0, size)).kind == admission_kind::malformed);
  }
  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto changed = whole;
    changed[i] = '"';
    const auto what = admit(changed);
    CHECK((what.acknowledge.status == 200 || what.acknowledge.status == 400));
    changed[i] = '\xff';
    CHECK(admit(changed).kind == admission_kind::malformed);
  }
}

TEST_CASE("members of the wrong kind are refused or ignored") {
  for (const std::string_view path :
       {"/type", "/event_id", "/event", "/event/type", "/event/user", "/event/channel", "/event/ts"}) {
    for (const json& value : {json{}, json(7.5), json(true), json::array({1}), json::object()}) {
      auto changed = json::parse(event("<@U1> x"));
      changed[json::json_pointer(std::string(path))] = value;
      CAPTURE(path);
      CAPTURE(value);
      CHECK(admit(changed.dump()).kind != admission_kind::mention);
    }
  }
  auto deep = event("<@U1> x");
  deep.insert(deep.size() - 1, ",\"x\":" + std::string(100, '[') + std::string(100, ']'));
  CHECK(admit(deep).kind == admission_kind::malformed);
  CHECK(admit(event(std::string(300'000, 'x'))).kind == admission_kind::malformed);
}

TEST_CASE("an answer to a command goes to Slack or to the configured API, nowhere else") {
  const auto allowed = [](const account_settings& with, std::string_view url) {
    return slack(with)->render(answer_at(url)).has_value();
  };
  CHECK(allowed(account(), "https://hooks.slack.com/commands/T1/1/x"));
  for (const auto* bad :
       {"http://hooks.slack.com/x", "https://hooks.slack.com:8443/x", "https://hooks.slack.com.evil.com/x",
        "https://evil.com/hooks.slack.com", "https://hooks.slack.com@evil.com/x", "https://evil.com", "",
        "hooks.slack.com", "https://127.0.0.1/x", "https://slack.com/x"}) {
    CAPTURE(bad);
    CHECK(!allowed(account(), bad));
  }
  auto local = account();
  local.api_url = "http://127.0.0.1:9000/";
  CHECK(allowed(local, "http://127.0.0.1:9000/commands/1"));
  CHECK(allowed(local, "https://hooks.slack.com/commands/1"));
  CHECK(!allowed(local, "http://127.0.0.1:9001/commands/1"));
  CHECK(!allowed(local, "https://127.0.0.1:9000/commands/1"));
}

TEST_CASE("an answer to a command carries no token, is for the asker alone, and cannot be looked for") {
  const auto on = slack();
  const auto what = answer_at("https://hooks.slack.com/commands/T1/1/x");
  const auto call = on->render(what);
  REQUIRE(call.has_value());
  CHECK(!find_header(call->headers, "authorization"));
  const auto body = json::parse(call->body);
  CHECK_EQ(body.at("response_type"), "ephemeral");
  CHECK_EQ(body.at("text"), "Claim");
  CHECK(!on->look(what).has_value());
}

TEST_CASE("a reply in a thread is known again by its key and unfurls nothing") {
  auto settings = account();
  settings.api_url = "https://slack.test/";
  const auto on = slack(settings);
  reply what;
  what.question = admit(event("<@U1> x")).mentions.at(0);
  what.answer.lead = "Claim";
  what.key = "the-key";
  const auto call = on->render(what);
  REQUIRE(call.has_value());
  CHECK_EQ(call->url, "https://slack.test/api/chat.postMessage");
  CHECK_EQ(find_header(call->headers, "authorization"), "Bearer xoxb-test");
  CHECK_EQ(find_header(call->headers, "content-type"), "application/json; charset=utf-8");
  const json expected{{"channel", "C1"},
                      {"thread_ts", "1.2"},
                      {"text", "Claim"},
                      {"unfurl_links", false},
                      {"unfurl_media", false},
                      {"client_msg_id", "the-key"},
                      {"metadata", {{"event_type", "stillholds_reply"}, {"event_payload", {{"key", "the-key"}}}}}};
  CHECK_EQ(json::parse(call->body), expected);
}

TEST_CASE("settings that cannot work are refused with a sentence") {
  const auto refused = [](auto change) {
    auto settings = account();
    change(settings);
    const auto made = find_platform("slack")->make(settings);
    return !made && made.error().code == errc::malformed && !made.error().detail.contains(secret);
  };
  CHECK(refused([](auto& s) { s.token.clear(); }));
  CHECK(refused([](auto& s) { s.settings["bot_user"] = "stillholds"; }));
  CHECK(refused([](auto& s) { s.api_url = "slack.com"; }));
  CHECK(refused([](auto& s) { s.secrets = {secret, ""}; }));
}
