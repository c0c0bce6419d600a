#include "knowledge/matching/commands.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "knowledge/terms/dates.hpp"
#include "knowledge/terms/tokens.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

struct phrase {
  command_kind kind;
  std::string_view argument;
  std::string_view words;  // alternatives, separated by '|'
};

// Whole texts, folded, without punctuation at either end.
constexpr auto phrases = std::to_array<phrase>({
    {command_kind::help, "",
     "help|help me|commands|usage|what can you do|what do you do|how do you work|how does this work|how do i "
     "use this|how "
     "do i use you|帮助|说明|命令|用法|怎么用|怎么使用|你能做什么|你会什么|救命"},
    {command_kind::list, "",
     "list|ls|list all|list everything|show all|show everything|the list|give me the "
     "list|列表|清单|全部列出|列出所有|列出全部"},
    {command_kind::other, "",
     "other|others|another|another one|something else|none of these|none of them|none of those|not that|not "
     "that one|not this|"
     "not this one|not what i meant|not what i asked|thats not what i meant|that's not what i meant|wrong claim|wrong "
     "one|"
     "其他|其它|别的|另外的|换一个|都不是|不是这个|不是这条|我不是这个意思|不是我要问的"},
    {command_kind::forget_me, "",
     "forget me|forget about me|delete my data|delete my messages|erase me|忘记我|忘了我|删除我的数据|删除我的信息"},
    {command_kind::unfollow, "", "unfollow|unsubscribe|stop|stop following|取消关注|取消订阅|不再关注"},
    {command_kind::follow, "", "follow|subscribe|follow this|follow this one|follow it|关注|订阅|关注这条|跟踪"},
    {command_kind::about_last, "",
     "and now|what about now|how about now|and today|what about today|and currently|那现在呢|现在呢|那么现在呢|如今呢"},
    {command_kind::unfollow, "", "unfollow this|unfollow it|unfollow all"},
    {command_kind::pick, "1",
     "one|the first|the first one|the 1st|the 1st one|number one|option one|number 1|option 1|no "
     "1|第一个|第一条|第1个|第1条|选1|选一|一"},
    {command_kind::pick, "2",
     "two|the second|the second one|the 2nd|the 2nd one|number two|option two|number 2|option 2|no "
     "2|第二个|第二条|第2个|第2条|选2|选二|二"},
    {command_kind::pick, "3",
     "three|the third|the third one|the 3rd|the 3rd one|number three|option three|number 3|option 3|no "
     "3|第三个|第三条|第3个|第3条|选3|选三|三"},
});

// Openings whose rest is the argument.
constexpr auto openings = std::to_array<phrase>({
    {command_kind::this_is_wrong, "",
     "this is wrong|that is wrong|that's wrong|thats "
     "wrong|correction|这不对|这是错的|这错了|这条不对|这条错了|纠错|更正"},
    {command_kind::show_claim, "", "show me claim|show claim|claim|show me|show|论断|显示"},
    {command_kind::follow, "", "follow|subscribe|关注|订阅"},
    {command_kind::unfollow, "", "unfollow|unsubscribe|取消关注|取消订阅"},
});

constexpr auto change_openings =
    std::to_array<std::string_view>({"changes since", "changes from", "changes after", "changes", "变化"});

std::string_view trim_marks(std::string_view text) {
  constexpr std::string_view marks = " \t\n.!?,;:/\"'()[]#*`~";
  constexpr std::array<std::string_view, 6> wide{"。", "！", "？", "，", "：", "、"};
  for (bool again = true; again;) {
    again = false;
    while (!text.empty() && marks.contains(text.front())) text.remove_prefix(1), again = true;
    while (!text.empty() && marks.contains(text.back())) text.remove_suffix(1), again = true;
    for (const auto mark : wide) {
      if (text.starts_with(mark)) text.remove_prefix(mark.size()), again = true;
      if (text.ends_with(mark)) text.remove_suffix(mark.size()), again = true;
    }
  }
  return text;
}

// "forget me, please" is "forget me".
std::string_view without_courtesy(std::string_view text) {
  for (const std::string_view word : {"please ", "pls "}) {
    if (text.starts_with(word)) text.remove_prefix(word.size());
  }
  for (const std::string_view word : {" please", " pls", " thanks", " thank you"}) {
    if (text.ends_with(word)) text.remove_suffix(word.size());
  }
  return trim_marks(text);
}

