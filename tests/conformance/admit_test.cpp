// Every recorded request becomes what its file says, and nothing that was touched on the way is taken for genuine.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "handlers/port/addressing.hpp"
#include "knowledge/text.hpp"
#include "tests/conformance/fixtures.hpp"

using namespace stillholds;
using namespace stillholds::conformance;

namespace {

std::string or_empty(const json& expect, std::string_view key) { return get_string(expect, key).value_or(""); }

bool is_taken(const admission& what) {
  return what.kind == admission_kind::mention || what.kind == admission_kind::challenge;
}

headers::iterator header_named(recording& request, std::string_view name) {
  return std::ranges::find_if(request.headers, [&](const header& one) { return same_ascii(one.first, name); });
}

bool covers_body(const platform_fixtures& of) { return proof_of(of) == "body"; }

std::vector<std::string> proof_headers(const platform_fixtures& of) {
  return of.account.at("proof").at("headers").get<std::vector<std::string>>();
}

// What a request becomes whose body is broken, everything else being genuine.
std::string_view broken_body_outcome(const platform_fixtures& of) {
  return covers_body(of) || proof_of(of) == "body-token" ? "reject-signature" : "malformed";
}

// The first and the last place of the proof where no header carries it: the address's last part, the body's token.
text_range proof_in(const platform_fixtures& of, const recording& request) {
  if (proof_of(of) == "address") return {request.path.rfind('/') + 1, request.path.size()};
  const auto& token = of.account.at("account").at("secrets").at(0).get_ref<const std::string&>();
  const auto begin = request.body.find(token);
  REQUIRE(begin != std::string::npos);
  return {begin, begin + token.size()};
}

}  // namespace

TEST_CASE("every platform has recorded requests of every kind") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    std::set<std::string> outcomes;
    std::set<std::string> shown;
    for (const auto& one : of.rows) {
      outcomes.insert(or_empty(one.expect, "outcome"));
      shown.insert(or_empty(one.expect, "shows"));
    }
    for (const std::string needed : {"mention", "ignore", "reject-signature", "reject-stale", "malformed"}) {
      if (needed == "reject-signature" && proof_of(of) == "own-call") continue;
      CAPTURE(needed);
      CHECK(outcomes.contains(needed));
    }
    CHECK(shown.contains("own_message") != get_string(of.account, "no_own_mark").has_value());
    CHECK(shown.contains("other_bot") != get_string(of.account, "no_bot_mark").has_value());
    CHECK_EQ(or_empty(of.sample().expect, "outcome"), "mention");
  }
}

TEST_CASE("every recorded request becomes what its file says") {
  for (const auto& of : all_fixtures()) {
    for (const auto& one : of.rows) {
      CAPTURE(of.entry->name);
      CAPTURE(one.name);
      const auto on = make_platform(of, one.expect);
      const auto what = admit(*on, one.request, one.now());
      CHECK_EQ(outcome_name(what.kind), or_empty(one.expect, "outcome"));
      CHECK_EQ(what.reason, or_empty(one.expect, "reason"));
      CHECK_EQ(what.delivery_key, or_empty(one.expect, "delivery_key"));
      CHECK_EQ(what.acknowledge.status, get_integer(one.expect, "ack.status"));
      CHECK_EQ(what.acknowledge.content_type, or_empty(one.expect, "ack.content_type"));
      CHECK_EQ(what.acknowledge.body, or_empty(one.expect, "ack.body"));
      CHECK_EQ(what.asked_before.value_or(acknowledgement{.body = ""}).body, or_empty(one.expect, "ack.asked_before"));
      CHECK_EQ(what.cursor, or_empty(one.expect, "cursor"));
      REQUIRE_EQ(what.mentions.empty(), what.kind != admission_kind::mention);
      if (what.mentions.empty()) continue;
      CHECK_EQ(what.mentions.size(), get_integer(one.expect, "mentions").value_or(1));
      std::set<std::string> keys;
      for (const auto& each : what.mentions) CHECK(keys.insert(each.delivery_key).second);
      const auto& asked = what.mentions.front();
      CHECK_EQ(name_of(asked.change), get_string(one.expect, "change").value_or("created"));
      CHECK_EQ(asked.question, or_empty(one.expect, "question"));
      CHECK_EQ(asked.thread_id, or_empty(one.expect, "thread_id"));
      CHECK_EQ(asked.message_id, or_empty(one.expect, "message_id"));
      CHECK_EQ(asked.author_id, or_empty(one.expect, "author_id"));
      CHECK_EQ(asked.delivery_key, get_string(one.expect, "mention_delivery_key").value_or(what.delivery_key));
      CHECK_EQ(asked.message_key, or_empty(one.expect, "message_key"));
      CHECK_EQ(asked.only_by_author, get_bool(one.expect, "only_by_author").value_or(false));
    }
  }
}

