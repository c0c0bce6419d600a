#include "knowledge/matching/matcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>
#include <vector>

#include "knowledge/matching/clean.hpp"
#include "knowledge/matching/commands.hpp"
#include "knowledge/matching/dates.hpp"
#include "knowledge/matching/index.hpp"
#include "knowledge/matching/intent.hpp"
#include "knowledge/matching/query.hpp"
#include "knowledge/matching/ranker.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::size_t question_code_points_max = 2000;
constexpr std::size_t candidates_most = 5;

document document_of(const article& of, const claim& what) {
  document out{.id = what.id, .fields = {what.text, what.quote, what.measure}, .phrasings = {what.text}};
  if (!what.quote.empty()) out.phrasings.push_back(what.quote);
  for (const auto& [language, text] : what.claim_text) out.phrasings.push_back(text);
  out.phrasings.insert(out.phrasings.end(), what.also_asked_as.begin(), what.also_asked_as.end());
  for (std::size_t i = 1; i < out.phrasings.size(); ++i) {
    if (out.phrasings[i] != what.quote) out.fields.push_back(out.phrasings[i]);
  }
  if (const auto* const section = of.find_section(what.section); section != nullptr) {
    out.fields.push_back(section->title);
    for (const auto& [language, title] : section->title_text) out.fields.push_back(title);
  }
  return out;
}

std::vector<document> documents_of(std::span<const article> articles) {
  std::vector<document> documents;
  for (const auto& of : articles) {
    for (const auto& what : of.claims) documents.push_back(document_of(of, what));
  }
  return documents;
}

// What an article is called, as terms: its title, its other names, and who wrote, published and quoted it.
std::unordered_set<std::string> names_of(const article& of) {
  std::unordered_set<std::string> names;
  const auto add = [&](std::string_view text) {
    for (auto& found : terms_of(text)) names.insert(std::move(found.key));
  };
  for (const auto& text : {of.title, of.author, of.publisher, of.quoted_by}) add(text);
  for (const auto& text : of.aliases) add(text);
  return names;
}

std::vector<token> without(std::span<const token> tokens, const date_mention& date) {
  std::vector<token> rest(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(date.begin));
  rest.insert(rest.end(), tokens.begin() + static_cast<std::ptrdiff_t>(date.end), tokens.end());
  return rest;
}

// "did", "was", "hold", 成立: the question is about how things stood.
bool asks_how_it_stood(std::span<const token> tokens) {
  constexpr auto words = std::to_array<std::string_view>({"did", "didn't", "didnt", "was", "wasn't", "wasnt", "were",
                                                          "weren't", "werent", "had", "held", "hold", "true", "valid",
                                                          "correct", "status", "right", "accurate"});
  constexpr auto han_words = std::to_array<std::string_view>({"成立", "属实", "正确", "准确", "对吗", "当时", "那时"});
  return std::ranges::any_of(tokens, [&](const token& next) {
    if (next.kind == token_kind::word) return std::ranges::find(words, next.text) != words.end();
    return next.kind == token_kind::han &&
           std::ranges::any_of(han_words, [&](std::string_view word) { return next.text.contains(word); });
  });
}

}  // namespace

struct matcher::whole {
  struct known_article {
    std::string id;
    std::unordered_set<std::string> names;
  };

  explicit whole(std::span<const article> articles) : index(documents_of(articles)) {
    for (const auto& of : articles) {
      this->articles.push_back({of.id, names_of(of)});
      for (const auto& what : of.claims) {
        article_of.push_back(static_cast<std::uint32_t>(this->articles.size() - 1));
        claim_ids.insert(what.id);
      }
    }
  }

  claim_index index;
  std::vector<known_article> articles;
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
    out_.language = guess_language(tidied);
    auto said =
        parse_command(tidied, today_, [&](std::string_view id) { return in_.claim_ids.contains(std::string(id)); });
    if (said) {
      out_.kind = outcome_kind::command;
      out_.command = std::move(*said);
      out_.why = "a command";
      return std::move(out_);
    }
    tokens_ = tokenise(clean(tidied));
    read_date();
    intent_ = read_intent(timeless_);
    rest_ = terms_of(intent_.rest);
    if (intent_.topic && !rest_.empty()) search_rest();
    if (!is_article_question() && !is_about_last()) choose();
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool is_allowed(const std::string& article) const {
    return within_.empty() || std::ranges::find(within_, article) != within_.end();
  }

  void search(std::span<const token> tokens) {
    question_ = in_.index.ask(terms_of(tokens));
    candidates_ = rank(in_.index, question_, candidates_most, allowed_);
  }

  // "is the 90% number still true" asks about the 90% and not about a number or the truth: where leaving such words
  // out makes a claim clearer, they are left out.
  void search_rest() {
    auto question = in_.index.ask(rest_);
    auto candidates = rank(in_.index, question, candidates_most, allowed_);
    if (candidates.empty() || (!candidates_.empty() && candidates[0].confidence <= candidates_[0].confidence)) return;
    question_ = std::move(question);
    candidates_ = std::move(candidates);
  }

  // Whether the best candidate itself says this date.
  [[nodiscard]] bool best_says(std::span<const token> date) const {
    if (candidates_.empty()) return false;
    const auto asked = in_.index.ask(terms_of(date));
    const auto measured = measure(in_.index, asked, {.document = candidates_[0].document});
    return !asked.terms.empty() && measured[signal::question_covered] > 0.999;
  }

