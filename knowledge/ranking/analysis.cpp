#include "knowledge/ranking/analysis.hpp"

#include <algorithm>
#include <unordered_set>

#include "knowledge/terms/clean.hpp"
#include "knowledge/terms/figures.hpp"
#include "knowledge/terms/tokens.hpp"

namespace stillholds {

// Adds one text after another.
struct analysis::reader {
  // Says whether the text holds a figure or asks for one.
  bool add(std::string_view text, analysed_text& to) {
    const auto tokens = tokenise(clean(text));
    const auto terms = terms_of(tokens);
    for (const term& next : terms) to.terms.push_back(number_of(next));
    const auto grams = grams_of(tokens);
    to.grams.insert(to.grams.end(), grams.begin(), grams.end());
    return states_figure(terms) || asks_for_figure(tokens);
  }

  std::uint32_t number_of(const term& of) {
    const auto [found, is_new] = numbers.try_emplace(of.key, static_cast<std::uint32_t>(into.terms_.size()));
    if (is_new) into.terms_.push_back({.key = of.key, .background = of.background, .place = of.place});
    analysed_term& known = into.terms_[found->second];
    known.background = std::max(known.background, of.background);
    known.seen_cased += of.cased ? 1 : 0;
    known.seen_named += of.named ? 1 : 0;
    if (!of.word.empty() && spelt.insert(of.word).second) into.spellings_.emplace_back(of.word, found->second);
    return found->second;
  }

  analysis& into;
  std::unordered_map<std::string, std::uint32_t> numbers{};
  std::unordered_set<std::string> spelt{};
};

analysis::analysis(std::span<const document> documents) {
  reader reading{.into = *this};
  documents_.reserve(documents.size());
  for (const document& next : documents) {
    auto& made = documents_.emplace_back(analysed_document{.id = next.id, .units = {}});
    made.units.resize(1 + next.phrasings.size());
    bool in_fields = false;
    for (const auto& field : next.fields) in_fields |= reading.add(field, made.units[0]);
    for (std::size_t i = 0; i < next.phrasings.size(); ++i)
      made.answers_figures |= reading.add(next.phrasings[i], made.units[i + 1]);
    if (next.phrasings.empty()) made.answers_figures = in_fields;
    auto& grams = made.units[0].grams;
    std::ranges::sort(grams);
    const auto repeated = std::ranges::unique(grams);
    grams.erase(repeated.begin(), repeated.end());
  }
}

}  // namespace stillholds
