#include "knowledge/matching/matcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>
#include <vector>

#include "knowledge/matching/article_names.hpp"
#include "knowledge/matching/claim_documents.hpp"
#include "knowledge/matching/commands.hpp"
#include "knowledge/matching/doubts.hpp"
#include "knowledge/matching/evidence_search.hpp"
#include "knowledge/matching/explain.hpp"
#include "knowledge/matching/intent.hpp"
#include "knowledge/matching/pair.hpp"
#include "knowledge/matching/pleasantry.hpp"
#include "knowledge/ranking/collection.hpp"
#include "knowledge/ranking/ranker.hpp"
#include "knowledge/terms/clean.hpp"
#include "knowledge/terms/dates.hpp"
#include "knowledge/terms/language.hpp"
#include "knowledge/terms/periods.hpp"
#include "knowledge/terms/query.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::size_t question_code_points_max = 2000;
constexpr std::size_t candidates_most = 5;

std::vector<std::vector<document>> all_documents(std::span<const article> articles) {
  std::vector<std::vector<document>> groups;
  groups.reserve(articles.size());
  for (const auto& of : articles) groups.push_back(documents_of(of));
  return groups;
}

}  // namespace

struct matcher::whole {
  whole(std::span<const article> articles, std::shared_ptr<const sentence_vectors> vectors, const collection* previous)
      : claims(all_documents(articles), std::move(vectors), previous) {
    for (const auto& of : articles) {
      this->articles.push_back(article_names::of(of));
      for (const auto& what : of.claims) {
        article_of.push_back(static_cast<std::uint32_t>(this->articles.size() - 1));
        claim_ids.insert(what.id);
      }
    }
  }

  collection claims;
  std::vector<article_names> articles;
  std::vector<std::uint32_t> article_of;  // by the index's documents
  std::unordered_set<std::string> claim_ids;
};

namespace {

// One question on its way to an outcome.
template <class Whole>
class question_reader {
 public:
  question_reader(const Whole& in, std::span<const std::string> within, day today)
      : in_(in), within_(within), today_(today) {
    if (within.empty()) return;
    for (const auto article : in_.article_of) allowed_.push_back(is_allowed(in_.articles[article].id) ? 1 : 0);
  }

  outcome read(std::string_view text) {
    const std::string tidied = tidy(cut(text, question_code_points_max));
    out_.in_another_language = is_in_another_language(tidied);
    out_.language = out_.in_another_language ? "en" : guess_language(tidied);
    const auto is_id = [&](std::string_view id) { return in_.claim_ids.contains(std::string(id)); };
    auto said = parse_command(tidied, today_, is_id);
    if (const auto rest = without_thanks(tidied); !said && rest.size() < tidied.size())
      said = parse_command(rest, today_, is_id);
    if (said) {
      out_.kind = outcome_kind::command;
      out_.command = std::move(*said);
      out_.why = fmt::format("a command: {}", name_of(out_.command.kind));
      return std::move(out_);
    }
    const auto cleaned = clean(tidied);
    tokens_ = tokenise(cleaned);
    if (!out_.in_another_language) meaning_ = in_.claims.meaning_of(cleaned);
    read_date();
    asked_ = tidied.contains('?') || tidied.contains("？") || tidied.ends_with("吗") || tidied.ends_with("呢");
    read_what_it_is_about();
    if (intent_.topic && !rest_.empty()) search_rest();
    if (!is_article_question() && !is_section_question() && !is_about_last() && !is_for_advice()) choose();
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool is_allowed(const std::string& article) const {
    return within_.empty() || std::ranges::find(within_, article) != within_.end();
  }

  void search(std::span<const token> tokens) {
    question_ = in_.claims.ask(tokens, meaning_);
    found_ = rank(in_.claims, question_, candidates_most, allowed_);
  }

  [[nodiscard]] const ranked* best() const { return found_.candidates.empty() ? nullptr : found_.candidates.data(); }

  void read_what_it_is_about() {
    intent_ = read_intent(timeless_, asked_);
    if (intent_.topic == article_topic::changed) read_period();
    rest_ = terms_of(intent_.rest);
  }

  // "since March and until June", "in the last six months": what changed is asked for with times of all kinds.
  void read_period() {
    if (auto found = since_ ? std::nullopt : find_period(timeless_, today_)) {
      since_ = found->since;
      timeless_ = std::move(found->rest);
    }
    while (const auto other = find_date(timeless_, today_)) {
      if (!since_) since_ = other->date;
      timeless_ = without(timeless_, *other);
    }
    if (!since_) since_ = named_;
    out_.as_of.reset();
    intent_ = read_intent(timeless_, asked_);
  }

  // "is the 90% number still true" asks about the 90% and not about a number or the truth: where leaving such words
  // out makes a claim clearer, they are left out.
  void search_rest() {
    auto question = in_.claims.ask(intent_.rest, meaning_);
    auto found = rank(in_.claims, question, candidates_most, allowed_);
    if (found.candidates.empty() || (best() != nullptr && found.candidates[0].confidence <= best()->confidence)) return;
    question_ = std::move(question);
    found_ = std::move(found);
  }

  // Whether the best candidate itself says this date.
  [[nodiscard]] bool best_says(std::span<const token> date) const {
    if (best() == nullptr) return false;
    const auto asked = in_.claims.ask(date, std::nullopt);
    const auto measured = measure(in_.claims, asked, {.document = best()->document});
    return !asked.words.terms.empty() && measured[signal::question_covered] > 0.999;
  }

  // Takes the date out of the question where it is not part of what is claimed, and finds the candidates.
  void read_date() {
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
      out_.as_of = found->date;
    }
  }

