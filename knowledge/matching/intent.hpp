// Questions about the article as a whole: should it be updated, what changed, what does it claim, does any of it hold,
// who says so. Recognised by phrases; whether such a question is about one claim after all, the matcher decides.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "knowledge/matching/outcome.hpp"
#include "knowledge/terms/tokens.hpp"

namespace stillholds {

struct intent {
  std::optional<article_topic> topic;
  bool names_article{false};  // "the article", "this piece", 这篇文章 stood in it
  bool wants_advice{false};   // what to buy or do, and how: no claim answers that, whatever it names
  bool wants_price{false};    // what something costs: few claims answer that
  bool praises{false};        // "thanks for the article": nothing is asked
  bool only_pointing{false};  // "this", "it", 这个 and nothing that means the whole: may be the claim shown last
  std::vector<token> rest;    // what the question says beyond the phrases of such questions, stop words left out
};

// `tokens` without those of a date that the question is asked about; `asked`: a question mark stood in it.
[[nodiscard]] intent read_intent(std::span<const token> tokens, bool asked);

}  // namespace stillholds
