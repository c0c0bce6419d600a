#include "knowledge/snapshot/snapshot.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/knowledge/knowledge_folder.hpp"

using namespace stillholds;

namespace {

std::vector<article> sample() {
  const knowledge_folder folder;
  auto all = load_knowledge(folder.path());
  REQUIRE(all.ok());
  return std::move(all.articles);
}

std::string version_after(const std::function<void(article&)>& change) {
  auto articles = sample();
  change(articles.at(0));
  return snapshot{std::move(articles), {}}.version;
}

std::string revision_after(const std::function<void(claim&)>& change) {
  auto articles = sample();
  change(articles.at(0).claims.at(0));
  return snapshot::revision_of(articles[0].claims[0]);
}

}  // namespace

TEST_CASE("the version is of the content and nothing else") {
  const auto version = version_after([](article&) {});
  CHECK(version.size() == 16);
  CHECK(version.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(version == version_after([](article& of) {
          of.at = {"elsewhere", 7, 7};
          of.keys.clear();
          of.claims[0].at = {};
          of.claims[0].history[0].at = {};
        }));
  const std::vector<std::function<void(article&)>> changes{
      [](article& of) { of.title += "!"; },
      [](article& of) { of.published = {2025, 1, 2}; },
      [](article& of) { of.sections[0].title_text["zh"] = "长"; },
      [](article& of) { of.sections[0].date = {2025, 3, 0}; },
      [](article& of) { of.answers["update"]["en"] = "No."; },
      [](article& of) { of.aliases.emplace_back("x"); },
      [](article& of) { of.mirrors.clear(); },
      [](article& of) { of.claims[0].also_asked_as.emplace_back("x"); },
      [](article& of) { of.claims[0].review.every_days = 91; },
      [](article& of) { of.claims[0].measure = "x"; },
      [](article& of) { of.claims[0].scope = "x"; },  // the same text in another field is another content
      [](article& of) { of.claims[0].history[0].status = status::holds; },
      [](article& of) { of.claims[0].evidence[0].source.url += "x"; },
      [](article& of) { std::swap(of.claims[0].evidence[0], of.claims[0].evidence[1]); },
      [](article& of) { of.claims.clear(); },
  };
  std::set<std::string> seen{version};
  for (const auto& change : changes) seen.insert(version_after(change));
  CHECK(seen.size() == changes.size() + 1);
}

TEST_CASE("the order in which articles were read does not matter") {
  auto one = sample();
  auto two = sample();
  auto other = one[0];
  other.id = "another";
  other.claims.clear();
  one.push_back(other);
  two.insert(two.begin(), other);
  const snapshot first{std::move(one), {}};
  const snapshot second{std::move(two), {}};
  CHECK(first.version == second.version);
  CHECK(first.articles[0].id == "another");
}

TEST_CASE("a claim's revision follows what a reader is shown") {
  const auto revision = revision_after([](claim&) {});
  CHECK(revision.size() == 16);
  CHECK(revision == revision_after([](claim& of) { of.also_asked_as.clear(); }));
  CHECK(revision == revision_after([](claim& of) { of.review.every_days = 7; }));
  CHECK(revision == revision_after([](claim& of) { of.keys.clear(); }));
  const std::vector<std::function<void(claim&)>> changes{
      [](claim& of) { of.text += "!"; },
      [](claim& of) { of.quote += "!"; },
      [](claim& of) { of.claim_text["zh"] = "x"; },
      [](claim& of) { of.summary_text["zh"] = "x"; },
      [](claim& of) { of.history[0].summary += "!"; },
      [](claim& of) { of.history[0].reviewed.dom = 2; },
      [](claim& of) { of.history[0].confidence = confidence_level::high; },
      [](claim& of) { of.history.push_back(of.history[0]); },
      [](claim& of) { of.evidence[1].finding_text["zh"] = "x"; },
      [](claim& of) { of.evidence[1].bearing = bearing::supports; },
      [](claim& of) { of.evidence.pop_back(); },
      [](claim& of) { of.review.retired_on = partial_date{2026, 0, 0}; },
  };
  std::set<std::string> seen{revision};
  for (const auto& change : changes) seen.insert(revision_after(change));
  CHECK(seen.size() == changes.size() + 1);
}

TEST_CASE("articles and claims are found by id") {
  const snapshot whole{sample(), {}};
  REQUIRE(whole.find_article("bridges") != nullptr);
  CHECK(whole.find_article("bridge") == nullptr);
  const auto found = whole.find_claim("length-90");
  CHECK(found.article == whole.find_article("bridges"));
  REQUIRE(found.claim != nullptr);
  CHECK(found.claim->id == "length-90");
  CHECK(whole.find_claim("length").claim == nullptr);
  CHECK(whole.find_claim("length").article == nullptr);
}

TEST_CASE("a reader of the slot keeps the snapshot it took") {
  const auto first = std::make_shared<const snapshot>(sample(), std::vector<golden_question>{});
  snapshot_slot slot{first};
  const auto held = slot.get();
  const std::jthread reader{[&slot] {
    for (int i = 0; i < 1000; ++i) CHECK(slot.get()->version.size() == 16);
  }};
  for (int i = 0; i < 100; ++i)
    slot.set(std::make_shared<const snapshot>(std::vector<article>{}, std::vector<golden_question>{}));
  CHECK(held == first);
  CHECK(slot.get() != first);
  CHECK(held->find_claim("length-90").claim != nullptr);
}