  // The allowed article that the question's other words name, by its title or an alias; nullptr when they say more.
  [[nodiscard]] const article_names* named_article() const {
    for (const auto& of : in_.articles) {
      if (is_allowed(of.id) && of.are_names(rest_)) return &of;
    }
    return nullptr;
  }

  // "list the claims on talent": what the question says beyond its phrase is what a section is called, and no claim is
  // as plainly meant.
  bool is_section_question() {
    const auto says_something = [](const term& next) { return next.key != "@ai"; };
    if (std::ranges::none_of(rest_, says_something) || decide(found_) == decision::answer) return false;
    if (intent_.praises) return false;
    for (const auto& of : in_.articles) {
      if (!is_allowed(of.id)) continue;
      const auto* const part = of.section_named(rest_, intent_.rest);
      if (part == nullptr) continue;
      out_.kind = outcome_kind::article;
      out_.topic = article_topic::list;
      out_.article_id = of.id;
      out_.section = part->id;
      fill_candidates();
      out_.why = "a question about a section of the article: " + part->id;
      return true;
    }
    return false;
  }

  bool is_article_question() {
    const bool may_be_named = intent_.names_article || intent_.topic == article_topic::update;
    const auto* const named = may_be_named ? named_article() : nullptr;
    const bool about_all = intent_.topic && (rest_.empty() || named != nullptr);
    const bool only_name = !intent_.topic && named != nullptr;
    // "should they update the piece on chips?" is about the piece unless a claim holds all that it adds; that a claim
    // is near in meaning is not enough ("… or nah, since a lot remain unchanged?").
    const bool update_of_part = intent_.topic == article_topic::update && intent_.names_article &&
                                (decide(found_) != decision::answer || !is_covered(*best()));
    if (!about_all && !only_name && !update_of_part) return false;
    if (only_name && intent_.praises) return false;
    if (about_all && rest_.empty() && out_.as_of && intent_.only_pointing) return false;
    out_.kind = outcome_kind::article;
    out_.topic = intent_.topic.value_or(article_topic::overview);
    if (out_.topic == article_topic::changed) out_.command.date = since_;
    if (named != nullptr && !rest_.empty()) {
      out_.article_id = named->id;
    } else if (within_.size() == 1) {
      out_.article_id = within_[0];
    } else if (within_.empty() && in_.articles.size() == 1) {
      out_.article_id = in_.articles[0].id;
    }
    fill_candidates();
    out_.why = "a question about the article as a whole";
    return true;
  }

  // An article may well claim what a token costs; then that is what is asked about.
  [[nodiscard]] bool best_is_about_prices() const {
    const auto words = in_.claims.ask(tokenise("cost price cheap 价格 成本 便宜"), std::nullopt).words.terms;
    return best() != nullptr && std::ranges::any_of(words, [&](const asked_term& next) {
             return in_.claims.words().holds(best()->document, next.id);
           });
  }

  // "should I buy Nvidia stock" names what a claim names, and no claim answers it.
  bool is_for_advice() {
    const bool asks_for_it = intent_.wants_advice || (intent_.wants_price && !best_is_about_prices());
    if (!asks_for_it || out_.as_of) return false;
    fill_candidates();
    out_.why = "refused: asks what to do or buy, how to do it, or what it costs, which no claim says";
    return true;
  }

  // "did this hold in June 2025?" says a time and nothing else.
  bool is_about_last() {
    if (!out_.as_of || !rest_.empty()) return false;
    out_.kind = outcome_kind::command;
    out_.command.kind = command_kind::about_last;
    out_.why = "a time and no subject: the claim shown last";
    return true;
  }

