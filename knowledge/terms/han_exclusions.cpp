#include "knowledge/terms/han_exclusions.hpp"

#include <algorithm>
#include <array>

namespace stillholds {
namespace {

constexpr std::string_view long_phrase = "除了";
constexpr std::string_view short_phrase = "除";  // only with an ending: 除英伟达以外
// Words that end in it, 删除 and 解除, unless what stands before 除 ends another word: 了解除了谁.
constexpr auto before_other_words = std::to_array<std::string_view>(
    {"删", "解", "消", "排", "废", "开", "免", "清", "根", "扣", "拆", "铲", "去", "移",
     "撤", "破", "剔", "驱", "革", "切", "卸", "戒", "摒", "摘", "抹", "擦", "割", "祛"});
constexpr auto words_before =
    std::to_array<std::string_view>({"了解", "理解", "讲解", "公开", "展开", "过去", "失去", "一切", "突破"});
constexpr auto endings = std::to_array<std::string_view>({"以外", "之外"});
constexpr std::string_view short_ending = "外";  // where it does not begin a word
constexpr auto words_with_outside = std::to_array<std::string_view>(
    {"外国", "外企", "外资", "外商", "外交", "外部", "外包", "外贸", "外汇", "外界", "外来", "外媒", "外卖", "外观"});
// What the question goes on with where no ending stands, 除了英伟达还有谁, and words that only hold such a character.
constexpr auto beginnings =
    std::to_array<std::string_view>({"还", "也", "都", "谁", "哪", "其他", "其它", "其余", "别的", "所有", "全部",
                                     "大家", "几乎", "有", "没", "就", "只"});
constexpr auto words_with_beginnings =
    std::to_array<std::string_view>({"国有", "私有", "拥有", "占有", "持有", "成都", "首都", "就业"});

// Whether the names can end before this byte of the run.
bool goes_on_at(std::string_view run, std::size_t at) {
  const auto rest = run.substr(at);
  const auto* const next =
      std::ranges::find_if(beginnings, [&](std::string_view word) { return rest.starts_with(word); });
  if (next == beginnings.end()) return false;
  const auto read = run.substr(0, at + next->size());
  return std::ranges::none_of(words_with_beginnings,
                              [&](std::string_view word) { return rest.starts_with(word) || read.ends_with(word); });
}

// Whether 除 at this byte of the run ends another word.
bool ends_another(std::string_view run, std::size_t at) {
  const auto before = run.substr(0, at);
  const auto ends = [&](std::string_view word) { return before.ends_with(word); };
  return std::ranges::any_of(before_other_words, ends) && std::ranges::none_of(words_before, ends);
}

}  // namespace

std::optional<han_phrase> find_han_phrase(std::string_view run) {
  auto begin = run.find(short_phrase);
  while (begin != std::string_view::npos && ends_another(run, begin)) begin = run.find(short_phrase, begin + 1);
  if (begin == std::string_view::npos) return std::nullopt;
  const bool is_long = run.substr(begin).starts_with(long_phrase);
  return han_phrase{
      .begin = begin, .end = begin + (is_long ? long_phrase : short_phrase).size(), .needs_ending = !is_long};
}

std::size_t han_ending_of(std::string_view text) {
  for (const auto ending : endings) {
    if (text.starts_with(ending)) return ending.size();
  }
  const bool is_another =
      std::ranges::any_of(words_with_outside, [&](std::string_view word) { return text.starts_with(word); });
  return text.starts_with(short_ending) && !is_another ? short_ending.size() : 0;
}

han_end han_end_in(std::string_view run) {
  for (std::size_t at = 0; at < run.size(); ++at) {
    if (const auto ending = han_ending_of(run.substr(at)); ending > 0)
      return {.at = at, .ending = ending, .is_told = true};
    if (goes_on_at(run, at)) return {.at = at, .is_told = true};
  }
  return {.at = run.size()};
}

}  // namespace stillholds
