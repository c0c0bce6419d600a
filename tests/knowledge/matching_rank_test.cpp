// The index, spelling, signals and decisions, on a handful of claims where the right figures can be seen.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "knowledge/matching/index.hpp"
#include "knowledge/matching/ranker.hpp"
#include "knowledge/matching/signals.hpp"
#include "knowledge/matching/spelling.hpp"

using namespace stillholds;

namespace {

std::vector<document> harbour() {
  return {
      {.id = "ferry", .fields = {"The ferry carries 40 percent of all commuters."}, .phrasings = {}},
      {.id = "crane", .fields = {"The harbour crane was built in Rotterdam."}, .phrasings = {"who built the crane"}},
      {.id = "toll", .fields = {"Lorries pay a toll of $12 at the harbour gate."}, .phrasings = {}}};
}

std::vector<ranked> ask(const claim_index& index, std::string_view question) {
  return rank(index, index.ask(terms_of(question)), 5);
}

}  // namespace

TEST_CASE("edit distance counts swaps and stops where it is told") {
  CHECK(edit_distance("crane", "crane", 2) == 0);
  CHECK(edit_distance("crnae", "crane", 2) == 1);
  CHECK(edit_distance("crne", "crane", 2) == 1);
  CHECK(edit_distance("cranes", "crane", 2) == 1);
  CHECK(edit_distance("brine", "crane", 2) == 2);
  CHECK(edit_distance("harbour", "crane", 2) == 3);
  CHECK(edit_distance("", "ab", 1) == 2);
}

TEST_CASE("a speller finds near words only") {
  speller words;
  words.add("commut", 1, 3);
  words.add("harbor", 2, 1);
  words.add("harbot", 3, 9);
  CHECK(words.nearest("comuter") == std::nullopt);
  CHECK(words.nearest("comut") == std::nullopt);  // five letters: too many words are near
  CHECK(words.nearest("commutt") == 1U);
  CHECK(words.nearest("harbox") == 3U);  // the more common one
  CHECK(words.nearest("Harbor") == std::nullopt);
  CHECK(words.nearest("arbor1") == std::nullopt);
}

TEST_CASE("the claim that shares the rare words comes first") {
  const auto documents = harbour();
  const claim_index index(documents);
  REQUIRE(index.size() == 3);
  CHECK(index.id(ask(index, "does the ferry carry commuters").front().document) == "ferry");
  CHECK(index.id(ask(index, "how much is the toll for lorries").front().document) == "toll");
  CHECK(index.id(ask(index, "was the crane built in Rotterdam").front().document) == "crane");
  CHECK(index.id(ask(index, "comuters on the ferry").front().document) == "ferry");
  CHECK(ask(index, "penguins").empty());
  CHECK(ask(index, "").empty());
}

TEST_CASE("nothing indexed, nothing found") {
  const claim_index index({});
  CHECK(index.size() == 0);
  CHECK(ask(index, "anything").empty());
  CHECK(decide({}) == decision::none);
  CHECK(suggested({}) == 0);
}

TEST_CASE("documents can be left out of a search") {
  const auto documents = harbour();
  const claim_index index(documents);
  const auto question = index.ask(terms_of("harbour"));
  CHECK(index.search(question, 5).size() == 2);
  const std::vector<std::uint8_t> allowed{1, 0, 1};
  const auto found = index.search(question, 5, allowed);
  REQUIRE(found.size() == 1);
  CHECK(index.id(found[0].document) == "toll");
  CHECK(index.search(question, 1).size() == 1);
}

TEST_CASE("a word in every claim weighs less than a word in one, an everyday word less than a rare one") {
  const auto documents = harbour();
  const claim_index index(documents);
  const auto asked = index.ask(terms_of("harbour toll penguin make"));
  REQUIRE(asked.terms.size() == 4);
  CHECK(asked.terms[0].idf < asked.terms[1].idf);
  CHECK(asked.terms[1].idf < asked.terms[2].idf);
  CHECK(asked.terms[3].idf < asked.terms[2].idf);
  CHECK(asked.terms[2].idf == doctest::Approx(index.idf_most()));
  CHECK(asked.idf_sum ==
        doctest::Approx(asked.terms[0].idf + asked.terms[1].idf + asked.terms[2].idf + asked.terms[3].idf));
}

