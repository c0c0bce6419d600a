#include "knowledge/terms/figures.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace stillholds {
namespace {

// After "how": "how many", "how big".
constexpr auto measures =
    std::to_array<std::string_view>({"big", "bigger", "far", "fast", "few", "high", "large", "larger", "little", "long",
                                     "low", "many", "much", "often", "old", "small", "strong", "tall", "wide"});
// After "what" or "which", with or without a word between: "what percentage", "what is the share".
constexpr auto quantities = std::to_array<std::string_view>(
    {"amount", "fraction", "number", "percent", "percentage", "proportion", "ratio", "share"});
constexpr auto han_quantities = std::to_array<std::string_view>(
    {"多少", "几倍", "几成", "几个", "几家", "几年", "百分之几", "多大", "多高", "比例", "占比"});
constexpr std::size_t words_between_most = 3;

bool is_one_of(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool asks_in_chinese(std::string_view run) {
  return std::ranges::any_of(han_quantities, [&](std::string_view word) { return run.contains(word); });
}

}  // namespace

bool asks_for_figure(std::span<const token> tokens) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto word = std::string_view(tokens[i].text);
    if (tokens[i].kind == token_kind::han && asks_in_chinese(word)) return true;
    const auto after = tokens.subspan(i + 1);
    if (word == "how" && !after.empty() && is_one_of(measures, after.front().text)) return true;
    if (word != "what" && word != "which" && word != "whats") continue;
    const auto near = after.first(std::min(after.size(), words_between_most + 1));
    if (std::ranges::any_of(near, [](const token& next) { return is_one_of(quantities, next.text); })) return true;
  }
  return false;
}

bool states_figure(std::span<const term> terms) {
  return std::ranges::any_of(terms, [](const term& next) {
    return next.kind == term_kind::percent || next.kind == term_kind::money || next.kind == term_kind::plain_number;
  });
}

}  // namespace stillholds
