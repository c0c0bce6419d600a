#include "knowledge/matching/signals.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace stillholds {
namespace {

struct weight {
  signal of;
  double ranking;     // in the score
  double confidence;  // in the logistic
};

// Ranking: coordinate search for MAP@5 over 997 tweets and 3572 questions to fact-checks (CheckThat! 2022 2A and Snopes
// titles, their training parts) and questions about the first article, rounded where the figures did not move.
// Confidence: logistic regression on the same with half of the answers taken out of the collection, on 300 collections
// of about 30 neighbouring claims drawn from them, and on the first article with 148 questions about it and 88 beside
// it, these counting most; then rounded. names_missed was set by hand: it matters in small collections only. Tried and
// without effect: neighbouring word pairs, amounts shared, amounts in conflict, the rarest shared word.
constexpr auto weights = std::to_array<weight>({
    {signal::whole, 1.0, 0},
    {signal::phrasing, 0.5, 0},
    {signal::question_covered, 0.7, 0},
    {signal::claim_covered, 0.1, 3.1},
    {signal::alike, 0.3, 0},
    {signal::names_missed, -0.05, -0.5},
    {signal::shared_mass, 0, 8.7},
});
constexpr double confidence_constant = -11.7;
constexpr double confidence_score = 2.6;
constexpr double confidence_lead = 4.0;
constexpr double lead_most = 0.3;  // beyond this a lead says nothing more

// The places of the question's terms by term id: few, so a sorted vector beats a map.
class places {
 public:
  explicit places(const asked& question) {
    for (std::uint32_t i = 0; i < question.terms.size(); ++i) {
      if (question.terms[i].id != asked_term::unknown) by_id_.emplace_back(question.terms[i].id, i);
    }
    std::ranges::sort(by_id_);
  }
  // The term's place in the question; UINT32_MAX when the question does not hold it.
  [[nodiscard]] std::uint32_t of(std::uint32_t id) const {
    const auto found = std::ranges::lower_bound(by_id_, id, {}, &std::pair<std::uint32_t, std::uint32_t>::first);
    return found != by_id_.end() && found->first == id ? found->second : UINT32_MAX;
  }

 private:
  std::vector<std::pair<std::uint32_t, std::uint32_t>> by_id_;
};

class measurer {
 public:
  measurer(const claim_index& in, const asked& question) : in_(in), question_(question), places_(question) {}

  signals run(const hit& found) {
    held_.assign(question_.terms.size(), 0);
    signals out;
    out[signal::whole] = found.whole;
    out[signal::phrasing] = std::max(found.whole, found.phrasing);
    const auto units = in_.units_of(found.document);
    for (std::size_t i = 0; i < units.size(); ++i) {
      const double shared = shared_with(units[i]);
      // The whole is compared as one phrasing only where nothing shorter is known.
      if ((i == 0 && units.size() > 1) || units[i].idf_sum <= 0) continue;
      out[signal::claim_covered] = std::max(out[signal::claim_covered], shared / units[i].idf_sum);
      out[signal::alike] = std::max(out[signal::alike], 2 * shared / (units[i].idf_sum + question_.idf_sum));
    }
    cover(out);
    return out;
  }

 private:
  // The idf of the question's terms that the unit holds; notes which.
  double shared_with(const claim_index::unit& unit) {
    double idf = 0;
    seen_.assign(question_.terms.size(), 0);
    for (const auto id : in_.terms_in(unit)) {
      const auto place = places_.of(id);
      if (place == UINT32_MAX || seen_[place] != 0) continue;
      idf += question_.terms[place].idf;
      seen_[place] = held_[place] = 1;
    }
    return idf;
  }

  void cover(signals& out) const {
    double shared = 0;
    double names = 0;
    double names_held = 0;
    for (std::size_t i = 0; i < question_.terms.size(); ++i) {
      const asked_term& next = question_.terms[i];
      const double held = held_[i] != 0 ? next.idf : 0;
      shared += held;
      if (!next.named) continue;
      names += next.idf;
      names_held += held;
    }
    if (question_.idf_sum > 0) out[signal::question_covered] = shared / question_.idf_sum;
    if (names > 0) out[signal::names_missed] = 1 - names_held / names;
    const double much = 1.2 * in_.idf_most();
    out[signal::shared_mass] = 1 - std::exp(-shared / much);
  }

  const claim_index& in_;
  const asked& question_;
  places places_;
  std::vector<char> held_;  // by the question's terms: held by any unit of the document
  std::vector<char> seen_;  // the same for one unit
};

}  // namespace

std::string_view name_of(signal value) noexcept {
  constexpr auto names = std::to_array<std::string_view>(
      {"whole", "phrasing", "question_covered", "claim_covered", "alike", "names_missed", "shared_mass"});
  static_assert(names.size() == signal_count);
  return value == signal::count_ ? std::string_view{} : names[static_cast<std::size_t>(value)];
}

signals measure(const claim_index& in, const asked& question, const hit& found) {
  return measurer(in, question).run(found);
}

double score_of(const signals& of) noexcept {
  double score = 0;
  for (const weight& next : weights) score += next.ranking * of[next.of];
  return score;
}

double confidence_of(const signals& of, double score, double lead) noexcept {
  double sum =
      confidence_constant + confidence_score * score + confidence_lead * std::clamp(lead, -lead_most, lead_most);
  for (const weight& next : weights) sum += next.confidence * of[next.of];
  return 1 / (1 + std::exp(-sum));
}

}  // namespace stillholds
