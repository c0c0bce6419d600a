// The index, spelling, signals and decisions, on a handful of claims where the right figures can be seen.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "knowledge/ranking/collection.hpp"
#include "knowledge/ranking/ranker.hpp"
#include "knowledge/ranking/signals.hpp"
#include "knowledge/terms/clean.hpp"
#include "knowledge/terms/spelling.hpp"
#include "tests/knowledge/encoder_weights.hpp"

using namespace stillholds;

namespace {

// One group, as if of one article.
using groups = std::vector<std::vector<document>>;

groups harbour() {
  return {{{.id = "ferry", .fields = {"The ferry carries 40 percent of all commuters."}, .phrasings = {}},
           {.id = "crane",
            .fields = {"The harbour crane was built in Rotterdam."},
            .phrasings = {"The harbour crane was built in Rotterdam.", "who built the crane"}},
           {.id = "toll", .fields = {"Lorries pay a toll of $12 at the harbour gate."}, .phrasings = {}}}};
}

asked_question asked_in(const collection& in, std::string_view question) {
  return in.ask(tokenise(clean(question)), std::nullopt);
}

std::vector<ranked> ask(const collection& in, std::string_view question) {
  return rank(in, asked_in(in, question), 5).candidates;
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
  const speller words({{.spelling = "commuter", .share = .3},
                       {.spelling = "harbor", .share = .1},
                       {.spelling = "harbot", .share = .9},
                       {.spelling = "gate", .share = .1},
                       {.spelling = "gates", .share = .05},
                       {.spelling = "entire", .share = .1},
                       {.spelling = "enter", .share = .9}});
  struct trial {
    std::string_view misspelt;
    std::string_view meant;
  };
  for (const auto& [misspelt, meant] :
       std::to_array<trial>({{"comuter", "commuter"},     // a letter left out
                             {"cmomuter", "commuter"},    // two swapped
                             {"comnmuterr", "commuter"},  // two too many
                             {"xommuter", "commuter"},    // the first one wrong
                             {"komutter", ""},
                             {"harbox", "harbot"},  // the more common one
                             {"narbor", "harbor"},  // the only one that is one edit away
                             {"entier", "entire"},  // swapped, rather than one too many
                             {"gatte", "gate"},
                             {"gtae", "gate"},
                             {"gats", "gates"},
                             {"gaxe", ""},  // too short: too many are near
                             {"gte", ""},
                             {"Harbor", ""},
                             {"arbor1", ""},
                             {"", ""}})) {
    CAPTURE(misspelt);
    const auto near = words.nearest(misspelt);
    CHECK((near.meant == nullptr ? std::string_view{} : near.meant->spelling) == meant);
  }
  CHECK(speller().nearest("commuter").meant == nullptr);
}

TEST_CASE("a misspelt word of talk is none of the claims' words") {
  const std::vector<std::vector<document>> claims{
      {{.id = "pipe", .fields = {"A hose of rubber carries the water."}, .phrasings = {}}}};
  const collection index(claims);
  CHECK(index.words().spelling_of("htose") == "those");
  CHECK(index.words().spelling_of("rubbre") == "rubber");
  CHECK(index.corrected("htose carry wtaer") == "those carry water");
  const auto question = index.words().ask(terms_of("htose carry wtaer"));
  CHECK(question.terms.size() == 2);
}

TEST_CASE("the claim that shares the rare words comes first") {
  const auto documents = harbour();
  const collection index(documents);
  REQUIRE(index.size() == 3);
  CHECK(index.id(ask(index, "does the ferry carry commuters").front().document) == "ferry");
  CHECK(index.id(ask(index, "how much is the toll for lorries").front().document) == "toll");
  CHECK(index.id(ask(index, "was the crane built in Rotterdam").front().document) == "crane");
  CHECK(index.id(ask(index, "comuters on the ferry").front().document) == "ferry");
  CHECK(ask(index, "penguins").empty());
  CHECK(ask(index, "").empty());
}

TEST_CASE("nothing indexed, nothing found") {
  const collection index({});
  CHECK(index.size() == 0);
  CHECK(ask(index, "anything").empty());
  CHECK(decide(ranking{}) == decision::none);
  CHECK(suggested(ranking{}) == 0);
}

TEST_CASE("documents can be left out of a search") {
  const auto documents = harbour();
  const collection index(documents);
  const auto question = asked_in(index, "harbour");
  const std::vector<std::uint8_t> allowed{1, 0, 1};
  CHECK(index.words().search(question.words, 5).size() == 2);
  CHECK(index.words().search(question.words, 1).size() == 1);
  CHECK(index.letters().nearest(question.letters, 5).size() == 2);
  CHECK(index.letters().nearest(question.letters, 5, allowed) == std::vector<std::uint32_t>{2});
  const auto found = index.candidates(question, allowed);
  REQUIRE(found.size() == 1);
  CHECK(index.id(found[0].document) == "toll");
}

TEST_CASE("a word in every claim weighs less than a word in one, an everyday word less than a rare one") {
  const auto documents = harbour();
  const collection index(documents);
  const auto asked = asked_in(index, "harbour toll penguin make").words;
  REQUIRE(asked.terms.size() == 4);
  CHECK(asked.terms[0].idf < asked.terms[1].idf);
  CHECK(asked.terms[1].idf < asked.terms[2].idf);
  CHECK(asked.terms[3].idf < asked.terms[2].idf);
  CHECK(asked.terms[2].idf == doctest::Approx(index.words().idf_most()));
  CHECK(asked.idf_sum ==
        doctest::Approx(asked.terms[0].idf + asked.terms[1].idf + asked.terms[2].idf + asked.terms[3].idf));
}

TEST_CASE("a repeated word counts once") {
  const auto documents = harbour();
  const collection index(documents);
  CHECK(asked_in(index, "toll toll tolls").words.terms.size() == 1);
}

TEST_CASE("signals of a question that is the claim itself are at their best") {
  const auto documents = harbour();
  const collection index(documents);
  const auto question = asked_in(index, "Who built the crane?");
  const auto found = index.candidates(question);
  REQUIRE(found.size() == 1);
  const auto of = measure(index, question, found[0]);
  CHECK(of[signal::question_covered] == doctest::Approx(1));
  CHECK(of[signal::claim_covered] == doctest::Approx(1));
  CHECK(of[signal::alike] == doctest::Approx(1));
  CHECK(of[signal::names_missed] == 0);
  CHECK(of[signal::pairs] == doctest::Approx(1));
  CHECK(of[signal::letters] == doctest::Approx(1));
  CHECK(of[signal::meaning] == 0);
  CHECK(of[signal::phrasing] >= of[signal::whole]);
}

TEST_CASE("a name that the claim does not hold speaks against it") {
  const auto documents = harbour();
  const collection index(documents);
  const auto missed = [&](std::string_view text) { return ask(index, text).front().signals[signal::names_missed]; };
  CHECK(missed("was the crane built in Rotterdam") == doctest::Approx(0));
  CHECK(missed("was the crane built in Hamburg") == doctest::Approx(1));
  CHECK(ask(index, "was the crane built in Hamburg")[0].confidence <
        ask(index, "was the crane built in Rotterdam")[0].confidence);
}

TEST_CASE("an amount that the claim does not hold is missed, too") {
  const auto documents = harbour();
  const collection index(documents);
  CHECK(ask(index, "is the toll $12 for lorries")[0].signals[signal::numbers_missed] == doctest::Approx(0));
  CHECK(ask(index, "is the toll $45 for lorries")[0].signals[signal::numbers_missed] == doctest::Approx(1));
}

TEST_CASE("a question is read as the claims spell") {
  const auto documents = harbour();
  const collection index(documents);
  CHECK(index.corrected("Comuters on the ferrry, in Roterdam?") == "Commuters on the ferry, in Rotterdam?");
  CHECK(index.corrected("penguins and pelicans") == "penguins and pelicans");
  CHECK(index.corrected("the built house") == "the built house");
  CHECK(index.corrected("") == "");
}

TEST_CASE("letters find what spelling hides") {
  const auto documents = harbour();
  const collection index(documents);
  const auto found = ask(index, "rotterdamcrane");
  REQUIRE_FALSE(found.empty());
  CHECK(index.id(found[0].document) == "crane");
  CHECK(found[0].signals[signal::question_covered] == 0);
  CHECK(found[0].signals[signal::letters] > 0.25);
}

TEST_CASE("a document's own figures are those that searching finds") {
  const auto documents = harbour();
  const collection index(documents);
  const auto question = asked_in(index, "who built the harbour crane");
  for (const auto& found : index.words().search(question.words, 5)) {
    const auto alone = index.words().score(question.words, found.document);
    CHECK(alone.whole == doctest::Approx(found.whole));
    CHECK(alone.phrasing == doctest::Approx(found.phrasing));
  }
}

TEST_CASE("sentences that have a vector are not encoded again, wherever their article now stands" *
          doctest::skip(no_weights())) {
  const auto vectors = sentence_vectors::open(weights_file(), {});  // nothing is remembered on disk
  REQUIRE(vectors.has_value());
  auto claims = harbour();
  const collection before(claims, *vectors);
  CHECK(before.encoded_anew() > 0);
  claims.insert(claims.begin(),
                {{.id = "bridge", .fields = {"The bridge opens at noon."}, .phrasings = {"open bridge", "noon"}}});
  const collection after(claims, *vectors, &before);
  const collection anew(claims, *vectors);
  CHECK(after.encoded_anew() == 2);
  CHECK(anew.encoded_anew() == before.encoded_anew() + 2);
  for (const auto* question : {"when does the bridge open", "who made the crane", "the price of the harbour"}) {
    CAPTURE(question);
    const auto meaning = anew.meaning_of(question);
    REQUIRE(meaning.has_value());
    for (std::uint32_t document = 0; document < anew.size(); ++document) {
      CHECK(after.meanings()->similarity(meaning->vector, document) ==
            anew.meanings()->similarity(meaning->vector, document));
      CHECK(anew.read_together(*meaning, document).has_value());
      CHECK(after.read_together(*meaning, document) == anew.read_together(*meaning, document));
    }
  }
  const auto others = sentence_vectors::open(weights_file(), {});
  CHECK(collection(claims, *others, &after).encoded_anew() == anew.encoded_anew());
  CHECK(collection(claims, nullptr, &after).encoded_anew() == 0);
  const collection without(claims);
  CHECK(collection(claims, *vectors, &without).encoded_anew() == anew.encoded_anew());
}

TEST_CASE("texts that were read before are not read again, and the figures are the same") {
  auto changed = harbour();
  changed.push_back({{.id = "bridge", .fields = {"The bridge opens at noon."}, .phrasings = {}}});
  const collection before(changed);
  changed[1][0].fields[0] = "The bridge opens at dusk.";
  const collection after(changed, nullptr, &before);
  const collection anew(changed);
  CHECK(after.read_anew() == 1);
  CHECK(anew.read_anew() == 2);
  for (const auto* question : {"when does the bridge open", "ferry at dusk", "harbour toll at noon"}) {
    CAPTURE(question);
    const auto one = ask(after, question);
    const auto other = ask(anew, question);
    REQUIRE(one.size() == other.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
      CHECK(one[i].document == other[i].document);
      CHECK(one[i].score == other[i].score);
      CHECK(one[i].confidence == other[i].confidence);
    }
  }
}

TEST_CASE("confidence grows with what is shared, shrinks with rivals and stays between 0 and 1") {
  const auto& by = built_in_coefficients().words;
  signals little;
  signals much;
  much[signal::shared_mass] = much[signal::claim_covered] = 1;
  CHECK(confidence_of(little, 0, 0, by) < confidence_of(much, 0, 0, by));
  CHECK(confidence_of(much, 0, 1, by) < confidence_of(much, 0, no_rivalry(), by));
  CHECK(confidence_of(much, 1000, -1000, by) <= 1);
  CHECK(confidence_of(little, -1000, 1000, by) >= 0);
}

TEST_CASE("the first candidate is read together with the question unless it is sure or out of the question" *
          doctest::skip(no_weights())) {
  const auto vectors = sentence_vectors::open(weights_file(), {});
  REQUIRE(vectors.has_value());
  const std::vector<std::vector<document>> claims{
      {{.id = "ferry", .fields = {"The ferry across the harbour is free of charge."}, .phrasings = {}},
       {.id = "chinese", .fields = {"渡轮不收费。"}, .phrasings = {}}}};
  const collection index(claims, *vectors);
  const auto& by = built_in_coefficients().meanings;
  struct reading {
    double confidence{0};
    double found{0};
  };
  const auto read = [&](const std::optional<encoded_question>& question, std::uint32_t document, double confidence,
                        double topical) {
    const auto candidate = [&](std::uint32_t which) {
      return ranked{.document = which,
                    .score = 1,
                    .rivals = no_rivalry(),
                    .confidence = confidence,
                    .topical = topical,
                    .signals = {}};
    };
    ranking found{.candidates = {candidate(document), candidate(1 - document)}, .by = &by};
    read_first(index, question, found);
    CHECK(found.candidates[0].topical == topical);
    CHECK(found.candidates[1].confidence == confidence);
    CHECK(found.candidates[1].signals[signal::read_together] == 0);
    return reading{.confidence = found.candidates[0].confidence,
                   .found = found.candidates[0].signals[signal::read_together]};
  };
  const auto good = index.meaning_of("do I have to pay for the ferry over the harbour");
  const auto bad = index.meaning_of("which harbour has the tallest crane");
  constexpr double unsure = 0.5;
  const auto [confidence, found] = read(good, 0, unsure, unsure);
  CHECK(found > read(bad, 0, unsure, unsure).found + 0.5);
  CHECK(confidence > read(bad, 0, unsure, unsure).confidence);
  CHECK(std::abs(found) < 1);
  // Neither is read: whatever the question says makes no difference.
  for (const auto& [sure, near] :
       {std::pair(by.limits.read_to + 0.01, 1.0), std::pair(0.01, by.limits.read_from - 0.01)})
    CHECK(read(good, 0, sure, near).confidence == read(bad, 0, sure, near).confidence);
  CHECK(read(good, 0, by.limits.read_to + 0.01, 1).found > 0.5);
  CHECK(read(good, 0, 0.01, by.limits.read_from - 0.01).found < -0.5);
  // Nothing to read: nothing is said.
  CHECK(read(good, 1, unsure, unsure).found == 0);
  CHECK(read(std::nullopt, 0, unsure, unsure).confidence == unsure);
  std::string long_question = "do I have to pay";
  for (int i = 0; i < 60; ++i) long_question += " for the ferry";
  CHECK(read(index.meaning_of(long_question), 0, unsure, unsure).found == 0);
  ranking nothing{.candidates = {}, .by = &by};
  read_first(index, good, nothing);
  CHECK(nothing.candidates.empty());
}

TEST_CASE("the same claim told twice is no rival of itself") {
  auto documents = harbour();
  documents[0].push_back(documents[0][1]);
  documents[0].back().id = "crane-again";
  const collection twice(documents);
  const auto found = rank(twice, asked_in(twice, "who built the harbour crane"), 5);
  REQUIRE(found.candidates.size() >= 2);
  CHECK(found.candidates[0].score == doctest::Approx(found.candidates[1].score));
  CHECK(lead_of(found) > 0);
  CHECK(rivalry(found.candidates, 0) < -1);
}

TEST_CASE("every signal has a name") {
  for (std::size_t i = 0; i < signal_count; ++i) CHECK_FALSE(name_of(static_cast<signal>(i)).empty());
  CHECK(name_of(signal::count_).empty());
}

TEST_CASE("floor and gap decide") {
  coefficients by;
  by.limits = {.answer_floor = 0.6,
               .answer_floor_covered = 0.4,
               .answer_floor_nameless = 0.9,
               .answer_gap = 0.1,
               .covered_least = 0.4,
               .shared_words_least = 0.5,
               .shared_mass_least = 0.7,
               .read_from = 0,
               .read_to = 0,
               .suggest_floor = 0.5,
               .suggest_floor_covered = 0.3,
               .suggest_reading = -0.5,
               .suggest_within = 0.2,
               .suggest_most = 3};
  const auto candidate = [](double score, double confidence, double topical) {
    ranked made{
        .document = 0, .score = score, .rivals = 0, .confidence = confidence, .topical = topical, .signals = {}};
    made.signals[signal::whole] = score;  // or they would be taken for the same claim
    made.signals[signal::question_covered] = 0.5;
    return made;
  };
  const auto of = [&](std::vector<ranked> candidates) {
    return ranking{.candidates = std::move(candidates), .by = &by};
  };
  CHECK(decide(of({candidate(1.0, 0.7, 0.7)})) == decision::answer);
  CHECK(decide(of({candidate(1.0, 0.7, 0.7), candidate(0.8, 0.1, 0.5)})) == decision::answer);
  CHECK(decide(of({candidate(1.0, 0.7, 0.7), candidate(0.95, 0.1, 0.5)})) == decision::suggest);
  CHECK(decide(of({candidate(1.0, 0.59, 0.7), candidate(0.5, 0.1, 0.5)})) == decision::suggest);
  CHECK(decide(of({candidate(1.0, 0.45, 0.49), candidate(0.5, 0.1, 0.5)})) == decision::none);
  auto of_others = candidate(1.0, 0.7, 0.7);
  of_others.signals[signal::names_missed] = 1;
  CHECK(decide(of({of_others})) == decision::suggest);
  of_others.confidence = 0.9;
  CHECK(decide(of({of_others})) == decision::answer);
  of_others.signals[signal::names_missed] = 0.5;
  CHECK(decide(of({of_others})) == decision::answer);
  auto covered = candidate(1.0, 0.2, 0.4);
  covered.signals[signal::question_covered] = 1;
  CHECK(decide(of({covered})) == decision::none);  // its words say nothing
  covered.signals[signal::rarest] = 0.9;
  CHECK(decide(of({covered})) == decision::suggest);
  covered.confidence = 0.45;
  CHECK(decide(of({covered})) == decision::answer);
  auto of_something_else = candidate(1.0, 0.7, 0.7);
  of_something_else.signals[signal::question_covered] = 0.3;
  of_something_else.signals[signal::shared_words] = 0.4;
  of_something_else.signals[signal::shared_mass] = 0.6;
  CHECK(decide(of({of_something_else})) == decision::none);
  CHECK(suggest_or_none(of({of_something_else})) == decision::none);
  of_something_else.signals[signal::shared_mass] = 0.75;  // little of a long question may be much
  CHECK(decide(of({of_something_else})) == decision::answer);
  of_something_else.signals[signal::shared_mass] = 0.6;
  of_something_else.signals[signal::shared_words] = 0.5;
  CHECK(decide(of({of_something_else})) == decision::answer);
  // What asking back would be for, were it not that reading says otherwise.
  auto read = candidate(1.0, 0.59, 0.7);
  read.signals[signal::read_together] = -0.45;
  CHECK(decide(of({read})) == decision::suggest);
  read.signals[signal::read_together] = -0.55;
  CHECK(decide(of({read})) == decision::none);
  read.confidence = 0.7;  // sure enough all the same
  CHECK(decide(of({read})) == decision::answer);
  // Reading can make it surer than its subject is near: sure, and yet held back by a doubt, it is asked back.
  auto held_back = candidate(1.0, 0.65, 0.45);
  held_back.signals[signal::read_together] = 0.9;
  CHECK(suggest_or_none(of({held_back})) == decision::suggest);
  read.confidence = 0.1;
  read.signals[signal::question_covered] = read.signals[signal::rarest] = 1;
  CHECK(decide(of({read})) == decision::suggest);
  CHECK(suggested(of({candidate(1.0, 0, 0), candidate(0.9, 0, 0), candidate(0.85, 0, 0), candidate(0.84, 0, 0)})) == 3);
  CHECK(suggested(of({candidate(1.0, 0, 0), candidate(0.7, 0, 0)})) == 1);
}

TEST_CASE("coefficients are read whole or refused with the row") {
  const auto& built_in = built_in_coefficients();
  const auto again = parse_coefficients(to_text(built_in));
  REQUIRE(again);
  CHECK(again->words.limits.answer_floor == doctest::Approx(built_in.words.limits.answer_floor));
  CHECK(again->meanings.ranking[0] == doctest::Approx(built_in.meanings.ranking[0]).epsilon(1e-3));
  const auto refused = [](const std::string& text, std::string_view because) {
    const auto read = parse_coefficients(text);
    REQUIRE_FALSE(read);
    CAPTURE(read.error().detail);
    CHECK(read.error().detail.contains(because));
  };
  const auto good = to_text(built_in);
  refused("", "there is no row");
  refused(good + "rank.whole 1 1\n", "twice");
  refused(good + "rank.nothing 1 1\n", "not known");
  refused("rank.whole 1\n", "row 1");
  refused("# a comment\nrank.whole one 1\n", "row 2");
  refused("rank.whole nan 1\n", "row 1");
}
