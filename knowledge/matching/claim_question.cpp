#include "knowledge/matching/claim_question.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "knowledge/matching/article_question.hpp"
#include "knowledge/matching/doubts.hpp"
#include "knowledge/matching/evidence_search.hpp"
#include "knowledge/matching/explain.hpp"
#include "knowledge/matching/pair.hpp"
#include "knowledge/matching/pleasantry.hpp"

namespace stillholds {
namespace {

// An article may well claim what a token costs; then that is what is asked about.
bool best_is_about_prices(const question& asked) {
  const auto& claims = asked.in().claims;
  const auto words = claims.ask(tokenise("cost price cheap 价格 成本 便宜"), std::nullopt).words.terms;
  return asked.best() != nullptr && std::ranges::any_of(words, [&](const asked_term& next) {
           return claims.words().holds(asked.best()->document, next.id);
         });
}

std::string_view doubt_of(const question& asked) {
  const auto& articles = asked.in().article_of;
  const auto own = std::ranges::equal_range(articles, articles[asked.best()->document]);
  const auto first = static_cast<std::uint32_t>(own.begin() - articles.begin());
  return find_doubt({.in = asked.in().claims,
                     .question = asked.words(),
                     .tokens = asked.timeless(),
                     .left_out = asked.left_out(),
                     .best = *asked.best(),
                     .first = first,
                     .last = first + static_cast<std::uint32_t>(own.size())});
}

void suggest_by_evidence(const question& asked, outcome& out) {
  const auto& claims = asked.in().claims;
  const auto found = find_in_evidence(claims.words(), asked.words(), asked.within().documents());
  if (!found) return;
  out.kind = outcome_kind::suggest;
  out.suggestions.push_back(claims.id(*found));
  out.why += "; what was found since about " + out.suggestions[0] + " says most of it";
}

bool answers_two(const question& asked, outcome& out) {
  const auto& in = asked.in();
  const auto both = find_pair(in.claims, asked.timeless(), asked.found(), asked.within().documents());
  if (!both || in.article_id_of(both->first.document) != in.article_id_of(both->second.document)) return false;
  out.kind = outcome_kind::claim;
  out.article_id = in.article_id_of(both->first.document);
  out.claim_id = in.claims.id(both->first.document);
  out.second_claim_id = in.claims.id(both->second.document);
  out.why = fmt::format("answered: it asks two things, {} (sure to {:.2f}) and {} (sure to {:.2f})", out.claim_id,
                        both->first.confidence, out.second_claim_id, both->second.confidence);
  return true;
}

}  // namespace

std::vector<candidate> candidates_of(const question& asked) {
  const auto& claims = asked.in().claims;
  std::vector<candidate> all;
  all.reserve(asked.found().candidates.size());
  for (const ranked& next : asked.found().candidates) {
    candidate shown{.article_id = asked.in().article_id_of(next.document),
                    .claim_id = claims.id(next.document),
                    .confidence = next.confidence,
                    .score = next.score};
    const auto held = claims.words().terms_in(claims.words().units_of(next.document)[0]);
    for (const asked_term& word : asked.words().terms) {
      const bool holds = word.id != asked_term::unknown && std::ranges::find(held, word.id) != held.end();
      auto& list = holds ? shown.matched : shown.missed;
      if (std::ranges::find(list, word.surface) == list.end()) list.push_back(word.surface);
    }
    for (std::size_t i = 0; i < signal_count; ++i)
      shown.signals.emplace_back(name_of(static_cast<signal>(i)), next.signals.values[i]);
    all.push_back(std::move(shown));
  }
  return all;
}

bool is_for_advice(const question& asked, outcome& out) {
  const auto& intent = asked.intent();
  if (asked.as_of()) return false;
  if (!intent.wants_advice && (!intent.wants_price || best_is_about_prices(asked))) return false;
  out.why = "refused: asks what to do or buy, how to do it, or what it costs, which no claim says";
  return true;
}

void choose_claim(const question& asked, outcome& out) {
  constexpr std::string_view only_praise = "refused: thanks or praise, in which nothing is asked";
  if (only_praises_article(asked)) {
    out.asks_nothing = true;
    out.why = only_praise;
    return;
  }
  if (answers_two(asked, out)) return;
  auto decided = decide(asked.found());
  std::string_view held_back;
  if (decided == decision::answer) held_back = doubt_of(asked);
  if (!held_back.empty()) decided = suggest_or_none(asked.found());
  if (decided == decision::answer) {
    out.kind = outcome_kind::claim;
    out.article_id = out.candidates[0].article_id;
    out.claim_id = out.candidates[0].claim_id;
  } else if (decided == decision::suggest) {
    out.kind = outcome_kind::suggest;
    for (std::size_t i = 0; i < suggested(asked.found()); ++i) out.suggestions.push_back(out.candidates[i].claim_id);
  }
  out.why = explain_decision(asked.found(), out.candidates, decided, held_back);
  if (decided == decision::none && !asked.intent().praises) suggest_by_evidence(asked, out);
  out.asks_nothing = out.kind == outcome_kind::none && is_pleasantry(asked.tokens());
  if (out.asks_nothing) out.why = only_praise;
}

}  // namespace stillholds