  [[nodiscard]] const std::string& article_of(const ranked& which) const {
    return in_.articles[in_.article_of[which.document]].id;
  }

  void fill_candidates() {
    for (const ranked& next : found_.candidates) {
      candidate shown{.article_id = article_of(next),
                      .claim_id = in_.claims.id(next.document),
                      .confidence = next.confidence,
                      .score = next.score};
      const auto held = in_.claims.words().terms_in(in_.claims.words().units_of(next.document)[0]);
      for (const asked_term& word : question_.words.terms) {
        const bool holds = word.id != asked_term::unknown && std::ranges::find(held, word.id) != held.end();
        auto& list = holds ? shown.matched : shown.missed;
        if (std::ranges::find(list, word.surface) == list.end()) list.push_back(word.surface);
      }
      for (std::size_t i = 0; i < signal_count; ++i)
        shown.signals.emplace_back(name_of(static_cast<signal>(i)), next.signals.values[i]);
      out_.candidates.push_back(std::move(shown));
    }
    if (!out_.candidates.empty()) out_.confidence = out_.candidates[0].confidence;
  }

  [[nodiscard]] std::string_view doubt() const {
    const auto own = std::ranges::equal_range(in_.article_of, in_.article_of[best()->document]);
    const auto first = static_cast<std::uint32_t>(own.begin() - in_.article_of.begin());
    return find_doubt({.in = in_.claims,
                       .question = question_.words,
                       .tokens = timeless_,
                       .best = *best(),
                       .first = first,
                       .last = first + static_cast<std::uint32_t>(own.size())});
  }

  void suggest_by_evidence() {
    const auto found = find_in_evidence(in_.claims.words(), question_.words, allowed_);
    if (!found) return;
    out_.kind = outcome_kind::suggest;
    out_.suggestions.push_back(in_.claims.id(*found));
    out_.why += "; what was found since about " + out_.suggestions[0] + " says most of it";
  }

  void choose() {
    fill_candidates();
    auto decided = decide(found_);
    std::string_view held_back;
    if (decided == decision::answer) held_back = doubt();
    if (!held_back.empty()) decided = suggest_or_none(found_);
    if (const auto both = find_pair(in_.claims, timeless_, found_, allowed_);
        both && article_of(both->first) == article_of(both->second)) {
      out_.kind = outcome_kind::claim;
      out_.article_id = article_of(both->first);
      out_.claim_id = in_.claims.id(both->first.document);
      out_.second_claim_id = in_.claims.id(both->second.document);
      out_.why = fmt::format("answered: it asks two things, {} (sure to {:.2f}) and {} (sure to {:.2f})", out_.claim_id,
                             both->first.confidence, out_.second_claim_id, both->second.confidence);
      return;
    }
    if (decided == decision::answer) {
      out_.kind = outcome_kind::claim;
      out_.article_id = out_.candidates[0].article_id;
      out_.claim_id = out_.candidates[0].claim_id;
    } else if (decided == decision::suggest) {
      out_.kind = outcome_kind::suggest;
      for (std::size_t i = 0; i < suggested(found_); ++i) out_.suggestions.push_back(out_.candidates[i].claim_id);
    }
    out_.why = explain_decision(found_, out_.candidates, decided, held_back);
    if (decided == decision::none && !intent_.praises) suggest_by_evidence();
    out_.asks_nothing = out_.kind == outcome_kind::none && is_pleasantry(tokens_);
    if (out_.asks_nothing) out_.why = "refused: thanks or praise, in which nothing is asked";
  }

  const Whole& in_;
  std::span<const std::string> within_;
  day today_;
  std::vector<std::uint8_t> allowed_;
  outcome out_;
  std::vector<token> tokens_;
  std::vector<token> timeless_;  // without the date
  bool asked_{false};            // with a question mark, or a word that stands for one
  std::optional<partial_date> since_;
  std::optional<partial_date> named_;  // the question's date, whatever it is for
  intent intent_;
  std::vector<term> rest_;  // what the question says beyond the phrases of article questions
  std::optional<packed_vector> meaning_;
  asked_question question_;
  ranking found_;
};

}  // namespace

matcher::matcher(std::span<const article> articles, std::shared_ptr<const sentence_vectors> vectors,
                 const matcher* previous)
    : whole_(std::make_unique<const whole>(articles, std::move(vectors),
                                           previous == nullptr ? nullptr : &previous->whole_->claims)) {}
matcher::~matcher() = default;
matcher::matcher(matcher&&) noexcept = default;
matcher& matcher::operator=(matcher&&) noexcept = default;

outcome matcher::match(std::string_view question, std::span<const std::string> within, day today) const {
  return question_reader(*whole_, within, today).read(question);
}

}  // namespace stillholds