TEST_CASE("a repeated delivery carries the same keys and the same question") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    for (const auto& one : of.rows) {
      CAPTURE(one.name);
      const auto on = make_platform(of, one.expect);
      const auto first = admit(*on, one.request, one.now());
      const auto second = admit(*on, one.request, one.now());
      CHECK_EQ(first.delivery_key, second.delivery_key);
      CHECK(first.mentions == second.mentions);
      const auto same_as = get_string(one.expect, "same_as");
      if (!same_as) continue;
      const auto& earlier = of.find(*same_as);
      const auto before = admit(*make_platform(of, earlier.expect), earlier.request, earlier.now());
      CHECK_EQ(before.delivery_key, first.delivery_key);
      CHECK_EQ(before.mentions.at(0).message_key, first.mentions.at(0).message_key);
      CHECK_EQ(before.mentions.at(0).question, first.mentions.at(0).question);
    }
  }
}

TEST_CASE("the same message by another route is one mention") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    int shown = 0;
    for (const auto& one : of.rows) {
      const auto first_route = get_string(one.expect, "same_message_as");
      if (!first_route) continue;
      CAPTURE(one.name);
      ++shown;
      const auto& other = of.find(*first_route);
      CHECK((one.request.body != other.request.body || one.request.headers != other.request.headers ||
             one.request.path != other.request.path));
      const auto first = admit(*make_platform(of, other.expect), other.request, other.now()).mentions.at(0);
      const auto again = admit(*make_platform(of, one.expect), one.request, one.now()).mentions.at(0);
      // The store takes a mention for known by either key.
      const bool same_message = !first.message_key.empty() && again.message_key == first.message_key;
      CHECK((same_message || again.delivery_key == first.delivery_key));
      CHECK_EQ(again.thread_id, first.thread_id);
      CHECK_EQ(again.message_id, first.message_id);
      CHECK_EQ(again.author_id, first.author_id);
      CHECK_EQ(again.question, first.question);
    }
    CHECK((shown > 0) != get_string(of.account, "one_route").has_value());
  }
}

TEST_CASE("one flipped bit anywhere in a signed body is noticed") {
  for (const auto& of : all_fixtures()) {
    if (!covers_body(of)) continue;
    CAPTURE(of.entry->name);
    const auto& sample = of.sample();
    const auto on = make_platform(of);
    for (std::size_t i = 0; i < sample.request.body.size(); ++i) {
      auto touched = sample.request;
      touched.body[i] = static_cast<char>(touched.body[i] ^ (1 << i % 8));
      CAPTURE(i);
      CHECK_EQ(outcome_name(admit(*on, std::move(touched), sample.now()).kind), "reject-signature");
    }
  }
}

TEST_CASE("one flipped bit anywhere in a proof is noticed") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto& sample = of.sample();
    const auto on = make_platform(of);
    for (const auto& name : proof_headers(of)) {
      CAPTURE(name);
      auto request = sample.request;
      REQUIRE(header_named(request, name) != request.headers.end());
      auto& value = header_named(request, name)->second;
      const auto genuine = value;
      for (std::size_t i = 0; i < genuine.size() * 8; ++i) {
        value = genuine;
        value[i / 8] = static_cast<char>(value[i / 8] ^ (1 << i % 8));
        CAPTURE(i);
        const auto kind = admit(*on, request, sample.now()).kind;
        // A flipped bit may name a key that the keys at hand do not hold; that proves nothing either.
        CHECK((kind == admission_kind::not_genuine || kind == admission_kind::outdated_keys));
      }
    }
    if (proof_of(of) != "address" && proof_of(of) != "body-token") continue;
    const auto [begin, end] = proof_in(of, sample.request);
    for (std::size_t i = begin * 8; i < end * 8; ++i) {
      auto request = sample.request;
      auto& there = proof_of(of) == "address" ? request.path : request.body;
      there[i / 8] = static_cast<char>(there[i / 8] ^ (1 << i % 8));
      CAPTURE(i);
      CHECK_EQ(outcome_name(admit(*on, std::move(request), sample.now()).kind), "reject-signature");
    }
  }
}

