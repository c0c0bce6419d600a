// Standard Webhooks beyond the recorded requests: answers in the response and as webhooks of our own.
#include <doctest/doctest.h>

#include "handlers/port/encoding.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/signature.hpp"
#include "knowledge/json.hpp"

using namespace stillholds;

namespace {

constexpr std::string_view secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view public_key = "whpk_7h1E0y6uEi2UhdCwEpVfvh7OWd1x2QRcujaypFbLepY=";
constexpr std::chrono::sys_seconds now{std::chrono::seconds{1614265330}};

account_settings account(std::string_view callback = "") {
  account_settings made;
  made.account = "test";
  made.secrets = {std::string(secret)};
  if (!callback.empty()) made.settings.emplace("callback_url", callback);
  return made;
}

std::unique_ptr<platform> make(const account_settings& settings) {
  auto made = find_platform("standard-webhooks")->make(settings);
  REQUIRE(made.has_value());
  return std::move(*made);
}

incoming request(std::string id, std::string stamp, std::string signature, std::string body) {
  return {.method = "POST",
          .path = "/hooks/standard-webhooks/test",
          .query = "",
          .headers = {{"Webhook-Id", std::move(id)},
                      {"Webhook-Timestamp", std::move(stamp)},
                      {"Webhook-Signature", std::move(signature)}},
          .body = sealed_body(std::move(body))};
}

incoming signed_request(const std::string& body) {
  const auto keys = hmac_keys::make(std::vector{decode_base64(secret.substr(6)).value()});
  return request("msg_1", "1614265330", "v1," + encode_base64(keys->sign({"msg_1.1614265330.", body}).value()), body);
}

const std::string event =
    R"({"type":"comment.mention","data":{"thread_id":"t","message_id":"m","author":{"id":"u"},"text":"is it true?"}})";

reply sample() {
  reply made;
  made.question.thread_id = "t";
  made.question.message_id = "m";
  made.key = "11111111-2222-5333-8444-555555555555";
  made.answer.kind = answer_kind::claim;
  made.answer.lead = "Claim: \"x < y\"";
  made.answer.items = {{"Apr 2026, Epoch AI", "71%", "https://source.example.org/s"}};
  made.answer.link = "https://bot.example.org/c";
  made.answer.claim_id = "compute-us-90pct";
  made.answer.status_word = "unsupported";
  return made;
}

}  // namespace

TEST_CASE("the example of the specification verifies") {
  const auto what =
      make(account())->admit(request("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
                                     "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", R"({"test": 2432232314})"),
                             now);
  CHECK(what.kind == admission_kind::malformed);
  CHECK_EQ(what.reason, "no_type");
}

TEST_CASE("without a callback the answer goes into the response") {
  const auto on = make(account());
  const auto asked = on->admit(signed_request(event), now);
  REQUIRE_EQ(asked.mentions.size(), 1U);
  CHECK(asked.mentions[0].answer_in_response);
  CHECK(!on->render(sample()).has_value());
  const auto said = on->render_response(sample());
  CHECK_EQ(said.status, 200U);
  CHECK_EQ(said.content_type, "application/json");
  const json expected{
      {"type", "comment.reply"},
      {"data",
       {{"thread_id", "t"},
        {"message_id", "11111111-2222-5333-8444-555555555555"},
        {"in_reply_to", "m"},
        {"text",
         "Claim: \"x < y\"\n· Apr 2026, Epoch AI: 71%  https://source.example.org/s\nhttps://bot.example.org/c"},
        {"kind", "claim"},
        {"language", "en"},
        {"article", nullptr},
        {"claim", "compute-us-90pct"},
        {"status", "unsupported"},
        {"items",
         json::array({{{"label", "Apr 2026, Epoch AI"}, {"text", "71%"}, {"url", "https://source.example.org/s"}}})},
        {"link", "https://bot.example.org/c"}}}};
  CHECK_EQ(json::parse(said.body), expected);
}

TEST_CASE("with a callback the answer is a webhook that our own check takes for genuine") {
  const auto on = make(account("https://forum.example.org/answers"));
  CHECK(!on->admit(signed_request(event), now).mentions.at(0).answer_in_response);
  auto what = sample();
  CHECK(!on->render(what).has_value());  // a time is needed
  what.now = now;
  const auto call = on->render(what);
  REQUIRE(call.has_value());
  CHECK_EQ(call->url, "https://forum.example.org/answers");
  CHECK_EQ(find_header(call->headers, "webhook-id"), what.key);
  CHECK_EQ(find_header(call->headers, "webhook-timestamp"), "1614265330");
  const incoming back{
      .method = "POST", .path = "/", .query = "", .headers = call->headers, .body = sealed_body(call->body)};
  const auto seen = on->admit(back, now);
  CHECK(seen.kind == admission_kind::ignored);
  CHECK_EQ(seen.reason, "other_event");
  CHECK_EQ(json::parse(call->body).at("timestamp"), "2021-02-25T15:02:10Z");
  // Later attempts have another time, and so another signature, but the same id.
  what.now = now + std::chrono::seconds{60};
  const auto later = on->render(what);
  CHECK_EQ(find_header(later->headers, "webhook-id"), what.key);
  CHECK(find_header(later->headers, "webhook-signature") != find_header(call->headers, "webhook-signature"));
}

TEST_CASE("a genuine body that is cut or changed anywhere is malformed or harmless, never a crash") {
  const auto on = make(account());
  for (std::size_t size = 0; size < event.size(); ++size) {
    CHECK(on->admit(signed_request(event.substr(0, size)), now).kind == admission_kind::malformed);
  }
  for (std::size_t i = 0; i < event.size(); ++i) {
    auto changed = event;
    changed[i] = '\xff';
    CHECK(on->admit(signed_request(changed), now).kind == admission_kind::malformed);
  }
  for (const std::string body : {"", "null", "[]", "7", "\"x\"", "{}", "{\"type\":7}", "{\"type\":\"comment.mention\"}",
                                 "{\"type\":\"comment.mention\",\"data\":[]}"}) {
    CHECK(on->admit(signed_request(body), now).kind == admission_kind::malformed);
  }
}

TEST_CASE("headers of two families are not mixed") {
  const auto on = make(account());
  auto mixed = signed_request(event);
  mixed.headers[0].first = "svix-id";
  CHECK(on->admit(mixed, now).kind == admission_kind::not_genuine);
  auto other = signed_request(event);
  for (auto& [name, value] : other.headers) name.replace(0, 7, "svix");
  CHECK(on->admit(other, now).kind == admission_kind::mention);
}

TEST_CASE("settings that cannot work are refused with a sentence") {
  const auto refused = [](std::vector<std::string> secrets, std::string_view callback = "") {
    auto settings = account(callback);
    settings.secrets = std::move(secrets);
    const auto made = find_platform("standard-webhooks")->make(settings);
    return !made && made.error().code == errc::malformed;
  };
  CHECK(refused({}));
  CHECK(refused({"plain"}));
  CHECK(refused({"whsec_"}));
  CHECK(refused({"whsec_not base64"}));
  CHECK(refused({"whpk_AAAA"}));
  CHECK(refused({"whsk_AAAA"}));
  CHECK(refused({std::string(public_key)}, "https://forum.example.org/"));  // nothing to sign with
  CHECK(refused({std::string(secret)}, "forum.example.org"));
  CHECK(!refused({std::string(public_key)}));
  CHECK(!refused({std::string(public_key), std::string(secret)}, "https://forum.example.org/"));
}
