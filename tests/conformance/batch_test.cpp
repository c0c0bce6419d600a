// Requests that carry several events: one strange event, whatever it is, costs none of the others their answer.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "handlers/port/encoding.hpp"
#include "tests/conformance/fixtures.hpp"

using namespace stillholds;
using namespace stillholds::conformance;

namespace {

// A tower of lists, deeper than any platform's limit.
json tower() {
  json made = json::array();
  for (int level = 0; level < 300; ++level) made = json::array({std::move(made)});
  return made;
}

// What a broken or hostile sender may put beside a good event: other kinds of value, and the event itself with each
// of its members gone, null, or of another kind.
std::vector<json> strange_events(const json& good) {
  std::vector<json> all{nullptr, 7, -1.5, true, "event", json::array(), json::object(), tower()};
  const auto leaves = good.flatten();
  for (const auto& [pointer, value] : leaves.items()) {
    const json::json_pointer at(pointer);
    if (at.empty()) continue;
    const std::vector<json> instead{nullptr,        "",           9223372036854775807, -1, "\xe4\xb8\xad",
                                    json::object(), json::array()};
    for (const auto& other : instead) {
      all.push_back(good);
      all.back()[at] = other;
    }
    all.push_back(good);
    auto& parent = all.back()[at.parent_pointer()];
    if (parent.is_object()) parent.erase(at.back());
  }
  all.push_back(good);
  if (all.back().is_object()) all.back()["beside"] = tower();
  return all;
}

std::vector<unsigned char> hmac_sha256(const std::string& key, const std::string& text) {
  std::vector<unsigned char> mark(EVP_MAX_MD_SIZE);
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), mark.data(), &length);
  mark.resize(length);
  return mark;
}

// Signs the body anew where the platform's requests are signed: account.json says how.
void sign(const platform_fixtures& of, recording& request) {
  const auto how = get_string(of.account, "batch.signed").value_or("");
  if (how.empty()) return;
  const auto name = of.account.at("proof").at("headers").at(0).get<std::string>();
  const auto mark = hmac_sha256(settings_from(of.account.at("account")).secrets.at(0), request.body);
  for (auto& [header, value] : request.headers) {
    if (header == name)
      value = how == "base64" ? encode_base64(mark) : fmt::format("sha256={:02x}", fmt::join(mark, ""));
  }
}

bool finds(const admission& what, const mention& good) {
  return std::ranges::any_of(what.mentions, [&](const mention& one) {
    return one.message_id == good.message_id && one.question == good.question && one.thread_id == good.thread_id;
  });
}

}  // namespace

TEST_CASE("a strange event beside a good one costs it nothing") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    CHECK(of.account.contains("batch") != get_string(of.account, "one_event").has_value());
    if (!of.account.contains("batch")) continue;
    const auto& batch = of.account.at("batch");
    const auto on = make_platform(of);
    const auto& row = batch.contains("row") ? of.find(batch.at("row").get<std::string>()) : of.sample();
    const auto good = admit(*on, row.request, row.now()).mentions.at(0);
    const auto body = parse_json(row.request.body);
    REQUIRE(body.has_value());
    for (const auto& place : batch.at("lists")) {
      CAPTURE(place);
      const json::json_pointer list(place.get<std::string>());
      const auto event = body->at(list).at(0);
      std::size_t tried = 0;
      for (const auto& strange : strange_events(event)) {
        for (const bool first : {true, false}) {
          auto request = row.request;
          auto changed = *body;
          auto& events = changed.at(list);
          events.insert(first ? events.begin() : events.end(), strange);
          request.body = dump_json(changed);
          sign(of, request);
          CAPTURE(dump_json(strange).substr(0, 300));
          CHECK(finds(admit(*on, std::move(request), row.now()), good));
          ++tried;
        }
      }
      CHECK(tried > 40);
    }
  }
}

TEST_CASE("as much as a platform may send at once is read") {
  for (const auto& of : all_fixtures()) {
    if (!of.account.contains("batch")) continue;
    CAPTURE(of.entry->name);
    const auto& batch = of.account.at("batch");
    const auto on = make_platform(of);
    const auto& row = batch.contains("row") ? of.find(batch.at("row").get<std::string>()) : of.sample();
    const auto good = admit(*on, row.request, row.now()).mentions.at(0);
    auto body = parse_json(row.request.body).value();
    auto& events = body[json::json_pointer(batch.at("lists").at(0).get<std::string>())];
    const json filler{{"text", std::string(60000, 'x')}};
    const auto most = std::max(on->traits().body_bytes, std::size_t{256} * 1024);
    const auto room = most - row.request.body.size();
    events.insert(events.begin(), room / (dump_json(filler).size() + 1), filler);
    auto request = row.request;
    request.body = dump_json(body);
    CHECK(request.body.size() > most - 70000);
    sign(of, request);
    CHECK(finds(admit(*on, std::move(request), row.now()), good));
  }
}

TEST_CASE("another account's events are not ours, where a request says whose they are") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto is_others = [](const row& one) {
      const auto reason = get_string(one.expect, "reason").value_or("");
      return reason == "other_account" || reason == "other_application" || reason == "other_workspace" ||
             reason == "other_repository" || get_string(one.expect, "shows") == "other_account";
    };
    CHECK(std::ranges::any_of(of.rows, is_others) != get_string(of.account, "one_account").has_value());
  }
}
