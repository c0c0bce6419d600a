// The part of lint.hpp that asks the whole: golden questions, and whether the shortest answers fit.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>

#include "knowledge/answers/claim_answer.hpp"
#include "knowledge/answers/wording.hpp"
#include "knowledge/review/lint.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

std::string described(const outcome& found) {
  switch (found.kind) {
    case outcome_kind::claim: return fmt::format("the claim \"{}\"", found.claim_id);
    case outcome_kind::suggest: return fmt::format("only suggestions ({})", fmt::join(found.suggestions, ", "));
    case outcome_kind::article: return "the article answer";
    case outcome_kind::command: return "a command";
    case outcome_kind::none: return "nothing";
  }
  return "nothing";
}

bool is_as_expected(const outcome& found, const std::string& expect) {
  if (expect == "none") return found.kind == outcome_kind::none;
  if (expect == "article") return found.kind == outcome_kind::article;
  return found.kind == outcome_kind::claim && found.claim_id == expect;
}

void check_golden(const snapshot& whole, const golden_question& test, day today, std::vector<fault>& faults) {
  const auto add = [&](std::string message) { faults.push_back({severity::error, test.at, std::move(message)}); };
  const bool names_claim = test.expect != "none" && test.expect != "article";
  if (names_claim && whole.find_claim(test.expect).claim == nullptr) {
    add(fmt::format("there is no claim \"{}\"; expect a claim's id, article or none", test.expect));
    return;
  }
  const std::array within{test.article_id};
  const auto found = whole.matcher.match(test.ask, within, today);
  if (is_as_expected(found, test.expect)) return;
  const auto expected = test.expect == "none"      ? std::string{"nothing"}
                        : test.expect == "article" ? std::string{"the article answer"}
                                                   : fmt::format("the claim \"{}\"", test.expect);
  add(fmt::format("\"{}\" finds {} instead of {}; {}", test.ask, described(found), expected,
                  names_claim ? "add such a phrasing to also_asked_as there" : "see which phrasing is too broad"));
}

// What every platform must be able to show: lead, status and link, nothing cut.
void check_fit(const article& of, const claim& what, const lint_rules& rules, std::vector<fault>& faults) {
  const auto& words = wording::built_in();
  for (const auto& language : words.languages()) {
    const auto shown = compose_claim(of, what, words, language, rules.public_url, rules.today);
    const auto length =
        code_points(fmt::format("{}\n{}\n{}: {}", shown.lead, shown.status, shown.link_label, shown.link));
    if (length <= rules.smallest_reply) continue;
    faults.push_back(
        {severity::error, place_of(what, "quote"),
         fmt::format("the shortest answer ({}) takes {} characters and the smallest platform has room for {}; shorten "
                     "the quote",
                     language, length, rules.smallest_reply)});
  }
}

}  // namespace

std::vector<fault> lint_answers(const snapshot& whole, const lint_rules& rules) {
  std::vector<fault> faults;
  for (const auto& test : whole.golden) check_golden(whole, test, rules.today, faults);
  for (const auto& of : whole.articles) {
    for (const auto& what : of.claims) check_fit(of, what, rules, faults);
  }
  std::ranges::sort(faults, {},
                    [](const fault& one) { return std::tie(one.at.file, one.at.line, one.at.column, one.message); });
  return faults;
}

}  // namespace stillholds