TEST_CASE("a repeated word counts once") {
  const auto documents = harbour();
  const claim_index index(documents);
  CHECK(index.ask(terms_of("toll toll tolls")).terms.size() == 1);
}

TEST_CASE("signals of a question that is the claim itself are at their best") {
  const auto documents = harbour();
  const claim_index index(documents);
  const auto question = index.ask(terms_of("Who built the crane?"));
  const auto found = index.search(question, 1);
  REQUIRE(found.size() == 1);
  const auto of = measure(index, question, found[0]);
  CHECK(of[signal::question_covered] == doctest::Approx(1));
  CHECK(of[signal::claim_covered] == doctest::Approx(1));
  CHECK(of[signal::alike] == doctest::Approx(1));
  CHECK(of[signal::names_missed] == 0);
  CHECK(of[signal::phrasing] >= of[signal::whole]);
}

TEST_CASE("a name that the claim does not hold speaks against it") {
  const auto documents = harbour();
  const claim_index index(documents);
  const auto with = index.ask(terms_of("was the crane built in Rotterdam"));
  const auto without = index.ask(terms_of("was the crane built in Hamburg"));
  CHECK(measure(index, with, index.search(with, 1)[0])[signal::names_missed] == doctest::Approx(0));
  CHECK(measure(index, without, index.search(without, 1)[0])[signal::names_missed] == doctest::Approx(1));
  CHECK(ask(index, "was the crane built in Hamburg")[0].confidence <
        ask(index, "was the crane built in Rotterdam")[0].confidence);
}

TEST_CASE("confidence grows with score and lead and stays between 0 and 1") {
  const signals none;
  CHECK(confidence_of(none, 0, 0) < confidence_of(none, 1, 0));
  CHECK(confidence_of(none, 1, 0) < confidence_of(none, 1, 0.2));
  CHECK(confidence_of(none, 1, -5) == doctest::Approx(confidence_of(none, 1, -0.3)));
  CHECK(confidence_of(none, 1000, 1000) <= 1);
  CHECK(confidence_of(none, -1000, -1000) >= 0);
}

TEST_CASE("every signal has a name") {
  for (std::size_t i = 0; i < signal_count; ++i) CHECK_FALSE(name_of(static_cast<signal>(i)).empty());
  CHECK(name_of(signal::count_).empty());
}

TEST_CASE("floor and gap decide") {
  const decision_limits limits{.answer_floor = 0.6,
                               .answer_gap = 0.1,
                               .suggest_floor = 0.5,
                               .suggest_floor_covered = 0.3,
                               .suggest_within = 0.8,
                               .suggest_most = 3};
  const auto candidate = [](double score, double confidence, double topical) {
    return ranked{.document = 0, .score = score, .confidence = confidence, .topical = topical, .signals = {}};
  };
  CHECK(decide(std::vector{candidate(1.0, 0.7, 0.7)}, limits) == decision::answer);
  CHECK(decide(std::vector{candidate(1.0, 0.7, 0.7), candidate(0.8, 0.1, 0.5)}, limits) == decision::answer);
  CHECK(decide(std::vector{candidate(1.0, 0.7, 0.7), candidate(0.95, 0.1, 0.5)}, limits) == decision::suggest);
  CHECK(decide(std::vector{candidate(1.0, 0.59, 0.7), candidate(0.5, 0.1, 0.5)}, limits) == decision::suggest);
  CHECK(decide(std::vector{candidate(1.0, 0.59, 0.49), candidate(0.5, 0.1, 0.5)}, limits) == decision::none);
  auto covered = candidate(1.0, 0.2, 0.4);
  covered.signals[signal::question_covered] = 1;
  CHECK(decide(std::vector{covered}, limits) == decision::suggest);
  const std::vector near{candidate(1.0, 0, 0), candidate(0.9, 0, 0), candidate(0.85, 0, 0), candidate(0.84, 0, 0)};
  CHECK(suggested(near, limits) == 3);
  CHECK(suggested(std::vector{candidate(1.0, 0, 0), candidate(0.7, 0, 0)}, limits) == 1);
}
