#include "knowledge/matching/pleasantry.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>

#include "knowledge/terms/word_list.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::string_view kind_words =
    "thanks thank thx tx ty tysm cheers nice great good cool awesome amazing brilliant excellent perfect interesting "
    "lovely "
    "love loved like liked enjoyed appreciate appreciated kudos bravo wow";

// What goes with them and asks nothing.
constexpr std::string_view company =
    "a an the this that it its it's is was were you u your ur i i'm we for of to and so very really such much many lot "
    "lots "
    "ton tons again all everyone guys man bro mate dude sir folks bot one stuff quick fast prompt helpful useful "
    "informative "
    "clear concise thorough answer answers reply replies response article piece post note writeup essay column read "
    "thread work job "
    "explanation "
    "clarification clarifying explaining sharing posting writing answering replying responding doing making lol haha "
    "too also indeed super well done in advance";

constexpr auto han_phrases =
    std::to_array<std::string_view>({"谢谢", "感谢", "多谢", "谢了", "谢啦", "辛苦", "好文章", "好文", "好帖", "不错",
                                     "很好", "真好", "太好了", "精彩", "点赞", "厉害", "真棒", "很棒", "太棒了"});
constexpr auto han_company =
    std::to_array<std::string_view>({"非常", "十分", "真的",   "这篇", "这个", "文章", "写得", "回答", "回复", "解答",
                                     "帮助", "分享", "机器人", "大家", "太",   "很",   "真",   "你",   "您",   "的",
                                     "地",   "得",   "了",     "啦",   "啊",   "哈",   "呀",   "哦",   "嗯",   "好"});

constexpr auto thanks = std::to_array<std::string_view>(
    {"thank you so much", "thank you very much", "thank you", "thanks a lot", "many thanks", "thanks", "thank u", "thx",
     "tysm", "ty", "cheers", "谢谢你", "谢谢您", "谢谢", "多谢", "感谢"});

const std::unordered_set<std::string_view>& set_of(std::string_view list) {
  static const auto make = [](std::string_view words) {
    std::unordered_set<std::string_view> set;
    each_word(words, [&](std::string_view word) { set.insert(word); });
    return set;
  };
  static const auto kind = make(kind_words);
  static const auto others = make(company);
  return list == kind_words ? kind : others;
}

// Whether the run is made of these phrases only; notes whether one of thanks or praise is among them.
bool is_kind_han(std::string_view run, bool& kind) {
  while (!run.empty()) {
    const auto begins = [&](std::string_view phrase) { return run.starts_with(phrase); };
    const auto* found = std::ranges::find_if(han_phrases, begins);
    kind = kind || found != han_phrases.end();
    if (found == han_phrases.end()) {
      found = std::ranges::find_if(han_company, begins);
      if (found == han_company.end()) return false;
    }
    run.remove_prefix(found->size());
  }
  return true;
}

bool is_letter(char c) {
  return (static_cast<unsigned char>(c) | 0x20U) >= 'a' && (static_cast<unsigned char>(c) | 0x20U) <= 'z';
}

// Blanks and the marks that part thanks from a request.
std::string_view trim_marks(std::string_view text) {
  constexpr auto marks = std::to_array<std::string_view>({" ", ",", ".", "!", ";", "-", "，", "。", "！", "；", "、"});
  for (bool again = true; again;) {
    again = false;
    for (const auto mark : marks) {
      if (text.starts_with(mark)) text.remove_prefix(mark.size()), again = true;
      if (text.ends_with(mark)) text.remove_suffix(mark.size()), again = true;
    }
  }
  return text;
}

}  // namespace

bool is_pleasantry(std::span<const token> tokens) {
  constexpr auto asking = std::to_array<std::string_view>({"is", "was", "are", "were", "does", "did", "do", "has",
                                                           "have", "had", "can", "could", "will", "would", "should"});
  // Many leave the question mark out.
  if (!tokens.empty() && std::ranges::find(asking, tokens.front().text) != asking.end()) return false;
  bool kind = false;
  for (const token& next : tokens) {
    switch (next.kind) {
      case token_kind::word: {
        const bool is_kind = set_of(kind_words).contains(next.text);
        if (!is_kind && !set_of(company).contains(next.text)) return false;
        kind = kind || is_kind;
        break;
      }
      case token_kind::han:
        if (!is_kind_han(next.text, kind)) return false;
        break;
      case token_kind::symbol:
        if (next.text == "?" || next.text == "%" || next.text == "$") return false;
        break;
      case token_kind::number:
      case token_kind::unit: return false;
    }
  }
  return kind;
}

std::string_view without_thanks(std::string_view tidied) {
  auto rest = trim_marks(tidied);
  for (const auto phrase : thanks) {
    const bool latin = is_letter(phrase.front());
    if (rest.size() <= phrase.size()) continue;
    if (same_ascii(rest.substr(0, phrase.size()), phrase) && !(latin && is_letter(rest[phrase.size()])))
      rest = trim_marks(rest.substr(phrase.size()));
    if (rest.size() <= phrase.size()) continue;
    const auto before = rest.size() - phrase.size();
    if (same_ascii(rest.substr(before), phrase) && !(latin && is_letter(rest[before - 1])))
      rest = trim_marks(rest.substr(0, before));
  }
  return rest;
}

}  // namespace stillholds
