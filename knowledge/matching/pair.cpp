#include "knowledge/matching/pair.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace stillholds {
namespace {

bool is_one_of(const token& next, std::span<const std::string_view> words) {
  return next.kind == token_kind::word && std::ranges::find(words, next.text) != words.end();
}

// "more and better" asks two things; "better or worse" asks one thing both ways.
bool adds(const token& next) {
  constexpr auto words = std::to_array<std::string_view>({"and", "plus"});
  return is_one_of(next, words);
}

// "the US and China", "between us and china" name two parties of one thing.
bool joins(std::span<const token> question, std::size_t at) {
  constexpr auto words = std::to_array<std::string_view>({"and", "plus", "or", "but"});
  if (!is_one_of(question[at], words)) return false;
  const bool between = std::ranges::any_of(
      question.first(at), [](const token& next) { return next.kind == token_kind::word && next.text == "between"; });
  return !between && !(question[at - 1].named && question[at + 1].named);
}

bool joins_in_chinese(const token& next) {
  constexpr auto words = std::to_array<std::string_view>({"以及", "并且", "而且", "还有", "同时", "又"});
  return next.kind == token_kind::han &&
         std::ranges::any_of(words, [&](std::string_view word) { return next.text.contains(word); });
}

// What half a question must say to be asked on its own.
constexpr std::size_t terms_least = 2;

std::optional<ranked> answer_to(const collection& in, std::span<const token> half,
                                std::span<const std::uint8_t> allowed) {
  // By words alone: the encoder would have to run for every half.
  const auto asked = in.ask(half, std::nullopt);
  if (asked.words.terms.size() < terms_least) return std::nullopt;
  const auto found = rank(in, asked, 2, allowed);
  if (decide(found) != decision::answer) return std::nullopt;
  return found.candidates[0];
}

// "compare the us and europe" is about neither of two claims that compare the US with China.
bool hold_all_names(const collection& in, std::span<const token> question, std::uint32_t first, std::uint32_t second) {
  return std::ranges::none_of(in.ask(question, std::nullopt).words.terms, [&](const asked_term& next) {
    return next.named && !in.words().holds(first, next.id) && !in.words().holds(second, next.id);
  });
}

// Two stand out: both would do, and the third is far behind.
std::optional<std::pair<ranked, ranked>> both_first(const collection& in, std::span<const token> question,
                                                    const ranking& whole) {
  const auto& all = whole.candidates;
  const auto& limits = whole.by->limits;
  if (all.size() < 2 || shares_little(whole)) return std::nullopt;
  const bool near = all[0].score - all[1].score <= limits.suggest_within;
  const bool third_is_far = all.size() == 2 || all[1].score - all[2].score > limits.suggest_within / 2;
  const bool both_good = all[0].topical >= limits.suggest_floor && all[1].topical >= limits.suggest_floor_covered;
  if (!near || !third_is_far || !both_good) return std::nullopt;
  if (!hold_all_names(in, question, all[0].document, all[1].document)) return std::nullopt;
  return std::pair{all[0], all[1]};
}

}  // namespace

std::optional<std::pair<ranked, ranked>> find_pair(const collection& in, std::span<const token> question,
                                                   const ranking& whole, std::span<const std::uint8_t> allowed) {
  bool joined = false;
  for (std::size_t i = 1; i + 1 < question.size(); ++i) {
    if (!joins(question, i)) continue;
    joined = joined || adds(question[i]);
    auto first = answer_to(in, question.first(i), allowed);
    if (!first) continue;
    auto second = answer_to(in, question.subspan(i + 1), allowed);
    if (second && second->document != first->document) return std::pair{*first, *second};
  }
  joined = joined || std::ranges::any_of(question, joins_in_chinese);
  return joined ? both_first(in, question, whole) : std::nullopt;
}

}  // namespace stillholds
