#include "knowledge/ranking/index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>

#include "knowledge/terms/background.hpp"
#include "knowledge/terms/talk_speller.hpp"
#include "knowledge/terms/vocabulary.hpp"

namespace stillholds {
namespace {

constexpr double k1 = 1.2;
constexpr double b = 0.75;

// A handful of claims says little about how rare a word is. So the collection counts as if this many ordinary short
// texts stood beside it, holding each word as often as ordinary texts do.
constexpr double pseudo_documents = 100;

// A word of everyday use says less than its rarity among the claims suggests.
double plainness(double background) { return std::sqrt(std::min(1.0, std::log(background) / std::log(rare_share))); }

bool is_number(term_kind kind) { return kind != term_kind::word && kind != term_kind::han; }

// BM25's term frequency.
double saturated(double frequency, double norm) { return frequency * (k1 + 1) / (frequency + norm); }

double best_possible(const asked& question) {
  return std::max(question.idf_sum * (k1 + 1), std::numeric_limits<double>::min());
}

std::vector<std::uint32_t> unique(std::span<const std::uint32_t> ids) {
  std::vector<std::uint32_t> sorted(ids.begin(), ids.end());
  std::ranges::sort(sorted);
  sorted.erase(std::ranges::unique(sorted).begin(), sorted.end());
  return sorted;
}

}  // namespace

claim_index::claim_index(std::span<const std::shared_ptr<const analysis>> groups) {
  for (const auto& next : groups) add(*next);
  first_unit_.push_back(static_cast<std::uint32_t>(units_.size()));
  count_documents();
  weigh();
  learn(groups);
  post();
}

void claim_index::add(const analysis& group) {
  std::vector<std::uint32_t> ids;  // by the group's own numbers
  ids.reserve(group.terms().size());
  for (const analysed_term& next : group.terms()) {
    const auto [found, is_new] = term_by_key_.try_emplace(next.key, static_cast<std::uint32_t>(terms_.size()));
    if (is_new) terms_.push_back({});
    known_term& known = terms_[found->second];
    known.background = std::max(known.background, next.background);
    known.place = known.place || next.place;
    known.seen_cased += next.seen_cased;
    known.seen_named += next.seen_named;
    ids.push_back(found->second);
  }
  for (const auto& next : group.documents()) {
    const auto number = static_cast<std::uint32_t>(ids_.size());
    ids_.push_back(next.id);
    answers_figures_.push_back(next.answers_figures ? 1 : 0);
    first_unit_.push_back(static_cast<std::uint32_t>(units_.size()));
    for (const auto& text : next.units) {
      units_.push_back({.begin = static_cast<std::uint32_t>(sequence_.size()),
                        .length = static_cast<std::uint32_t>(text.terms.size()),
                        .document = number});
      for (const auto term : text.terms) sequence_.push_back(ids[term]);
    }
  }
}

// A term counts once for a document, however many of its units hold it.
void claim_index::count_documents() {
  std::vector<std::uint32_t> last(terms_.size(), UINT32_MAX);
  for (const unit& next : units_) {
    for (const auto id : terms_in(next)) {
      if (last[id] == next.document) continue;
      last[id] = next.document;
      ++terms_[id].documents;
    }
  }
}

double claim_index::idf_of(std::uint32_t documents, double background) const {
  const double all = static_cast<double>(ids_.size()) + pseudo_documents;
  const double with = std::min(all, documents + pseudo_documents * background);
  return plainness(background) * std::log(1 + (all - with + 0.5) / (with + 0.5));
}

double claim_index::idf_most() const { return idf_of(0, rare_share); }

void claim_index::weigh() {
  for (auto& next : terms_) next.idf = idf_of(next.documents, next.background);
  for (unit& next : units_) {
    for (const auto id : unique(terms_in(next))) next.idf_sum += terms_[id].idf;
  }
}

void claim_index::learn(std::span<const std::shared_ptr<const analysis>> groups) {
  const auto texts = std::max<double>(1, static_cast<double>(ids_.size()));
  std::vector<speller::word> words;
  for (const auto& group : groups) {
    for (const auto& [word, number] : group->spellings()) {
      const auto id = term_by_key_.at(group->terms()[number].key);
      words.push_back({.spelling = word, .share = terms_[id].documents / texts});
    }
  }
  std::ranges::sort(words, {}, &speller::word::spelling);
  const auto repeated = std::ranges::unique(words, {}, &speller::word::spelling);
  words.erase(repeated.begin(), repeated.end());
  speller_ = speller(std::move(words));
}

double claim_index::norm_of(const unit& of) const {
  const double average = &of == &units_[first_unit_[of.document]] ? whole_length_ : phrasing_length_;
  return k1 * (1 - b + b * of.length / std::max(1.0, average));
}

// Postings in one array, ordered by term. Wholes and phrasings have averages of their own, because a phrasing is short.
void claim_index::post() {
  for (std::size_t document = 0; document < ids_.size(); ++document) {
    whole_length_ += units_[first_unit_[document]].length;
    for (auto i = first_unit_[document] + 1; i < first_unit_[document + 1]; ++i) phrasing_length_ += units_[i].length;
  }
  whole_length_ /= std::max<double>(1, static_cast<double>(ids_.size()));
  phrasing_length_ /= std::max<double>(1, static_cast<double>(units_.size() - ids_.size()));

  std::vector<std::uint32_t> counts(terms_.size() + 1, 0);
  for (const unit& next : units_) {
    for (const auto id : unique(terms_in(next))) ++counts[id + 1];
  }
  for (std::size_t i = 1; i < counts.size(); ++i) counts[i] += counts[i - 1];
  posting_begin_ = counts;
  postings_.resize(counts.back());
  for (std::uint32_t number = 0; number < units_.size(); ++number) {
    const unit& next = units_[number];
    const double norm = norm_of(next);
    std::vector<std::uint32_t> ids(terms_in(next).begin(), terms_in(next).end());
    std::ranges::sort(ids);
    for (auto at = ids.begin(); at != ids.end();) {
      const auto end = std::find_if(at, ids.end(), [&](std::uint32_t id) { return id != *at; });
      const double weight = terms_[*at].idf * saturated(static_cast<double>(end - at), norm);
      postings_[counts[*at]++] = {number, static_cast<float>(weight)};
      at = end;
    }
  }
}

std::string_view claim_index::spelling_of(const std::string& word) const {
  if (is_ordinary_word(word) || is_stop_word(word) || term_by_key_.contains(stem(word))) return {};
  auto meant = speller_.nearest(word);
  // Spelt like a claim's word as likely as like another, it is the claim's.
  const auto said = talk_speller().nearest(word);
  if (speller::is_likelier(said, meant)) meant = said;
  return meant.meant == nullptr ? std::string_view{} : meant.meant->spelling;
}

asked claim_index::ask(std::span<const term> terms) const {
  asked question;
  std::unordered_set<std::string_view> keys;
  std::unordered_set<std::uint32_t> ids;
  for (const term& next : terms) {
    if (!keys.insert(next.key).second) continue;
    asked_term out{.id = asked_term::unknown,
                   .idf = 0,
                   .named = next.named,
                   .place = next.place,
                   .number = is_number(next.kind),
                   .surface = next.surface};
    auto known = term_by_key_.find(next.key);
    double background = next.background;
    if (known == term_by_key_.end() && next.kind == term_kind::word) {
      if (const auto right = spelling_of(next.word); !right.empty()) {
        if (is_stop_word(right)) continue;
        known = term_by_key_.find(stem(right));
        out.surface += " (read as " + std::string(right) + ")";
        background = background_share(right);
      }
    }
    if (known != term_by_key_.end()) {
      if (!ids.insert(known->second).second) continue;
      const known_term& found = terms_[known->second];
      out.id = known->second;
      out.idf = found.idf;
      out.named = out.named || 2 * found.seen_named > found.seen_cased;
    } else {
      out.idf = idf_of(0, background);
    }
    question.idf_sum += out.idf;
    question.terms.push_back(std::move(out));
  }
  return question;
}

bool claim_index::holds(std::uint32_t document, std::uint32_t term) const {
  return std::ranges::any_of(units_of(document), [&](const unit& next) {
    return std::ranges::find(terms_in(next), term) != terms_in(next).end();
  });
}

std::vector<hit> claim_index::search(const asked& question, std::size_t most,
                                     std::span<const std::uint8_t> allowed) const {
  std::vector<float> scores(units_.size(), 0);
  std::vector<std::uint32_t> touched;
  for (const asked_term& next : question.terms) {
    if (next.id == asked_term::unknown) continue;
    for (auto i = posting_begin_[next.id]; i < posting_begin_[next.id + 1]; ++i) {
      float& score = scores[postings_[i].unit];
      if (score == 0) touched.push_back(postings_[i].unit);
      score += postings_[i].weight;
    }
  }
  const double best = best_possible(question);
  std::ranges::sort(touched);
  std::vector<hit> hits;
  for (const auto number : touched) {
    const auto document = units_[number].document;
    if (!allowed.empty() && allowed[document] == 0) continue;
    if (hits.empty() || hits.back().document != document) hits.push_back({.document = document});
    double& score = number == first_unit_[document] ? hits.back().whole : hits.back().phrasing;
    score = std::max(score, static_cast<double>(scores[number]) / best);
  }
  const auto better = [](const hit& x, const hit& y) {
    const double left = std::max(x.whole, x.phrasing);
    const double right = std::max(y.whole, y.phrasing);
    return left != right ? left > right : x.document < y.document;
  };
  const auto kept = hits.begin() + static_cast<std::ptrdiff_t>(std::min(most, hits.size()));
  std::partial_sort(hits.begin(), kept, hits.end(), better);
  hits.erase(kept, hits.end());
  return hits;
}

hit claim_index::score(const asked& question, std::uint32_t document) const {
  hit out{.document = document};
  for (const unit& next : units_of(document)) {
    double sum = 0;
    const double norm = norm_of(next);
    for (const asked_term& word : question.terms) {
      const auto frequency = std::ranges::count(terms_in(next), word.id);
      if (frequency > 0) sum += terms_[word.id].idf * saturated(static_cast<double>(frequency), norm);
    }
    double& score = &next == &units_[first_unit_[document]] ? out.whole : out.phrasing;
    score = std::max(score, sum / best_possible(question));
  }
  return out;
}

std::span<const claim_index::unit> claim_index::units_of(std::uint32_t document) const {
  return std::span(units_).subspan(first_unit_[document], first_unit_[document + 1] - first_unit_[document]);
}

std::span<const std::uint32_t> claim_index::terms_in(const unit& which) const {
  return std::span(sequence_).subspan(which.begin, which.length);
}

}  // namespace stillholds
