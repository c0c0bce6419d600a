// Which questions ask for a figure, and which texts hold one.
#include <doctest/doctest.h>

#include <array>
#include <string_view>
#include <vector>

#include "knowledge/ranking/collection.hpp"
#include "knowledge/ranking/ranker.hpp"
#include "knowledge/terms/clean.hpp"
#include "knowledge/terms/figures.hpp"

using namespace stillholds;

TEST_CASE("a question asks for a figure by its words") {
  struct trial {
    std::string_view question;
    bool asks;
  };
  for (const auto& [question, asks] : std::to_array<trial>({{"how many times bigger is it", true},
                                                            {"How much did the port spend?", true},
                                                            {"what share of the ships is foreign", true},
                                                            {"what is the current percentage", true},
                                                            {"whats the ratio", true},
                                                            {"港口有多少艘船", true},
                                                            {"差几倍", true},
                                                            {"how does the crane work", false},
                                                            {"what did the port say about the share", false},
                                                            {"how", false},
                                                            {"they share the port", false},
                                                            {"多么好的港口", false},
                                                            {"", false}})) {
    CAPTURE(question);
    CHECK(asks_for_figure(tokenise(clean(question))) == asks);
  }
}

TEST_CASE("an amount is a figure, a year is none") {
  for (const auto* text : {"about 45 ships", "over 60%", "$80 billion", "八百亿美元", "ten times as many"}) {
    CAPTURE(text);
    CHECK(states_figure(terms_of(text)));
  }
  for (const auto* text : {"the harbour since 2025", "in January 2026 the crane fell", "the crane", ""}) {
    CAPTURE(text);
    CHECK_FALSE(states_figure(terms_of(text)));
  }
}

TEST_CASE("of two claims about one thing, the one about a figure is asked for by how many") {
  const std::vector<std::vector<document>> claims{
      {{.id = "grows", .fields = {}, .phrasings = {"The harbour's fleet of ships is growing bigger."}},
       {.id = "count", .fields = {}, .phrasings = {"The harbour's fleet counts 45 ships."}},
       {.id = "asked", .fields = {}, .phrasings = {"how many cranes has the harbour"}}}};
  const collection index(claims);
  CHECK_FALSE(index.words().answers_figures(0));
  CHECK(index.words().answers_figures(1));
  CHECK(index.words().answers_figures(2));
  const auto ask = [&](std::string_view question) {
    return rank(index, index.ask(tokenise(clean(question)), std::nullopt), 5).candidates;
  };
  for (const auto& found : ask("how many ships has the harbour's fleet"))
    CHECK(found.signals[signal::figure_missed] == (found.document == 0 ? 1 : 0));
  for (const auto& found : ask("is the harbour's fleet of ships growing"))
    CHECK(found.signals[signal::figure_missed] == 0);
}