TEST_CASE("a body cut at any byte, or with a byte too many, is never answered") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto& sample = of.sample();
    const auto on = make_platform(of);
    const auto expected = broken_body_outcome(of);
    for (std::size_t size = 0; size < sample.request.body.size(); ++size) {
      auto request = sample.request;
      request.body.resize(size);
      CAPTURE(size);
      CHECK_EQ(outcome_name(admit(*on, std::move(request), sample.now()).kind), expected);
    }
    auto longer = sample.request;
    longer.body += '}';
    CHECK_EQ(outcome_name(admit(*on, std::move(longer), sample.now()).kind), expected);
  }
}

TEST_CASE("headers of a proof that are missing, repeated, empty or endless are refused") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto& sample = of.sample();
    const auto on = make_platform(of);
    for (const auto& name : proof_headers(of)) {
      CAPTURE(name);
      const auto refused = [&](const recording& request) {
        return admit(*on, request, sample.now()).kind == admission_kind::not_genuine;
      };
      auto request = sample.request;
      const auto genuine = header_named(request, name)->second;
      request.headers.emplace_back(name, genuine);
      CHECK(refused(request));
      request.headers.pop_back();
      CHECK(!refused(request));
      for (const std::string& other :
           {std::string{}, std::string(" "), std::string(100'000, 'a'), std::string(100'000, ' '), genuine + genuine,
            genuine + ",", std::string("\0", 1)}) {
        header_named(request, name)->second = other;
        CHECK(refused(request));
      }
      request.headers.erase(header_named(request, name));
      CHECK(refused(request));
    }
    auto nameless = sample.request;
    nameless.headers.clear();
    CHECK_EQ(is_taken(admit(*on, nameless, sample.now())), proof_headers(of).empty());
  }
}

TEST_CASE("time is judged both ways, to the second") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto& sample = of.sample();
    const auto on = make_platform(of);
    const std::chrono::seconds window{get_integer(of.account, "proof.window_seconds").value()};
    const std::chrono::seconds ahead{get_integer(of.account, "proof.window_ahead_seconds").value_or(window.count())};
    const auto at = [&](std::chrono::seconds off) { return admit(*on, sample.request, sample.now() + off).kind; };
    CHECK(at(window) == admission_kind::mention);
    CHECK(at(-ahead) == admission_kind::mention);
    CHECK(at(window + std::chrono::seconds{1}) == admission_kind::stale);
    CHECK(at(-ahead - std::chrono::seconds{1}) == admission_kind::stale);
    CHECK(at(std::chrono::hours{24 * 365 * 200}) == admission_kind::stale);
    CHECK(at(-std::chrono::hours{24 * 365 * 200}) == admission_kind::stale);
  }
}

TEST_CASE("a platform refuses to be made without what protects it") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto made = [&](std::vector<std::string> secrets) {
      auto settings = settings_from(of.account.at("account"));
      settings.secrets = std::move(secrets);
      return of.entry->make(settings).has_value();
    };
    CHECK_EQ(made({}), !of.entry->needs_secret);
    CHECK(!made({""}));
    for (const auto& genuine : settings_from(of.account.at("account")).secrets) {
      CHECK(made({genuine}));
      CHECK(!made({genuine, ""}));
    }
    for (const auto& rule : of.entry->settings) {
      CAPTURE(rule.key);
      CHECK(!rule.help.empty());
      auto settings = settings_from(of.account.at("account"));
      settings.settings.erase(std::string(rule.key));
      if (rule.required) CHECK(!of.entry->make(settings).has_value());
    }
  }
}
