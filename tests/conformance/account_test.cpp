// What an account asks of its platform beside answering: probes, provisions, polls, and changes of earlier replies.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/conformance/fixtures.hpp"

using namespace stillholds;
using namespace stillholds::conformance;

namespace {

// No secret stands in an address, unless the platform wants it there and the call says so.
void check_secrecy(const platform_fixtures& of, const call& made, std::string_view provision) {
  const auto account = settings_from(of.account.at("account"));
  auto hidden = account.secrets;
  hidden.push_back(account.token);
  hidden.emplace_back(provision);
  for (const auto& secret : hidden) CHECK((secret.empty() || made.url_is_secret || !made.url.contains(secret)));
}

std::string provision_of(const platform_fixtures& of) { return get_string(of.account, "provision").value_or(""); }

}  // namespace

TEST_CASE("probes ask where they should, and say what was found") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto on = make_platform(of);
    const auto steps = on->probe(provision_of(of), of.sample().now());
    CHECK_EQ(steps.empty(), get_string(of.account, "no_probe").has_value());
    CHECK_EQ(of.probes.is_array(), !steps.empty());
    for (const auto& step : steps) {
      CHECK(!step.checks.empty());
      CHECK(step.call.url.starts_with("https://"));
      check_secrecy(of, step.call, provision_of(of));
    }
    if (steps.empty()) continue;
    std::vector<bool> shown_good(steps.size());
    std::vector<bool> shown_bad(steps.size());
    for (const auto& row : of.probes) {
      CAPTURE(row.at("name"));
      const auto step = row.value("step", std::size_t{0});
      REQUIRE(step < steps.size());
      const auto found = on->read_probe(step, response_from(row));
      const auto error = get_string(row, "error");
      REQUIRE_EQ(found.has_value(), !error.has_value());
      if (found) CHECK_EQ(*found, row.at("finds").get<std::string>());
      if (!found) CHECK_EQ(name_of(found.error().code), *error);
      if (!found) CHECK(!found.error().detail.empty());
      (found ? shown_good : shown_bad)[step] = true;
    }
    CHECK(std::ranges::find(shown_good, false) == shown_good.end());
    CHECK(std::ranges::find(shown_bad, false) == shown_bad.end());
    for (std::size_t step = 0; step < steps.size(); ++step) {
      for (unsigned status = 100; status < 600; ++status) {
        const auto found = on->read_probe(step, {.status = status, .headers = {}, .body = "<html>", .detail = {}});
        if (status < 200 || status > 299) CHECK(!found.has_value());
      }
    }
  }
}

TEST_CASE("provisions are fetched and read as their rows say") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto on = make_platform(of);
    CHECK_EQ(of.provisions.is_array(), get_string(of.account, "provision_name").has_value());
    if (!of.provisions.is_array()) {
      CHECK(on->provision_for(sample_mention(of, *on)).empty());
      CHECK(on->traits().admits_with.empty());
      CHECK(!on->fetch_provision("x", of.sample().now()).has_value());
      continue;
    }
    const auto name = get_string(of.account, "provision_name").value();
    CHECK((on->provision_for(sample_mention(of, *on)) == name || on->traits().admits_with == name));
    for (const auto& row : of.provisions) {
      CAPTURE(row.at("name"));
      const auto which = row.value("provision_name", name);
      const auto asked = on->fetch_provision(which, of.sample().now());
      REQUIRE(asked.has_value());
      CHECK(asked->url.starts_with("https://"));
      check_secrecy(of, *asked, {});
      const auto read = on->read_provision(which, response_from(row), of.sample().now());
      if (const auto error = get_string(row, "error")) {
        REQUIRE(!read.has_value());
        CHECK_EQ(name_of(read.error().code), *error);
        continue;
      }
      REQUIRE(read.has_value());
      CHECK_EQ(read->value, row.at("value").get<std::string>());
      CHECK_EQ((read->good_until - of.sample().now()).count(), get_integer(row, "good_for").value());
    }
  }
}

TEST_CASE("a reply can be changed and taken away where the platform says so, any number of times") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto on = make_platform(of);
    const auto what = sample_reply(of, sample_mention(of, *on));
    const std::string reply_id = get_string(of.account, "reply.id").value_or("reply-7");
    const auto changed = on->amend(what, reply_id);
    const auto gone = on->retract(what, reply_id);
    CHECK_EQ(changed.has_value(), on->traits().can_amend);
    CHECK_EQ(gone.has_value(), on->traits().can_amend || on->shows_waiting(what.question));
    if (!changed || !gone) continue;
    for (const auto* one : {&*changed, &*gone}) {
      CHECK(one->repeat_is_harmless);
      CHECK(one->url.starts_with("https://"));
      check_secrecy(of, *one, provision_of(of));
      const auto names_it = get_string(of.account, "reply.id_in_call").value_or(reply_id);
      CHECK((one->url + one->body).contains(names_it));
    }
    const auto same = on->amend(what, reply_id);
    CHECK_EQ(same->body, changed->body);
    if (get_string(of.account, "reply.amend_text_at") != "none") {
      CHECK_EQ(text_in(of, changed->body), rendered_text(of, *on, what));
    }
    // Where answers can follow their questions, some recorded request must show a question that changed or went.
    const bool shown = std::ranges::any_of(of.rows, [](const row& one) { return one.expect.contains("change"); });
    CHECK_EQ(shown, !get_string(of.account, "no_change_told").has_value());
  }
}

TEST_CASE("a changed or deleted question is known by the key that it came with") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    for (const auto& one : of.rows) {
      if (!one.expect.contains("change")) continue;
      CAPTURE(one.name);
      const auto on = make_platform(of, one.expect);
      const auto changed = admit(*on, one.request, one.now()).mentions.at(0);
      CHECK(!changed.message_key.empty());
      CHECK(changed.delivery_key != changed.message_key);
      CHECK(!changed.answer_in_response);
      const auto asked_in = get_string(one.expect, "changes");
      if (!asked_in) continue;
      const auto& first = of.find(*asked_in);
      const auto asked = admit(*make_platform(of, first.expect), first.request, first.now()).mentions.at(0);
      CHECK((changed.message_key == asked.message_key ||
             (asked.message_key.empty() && changed.message_key == asked.delivery_key)));
    }
  }
}

TEST_CASE("polls ask from where they stopped") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto on = make_platform(of);
    const bool polled = on->traits().poll_every.count() > 0;
    CHECK_EQ(polled, of.account.contains("poll"));
    const auto first = on->poll("", provision_of(of), 100);
    CHECK_EQ(first.has_value(), polled);
    if (!polled) continue;
    const auto cursor = get_string(of.account, "poll.cursor").value();
    const auto next = on->poll(cursor, provision_of(of), 100);
    REQUIRE(next.has_value());
    CHECK(first->url.starts_with("https://"));
    CHECK(next->url.starts_with("https://"));
    CHECK(next->url.contains(get_string(of.account, "poll.cursor_in_url").value()));
    check_secrecy(of, *next, provision_of(of));
    // What was recorded as an answer to our call counts for nothing when somebody sends it to us.
    for (const auto& one : of.rows) {
      if (!one.request.answers_our_call) continue;
      auto sent = one.request;
      sent.answers_our_call = false;
      CHECK_EQ(outcome_name(admit(*on, std::move(sent), one.now()).kind), "reject-signature");
    }
  }
}
