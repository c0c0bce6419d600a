// What the platform's API answers, and what a look into the thread shows.
#include <doctest/doctest.h>

#include <set>

#include "tests/conformance/fixtures.hpp"

using namespace stillholds;
using namespace stillholds::conformance;

namespace {

reply reply_to(const platform_fixtures& of, const platform& on, std::string_view name) {
  const auto& asked = of.find(name);
  return sample_reply(of, admit(on, asked.request, asked.now()).mentions.at(0));
}

std::unique_ptr<platform> platform_for(const platform_fixtures& of, const json& row) {
  if (!row.contains("account")) return make_platform(of);
  auto made = of.entry->make(settings_from(row.at("account")));
  REQUIRE(made.has_value());
  return std::move(*made);
}

}  // namespace

TEST_CASE("every answer of the API is judged as its row says") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    if (answers_in_response(of)) continue;
    const auto on = make_platform(of);
    std::set<std::string> kinds;
    for (const auto& row : of.answers) {
      CAPTURE(row.at("name"));
      const auto judged = judge_call(*on, response_from(row));
      CHECK_EQ(judgement_name(judged.kind), row.at("kind").get<std::string>());
      CHECK_EQ(judged.reason, row.at("reason").get<std::string>());
      CHECK_EQ(judged.reply_id, row.at("reply_id").get<std::string>());
      const auto pause = get_integer(row, "retry_after");
      REQUIRE_EQ(judged.retry_after.has_value(), pause.has_value());
      if (pause) CHECK_EQ(judged.retry_after->count(), *pause);
      CHECK_EQ(judged.renew_provision, get_bool(row, "renew_provision").value_or(false));
      kinds.insert(row.at("kind").get<std::string>());
    }
    CHECK(kinds.contains("delivered"));
    CHECK(kinds.contains("retry"));
    CHECK(kinds.contains("refused"));
    // Where a repeat does no harm nothing needs to stay in doubt.
    const auto call = on->render(sample_reply(of, sample_mention(of, *on)));
    REQUIRE(call.has_value());
    CHECK((kinds.contains("unknown") || call->repeat_is_harmless));
  }
}

TEST_CASE("every status there is has a judgement with a reason, and only 2xx may deliver") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto on = make_platform(of);
    // A repeat that the platform knows may be told by a status of its own.
    const auto says_delivered = of.account.value("delivered_statuses", std::set<unsigned>{});
    for (unsigned status = 100; status < 600; ++status) {
      CAPTURE(status);
      for (const std::string body :
           {"", "{}", "null", "[]", "\"ok\"", "{\"ok\":true}", "{\"ok\":1}", "\xff", "<html>"}) {
        const auto judged = on->judge({.status = status, .headers = {}, .body = body, .detail = {}});
        CHECK(!judged.reason.empty());
        const bool good = (status >= 200 && status < 300) || says_delivered.contains(status);
        if (judged.kind == judgement_kind::delivered) CHECK(good);
      }
    }
  }
}

TEST_CASE("calls that were not answered: not sent is sent again, no answer leaves it open") {
  for (const auto& of : all_fixtures()) {
    const auto on = make_platform(of);
    CHECK(judge_call(*on, {.how = call_result::transport::not_sent}).kind == judgement_kind::retry);
    CHECK(judge_call(*on, {.how = call_result::transport::unknown}).kind == judgement_kind::unknown);
  }
}

TEST_CASE("a look asks for the thread, and the thread is read as its row says") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto on = make_platform(of);
    CHECK_EQ(of.sightings.is_object(), on->traits().can_look);
    const auto asked = of.sightings.is_object() ? of.sightings.at("question").get<std::string>() : of.sample().name;
    const auto plain = reply_to(of, *on, asked);
    const auto look = on->look(plain);
    CHECK_EQ(look.has_value(), on->traits().can_look);
    CHECK((on->traits().can_look || !on->looks_first(plain.question)));
    if (!look) {
      CHECK(!on->see(plain, {.status = 200}).has_value());
      continue;
    }
    CHECK_EQ(look->method, of.sightings.value("method", "GET"));
    CHECK_EQ(look->body.empty(), look->method == "GET");
    for (const auto& part : of.sightings.at("look_has")) {
      CAPTURE(part);
      CHECK((look->url + look->body).contains(part.get<std::string>()));
    }
    const auto token = settings_from(of.account.at("account")).token;
    CHECK((look->url_is_secret || token.empty() || !look->url.contains(token)));
    for (const auto& row : of.sightings.at("rows")) {
      CAPTURE(row.at("name"));
      const auto there = platform_for(of, row);
      const auto question = row.value("question", of.sightings.at("question").get<std::string>());
      const auto seen = there->see(reply_to(of, *there, question), response_from(row));
      if (const auto error = get_string(row, "error")) {
        REQUIRE(!seen.has_value());
        CHECK_EQ(name_of(seen.error().code), *error);
        continue;
      }
      REQUIRE(seen.has_value());
      CHECK_EQ(seen->question_stands, row.at("question_stands").get<bool>());
      CHECK_EQ(seen->reply_id.value_or(""), get_string(row, "reply_id").value_or(""));
      if (row.contains("reply_to")) CHECK_EQ(seen->reply_to.value_or(""), row.at("reply_to").get<std::string>());
    }
  }
}

TEST_CASE("a thread cut at any byte says nothing") {
  for (const auto& of : all_fixtures()) {
    const auto on = make_platform(of);
    if (!on->traits().can_look) continue;
    CAPTURE(of.entry->name);
    const auto what = reply_to(of, *on, of.sightings.at("question").get<std::string>());
    auto response = response_from(of.sightings.at("rows").at(1));
    const auto whole = response.body;
    for (std::size_t size = 0; size < whole.size(); ++size) {
      response.body = whole.substr(0, size);
      CHECK(!on->see(what, response).has_value());
    }
  }
}