template <class Visit>
bool any_of_words(std::string_view alternatives, Visit visit) {
  while (!alternatives.empty()) {
    const auto bar = std::min(alternatives.find('|'), alternatives.size());
    if (visit(alternatives.substr(0, bar))) return true;
    alternatives.remove_prefix(std::min(bar + 1, alternatives.size()));
  }
  return false;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// What follows the opening; nothing when the text does not begin with it. A Latin word must end there.
std::optional<std::string_view> after(std::string_view text, std::string_view opening) {
  if (!text.starts_with(opening)) return std::nullopt;
  const auto rest = text.substr(opening.size());
  if (is_ascii(opening) && !rest.empty() && rest[0] != ' ' && rest[0] != ':' && rest[0] != ',') return std::nullopt;
  return rest;
}

bool is_id(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

command made(command_kind kind, std::string_view argument = {}) {
  command out;
  out.kind = kind;
  out.argument = argument;
  return out;
}

// "changes since June 2025", 2025年6月以来的变化. Without a date it is a question about the article.
std::optional<command> changes_since(std::string_view folded, day today) {
  const bool opens = std::ranges::any_of(change_openings,
                                         [&](std::string_view opening) { return after(folded, opening).has_value(); });
  const bool closes =
      folded.ends_with("以来的变化") || folded.ends_with("之后的变化") || folded.ends_with("以后的变化");
  if (!opens && !closes) return std::nullopt;
  const auto tokens = tokenise(folded);
  const auto date = find_date(tokens, today);
  if (!date || date->date.first_day() > today) return std::nullopt;
  const std::size_t other_tokens = tokens.size() - (date->end - date->begin);
  if (other_tokens > 2) return std::nullopt;  // "changes since June in the patents" is about a claim
  auto out = made(command_kind::changes_since, date->date.to_string());
  out.date = date->date;
  return out;
}

// The text after "this is wrong:" as the reader wrote it, not folded.
std::string correction_of(std::string_view original, std::string_view folded_rest) {
  const auto colon = original.find_first_of(":,");
  const auto wide = original.find("：");
  const auto comma = original.find("，");
  auto cut = std::string_view::npos;
  for (const auto [place, bytes] :
       {std::pair{colon, std::size_t{1}}, std::pair{wide, std::size_t{3}}, std::pair{comma, std::size_t{3}}}) {
    if (place != std::string_view::npos && (cut == std::string_view::npos || place + bytes < cut)) cut = place + bytes;
  }
  return std::string(trim(cut == std::string_view::npos ? folded_rest : original.substr(cut)));
}

// Only a colon, a comma or nothing may follow "this is wrong"; more words without it are a question.
bool may_follow(const phrase& opening, std::string_view rest) {
  if (opening.kind == command_kind::this_is_wrong) {
    return rest.empty() || rest[0] == ':' || rest[0] == ',' || rest.starts_with("：") || rest.starts_with("，");
  }
  return true;
}

}  // namespace

// "claim no-such-id" is a mistyped id, for which near ones are offered; "show open-source" may be about anything.
bool asks_for_claim(std::string_view opening) {
  return opening.ends_with("claim") || opening == "论断" || opening == "unfollow" || opening == "unsubscribe";
}

std::optional<command> parse_command(std::string_view text, day today,
                                     const std::function<bool(std::string_view)>& is_claim) {
  const std::string tidied = tidy(text);
  const std::string folded_all = fold(tidied);
  const auto folded = trim_marks(folded_all);
  if (folded.empty()) {
    // Marks alone ("?") ask for help; a picture or a smile is no question either.
    return made(command_kind::help);
  }
  const auto polite = without_courtesy(folded);
  for (const phrase& entry : phrases) {
    if (any_of_words(entry.words, [&](std::string_view words) { return words == polite; }))
      return made(entry.kind, entry.argument);
  }
  if (folded.size() == 1 && folded[0] >= '1' && folded[0] <= '9') return made(command_kind::pick, folded);
  if (is_id(folded) && is_claim(folded)) return made(command_kind::show_claim, folded);
  if (auto since = changes_since(folded, today)) return since;
  std::optional<command> found;
  for (const phrase& entry : openings) {
    any_of_words(entry.words, [&](std::string_view opening) {
      const auto rest = after(folded, opening);
      if (!rest || !may_follow(entry, *rest)) return false;
      const auto argument = trim_marks(*rest);
      if (entry.kind == command_kind::this_is_wrong) {
        found = made(entry.kind, argument.empty() ? std::string{} : correction_of(tidied, argument));
      } else if (is_id(argument) && (is_claim(argument) || (asks_for_claim(opening) && argument.contains('-')))) {
        found = made(entry.kind, argument);
      }
      return found.has_value();
    });
    if (found) break;
  }
  return found;
}

}  // namespace stillholds
