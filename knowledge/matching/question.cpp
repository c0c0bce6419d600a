#include "knowledge/matching/question.hpp"

#include <utility>

#include "knowledge/terms/clean.hpp"
#include "knowledge/terms/dates.hpp"
#include "knowledge/terms/exclusions.hpp"
#include "knowledge/terms/periods.hpp"

namespace stillholds {

question::question(const corpus& in, const scope& within, std::string_view tidied, bool english_or_chinese, day today)
    : in_(in),
      within_(within),
      today_(today),
      is_marked_(tidied.contains('?') || tidied.contains("？") || tidied.ends_with("吗") || tidied.ends_with("呢")) {
  auto kept = without_exclusions(clean(tidied));
  tokens_ = std::move(kept.tokens);
  left_out_ = std::move(kept.left_out);
  if (english_or_chinese) meaning_ = in_.claims.meaning_of(kept.text);
  read_date();
  read_intent_and_period();
  if (intent_.topic && !rest_.empty()) search_rest();
  read_first(in_.claims, meaning_, found_);
}

const ranked* question::best() const noexcept { return found_.candidates.empty() ? nullptr : found_.candidates.data(); }

void question::search(std::span<const token> tokens) {
  asked_ = in_.claims.ask(tokens, meaning_);
  found_ = rank(in_.claims, asked_, candidates_most, within_.documents());
}

// Takes the date out of the question where it is not part of what is claimed, and finds the candidates.
void question::read_date() {
  const auto found = find_date(tokens_, today_);
  timeless_ = found ? without(tokens_, *found) : tokens_;
  if (found) named_ = found->date;
  search(timeless_);
  if (!found) return;
  const bool spoken_of = found->role != date_role::at || found->adverbial;
  const auto date = std::span(tokens_).subspan(found->begin, found->end - found->begin);
  if (found->role == date_role::at && (!spoken_of || best_says(date))) {
    search(tokens_);
    if (!spoken_of) return;
    if (best() != nullptr && best()->topical >= found_.by->limits.suggest_floor) return;
  }
  if (found->role == date_role::since) {
    since_ = found->date;
  } else if (found->date.last_day() < today_ &&
             (found->role == date_role::as_of || asks_how_it_stood(timeless_) || terms_of(timeless_).empty())) {
    as_of_ = found->date;
  }
}

// Whether the best candidate itself says this date.
bool question::best_says(std::span<const token> date) const {
  if (best() == nullptr) return false;
  const auto asked = in_.claims.ask(date, std::nullopt);
  const auto measured = measure(in_.claims, asked, {.document = best()->document});
  return !asked.words.terms.empty() && measured[signal::question_covered] > 0.999;
}

void question::read_intent_and_period() {
  intent_ = read_intent(timeless_, is_marked_);
  if (intent_.topic == article_topic::changed) read_period();
  rest_ = terms_of(intent_.rest);
}

// "since March and until June", "in the last six months": what changed is asked for with times of all kinds.
void question::read_period() {
  if (auto found = since_ ? std::nullopt : find_period(timeless_, today_)) {
    since_ = found->since;
    timeless_ = std::move(found->rest);
  }
  while (const auto other = find_date(timeless_, today_)) {
    if (!since_) since_ = other->date;
    timeless_ = without(timeless_, *other);
  }
  if (!since_) since_ = named_;
  as_of_.reset();
  intent_ = read_intent(timeless_, is_marked_);
}

// "is the 90% number still true" asks about the 90% and not about a number or the truth: where leaving such words out
// makes a claim clearer, they are left out.
void question::search_rest() {
  auto fewer = in_.claims.ask(intent_.rest, meaning_);
  auto found = rank(in_.claims, fewer, candidates_most, within_.documents());
  if (found.candidates.empty() || (best() != nullptr && found.candidates[0].confidence <= best()->confidence)) return;
  asked_ = std::move(fewer);
  found_ = std::move(found);
}

}  // namespace stillholds
