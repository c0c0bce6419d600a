#include "knowledge/ranking/signals.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace stillholds {
namespace {

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
  measurer(const collection& in, const asked_question& question)
      : in_(in.words()), all_(in), whole_question_(question), question_(question.words), places_(question_) {
    for (std::size_t i = 0; i + 1 < question_.terms.size(); ++i) pair_sum_ += pair_weight(i);
  }

  signals run(const hit& found) {
    held_.assign(question_.terms.size(), 0);
    signals out;
    out[signal::whole] = found.whole;
    out[signal::phrasing] = std::max(found.whole, found.phrasing);
    const auto units = in_.units_of(found.document);
    // The whole is compared only where nothing shorter is known: what stands around a claim finds it, but that a
    // question's word occurs there does not make the question one about the claim.
    for (std::size_t i = units.size() > 1 ? 1 : 0; i < units.size(); ++i) {
      const double shared = shared_with(units[i]);
      if (units[i].idf_sum <= 0) continue;
      out[signal::claim_covered] = std::max(out[signal::claim_covered], shared / units[i].idf_sum);
      out[signal::alike] = std::max(out[signal::alike], 2 * shared / (units[i].idf_sum + question_.idf_sum));
      if (pair_sum_ > 0) out[signal::pairs] = std::max(out[signal::pairs], pairs_in(units[i]) / pair_sum_);
    }
    cover(out);
    out[signal::figure_missed] = whole_question_.wants_figure && !in_.answers_figures(found.document) ? 1 : 0;
    out[signal::letters] = all_.letters().similarity(whole_question_.letters, found.document);
    if (whole_question_.meaning != nullptr)
      out[signal::meaning] = std::max(0.0F, all_.meanings()->similarity(*whole_question_.meaning, found.document));
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

  // What the question's words at i and i + 1 weigh together.
  [[nodiscard]] double pair_weight(std::size_t i) const {
    return std::min(question_.terms[i].idf, question_.terms[i + 1].idf);
  }

  [[nodiscard]] double pairs_in(const claim_index::unit& unit) {
    double sum = 0;
    seen_.assign(question_.terms.size(), 0);
    auto before = UINT32_MAX;
    for (const auto id : in_.terms_in(unit)) {
      const auto place = places_.of(id);
      if (before != UINT32_MAX && place == before + 1 && seen_[before] == 0) {
        sum += pair_weight(before);
        seen_[before] = 1;
      }
      before = place;
    }
    return sum;
  }

  void cover(signals& out) const {
    double shared = 0;
    double shared_words = 0;
    struct share {
      double all{0};
      double held{0};
      [[nodiscard]] double missed() const { return all > 0 ? 1 - held / all : 0; }
    };
    share names;
    share numbers;
    for (std::size_t i = 0; i < question_.terms.size(); ++i) {
      const asked_term& next = question_.terms[i];
      const double held = held_[i] != 0 ? next.idf : 0;
      shared += held;
      if (!next.named) shared_words += held;
      out[signal::rarest] = std::max(out[signal::rarest], held / in_.idf_most());
      if (next.named) names.all += next.idf, names.held += held;
      if (next.number) numbers.all += next.idf, numbers.held += held;
    }
    if (question_.idf_sum > 0) out[signal::question_covered] = shared / question_.idf_sum;
    out[signal::names_missed] = names.missed();
    out[signal::numbers_missed] = numbers.missed();
    out[signal::shared_mass] = 1 - std::exp(-shared / (1.2 * in_.idf_most()));
    out[signal::shared_words] = 1 - std::exp(-shared_words / (1.2 * in_.idf_most()));
  }

  const claim_index& in_;
  const collection& all_;
  const asked_question& whole_question_;
  const asked& question_;
  places places_;
  double pair_sum_{0};
  std::vector<char> held_;  // by the question's terms: held by any unit of the document
  std::vector<char> seen_;  // the same for one unit
};

}  // namespace

std::string_view name_of(signal value) noexcept {
  constexpr auto names = std::to_array<std::string_view>({"whole", "phrasing", "question_covered", "claim_covered",
                                                          "alike", "names_missed", "numbers_missed", "figure_missed",
                                                          "pairs", "rarest", "shared_mass", "shared_words", "letters",
                                                          "meaning", "meaning_behind", "read_together"});
  static_assert(names.size() == signal_count);
  return value == signal::count_ ? std::string_view{} : names[static_cast<std::size_t>(value)];
}

signals measure(const collection& in, const asked_question& question, const hit& found) {
  return measurer(in, question).run(found);
}

}  // namespace stillholds