  // Takes the date out of the question where it is not part of what is claimed, and finds the candidates.
  void read_date() {
    const auto found = find_date(tokens_, today_);
    timeless_ = found ? without(tokens_, *found) : tokens_;
    search(timeless_);
    if (!found) return;
    const bool spoken_of = found->role != date_role::at || found->adverbial;
    const auto date = std::span(tokens_).subspan(found->begin, found->end - found->begin);
    if (found->role == date_role::at && (!spoken_of || best_says(date))) {
      search(tokens_);
      if (!spoken_of) return;
      if (!candidates_.empty() && candidates_[0].topical >= default_limits.suggest_floor) return;
    }
    if (found->role == date_role::since) {
      since_ = found->date;
    } else if (found->date.last_day() < today_ && (found->role == date_role::as_of || asks_how_it_stood(timeless_))) {
      out_.as_of = found->date;
    }
  }

  // The allowed article that the question's other words name, by its title or an alias; nullptr when they say more.
  [[nodiscard]] const typename Whole::known_article* named_article() const {
    for (const auto& of : in_.articles) {
      if (is_allowed(of.id) &&
          std::ranges::all_of(rest_, [&](const term& next) { return of.names.contains(next.key); }))
        return &of;
    }
    return nullptr;
  }

  bool is_article_question() {
    const auto* const named = intent_.names_article ? named_article() : nullptr;
    const bool about_all = intent_.topic && (rest_.empty() || named != nullptr);
    const bool only_name = !intent_.topic && named != nullptr;
    // "should they update the piece on chips?" is about the piece unless a claim answers it.
    const bool update_of_part =
        intent_.topic == article_topic::update && intent_.names_article && decide(candidates_) != decision::answer;
    if (!about_all && !only_name && !update_of_part) return false;
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

  // "did this hold in June 2025?" says a time and nothing else.
  bool is_about_last() {
    if (!out_.as_of || !rest_.empty()) return false;
    out_.kind = outcome_kind::command;
    out_.command.kind = command_kind::about_last;
    out_.why = "a time and no subject: the claim shown last";
    return true;
  }

  void fill_candidates() {
    for (const ranked& next : candidates_) {
      candidate shown{.article_id = in_.articles[in_.article_of[next.document]].id,
                      .claim_id = in_.index.id(next.document),
                      .confidence = next.confidence,
                      .score = next.score,
                      .matched = {}};
      const auto held = in_.index.terms_in(in_.index.units_of(next.document)[0]);
      for (const asked_term& word : question_.terms) {
        const bool new_word = std::ranges::find(shown.matched, word.surface) == shown.matched.end();
        if (word.id != asked_term::unknown && new_word && std::ranges::find(held, word.id) != held.end())
          shown.matched.push_back(word.surface);
      }
      out_.candidates.push_back(std::move(shown));
    }
    if (!out_.candidates.empty()) out_.confidence = out_.candidates[0].confidence;
  }

  void choose() {
    fill_candidates();
    const auto decided = decide(candidates_);
    if (decided == decision::answer) {
      out_.kind = outcome_kind::claim;
      out_.article_id = out_.candidates[0].article_id;
      out_.claim_id = out_.candidates[0].claim_id;
    } else if (decided == decision::suggest) {
      out_.kind = outcome_kind::suggest;
      for (std::size_t i = 0; i < suggested(candidates_); ++i) out_.suggestions.push_back(out_.candidates[i].claim_id);
    }
    out_.why = explain(decided);
  }

  [[nodiscard]] std::string explain(decision decided) const {
    if (candidates_.empty()) return "refused: no claim shares a word with it";
    const ranked& best = candidates_[0];
    const double lead = candidates_.size() > 1 ? best.score - candidates_[1].score : best.score;
    const auto figures = fmt::format(
        "{} is best: confidence {:.2f} (floor {:.2f}), lead {:.2f} (gap {:.2f}), topical {:.2f} (floor {:.2f})",
        in_.index.id(best.document), best.confidence, default_limits.answer_floor, lead, default_limits.answer_gap,
        best.topical, default_limits.suggest_floor);
    const auto* const verb = decided == decision::answer    ? "answered"
                             : decided == decision::suggest ? "suggested"
                                                            : "refused";
    return fmt::format("{}: {}; words: {}", verb, figures, fmt::join(out_.candidates[0].matched, ", "));
  }

  const Whole& in_;
  std::span<const std::string> within_;
  day today_;
  std::vector<std::uint8_t> allowed_;
  outcome out_;
  std::vector<token> tokens_;
  std::vector<token> timeless_;  // without the date
  std::optional<partial_date> since_;
  intent intent_;
  std::vector<term> rest_;  // what the question says beyond the phrases of article questions
  asked question_;
  std::vector<ranked> candidates_;
};

}  // namespace

matcher::matcher(std::span<const article> articles) : whole_(std::make_unique<const whole>(articles)) {}
matcher::~matcher() = default;
matcher::matcher(matcher&&) noexcept = default;
matcher& matcher::operator=(matcher&&) noexcept = default;

outcome matcher::match(std::string_view question, std::span<const std::string> within, day today) const {
  return question_reader(*whole_, within, today).read(question);
}

}  // namespace stillholds
