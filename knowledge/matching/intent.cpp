#include "knowledge/matching/intent.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <unordered_set>

#include "knowledge/matching/vocabulary.hpp"

namespace stillholds {
namespace {

using words = std::vector<std::string_view>;

// Classes of words; a pattern refers to one by its letter. Folded, without apostrophes.
struct word_class {
  char letter;
  std::string_view list;
};
constexpr auto classes = std::to_array<word_class>({
    {'P',
     "piece article post posts essay note text story column writeup blog newsletter publication op ed author editor "
     "editors they"},
    {'U',
     "update updated updating updates revise revised revising revision rewrite rewritten rewriting correct corrected "
     "correcting "
     "correction corrections amend amended retract retracted retraction fix fixed fixing edit edited refresh refreshed "
     "withdraw "
     "withdrawn erratum errata"},
    {'V',
     "true truth accurate accurately valid correct right relevant hold holds held holding stand stands stood standing "
     "false wrong incorrect "
     "inaccurate outdated obsolete stale dated overturned overtaken unsupported unresolved disproved debunked refuted "
     "bs bullshit "
     "crap garbage nonsense rubbish lies bogus legit reliable trustworthy current expired survived survive survives "
     "aged date "
     "bunk bollocks trash hogwash"},
    {'C',
     "claim claims claimed claiming point points statement statements assertion assertions section sections fact facts "
     "part parts "
     "bit bits line lines item items entry entries"},
    {'A', "any anything all everything whole each every much most none nothing rest half how many which what stuff"},
    {'H',
     "changed change changes changing different new moved shifted happened updates news difference differences "
     "developments evolved"},
    {'S', "source sources sourcing reference references citation citations evidence proof"},
    {'K', "checked check checks reviewed review verified verify factchecked audited updated refreshed looked"},
});

struct pattern {
  article_topic topic;
  std::string_view
      form;  // words and class letters in order; '*' skips up to five words; "a|b" either; "= " the whole text
};
constexpr auto patterns = std::to_array<pattern>({
    {article_topic::provenance, "what|whats|which|where * S"},
    {article_topic::provenance, "S please|pls"},
    {article_topic::provenance, "= S"},
    {article_topic::update, "= U"},
    {article_topic::changed, "= any H"},
    {article_topic::provenance, "your|the|its|any|list|show|give|cite|no S"},
    {article_topic::provenance, "when * K"},
    {article_topic::provenance, "last K"},
    {article_topic::provenance, "who * K"},
    {article_topic::provenance, "who wrote|runs|maintains|decides|says"},
    {article_topic::provenance, "how do you know"},
    {article_topic::provenance, "how fresh|recent"},
    {article_topic::provenance, "where * get|from"},
    {article_topic::provenance, "says who"},
    {article_topic::update,
     "should|must|need|needs|ought|better|would|worth|time|has|have|why|did|does|do|will|to|dont|doesnt|please|going|"
     "gonna * U"},
    {article_topic::update, "U * P|this|it|that"},
    {article_topic::update, "P|this|it * needs|need|deserves|requires * U|editing|work"},
    {article_topic::update, "still|be up to date"},
    {article_topic::update, "take * down"},
    {article_topic::overview, "how|what many|much|share|percentage|fraction|proportion * V"},
    {article_topic::overview, "how many * C"},
    {article_topic::overview, "what|whats|which * V"},
    {article_topic::overview, "A * V"},
    {article_topic::overview,
     "is|are|was|were|does|do|did|isnt|arent|doesnt|aint|has|have * this|it|that|these|they|P * V"},
    {article_topic::overview, "P * V"},
    {article_topic::overview, "this|it|that is|was|still|all V"},
    {article_topic::overview, "this|it|that V"},
    {article_topic::overview, "V or V|not|nah"},
    {article_topic::overview, "still|really V"},
    {article_topic::overview, "age|aged|ages * well|badly|poorly|fine"},
    {article_topic::overview, "has|how * aged|held"},
    {article_topic::overview,
     "summary|overview|tldr|rundown|recap|scorecard|verdict|verdicts|summarise|summarize|status"},
    {article_topic::list, "list|show|give|name|see * C"},
    {article_topic::list, "what|which * C"},
    {article_topic::list, "what does|did * P|it|this|he|she|they|author say|claim|argue|assert|cover"},
    {article_topic::list, "what * you * cover|know|answer|track"},
    {article_topic::list, "all * C"},
    {article_topic::changed, "what|whats|anything|something|nothing|much|everything|which|how|has|have|did * H"},
    {article_topic::changed, "H since"},
    {article_topic::changed, "latest H"},
    {article_topic::changed, "any|list|show|summary|the H"},
});

// Words that such questions are made of, beside the classes and the stop words.
constexpr std::string_view frame_words = R"(
figure figures say says said claim claims argue argued assert give tell show list name see know like get want please explain cover track answer
still really actually exactly even yet since then now today wrote written write published first original originally here there
thing things stuff bot guys people someone anyone everyone author editor time worth need needs ought better deserve deserves
piece whole many much little lot well badly poorly fine age ages last latest recent recently summary overview tldr rundown recap scorecard
verdict verdicts status summarise summarize summarize percentage share fraction proportion number total count date up
take down doing done going go keep leave nah or not fresh who runs maintains decides work editing honestly seriously
hell fuck fucking damn freaking bloody shit shitty heck stupid dumb lol year years month months ago back long when after all
believe trust sure think guess wonder asking question ask anymore everything anything nothing something requires have has
page link reader readers thread comment ever one ones way big major important biggest main most far ok okay nope yep thanks)";

struct han_pattern {
  article_topic topic;
  std::string_view form;  // pieces in order, with at most eight characters between; "a|b" either
};
constexpr auto han_patterns = std::to_array<han_pattern>({
    {article_topic::provenance, "来源|出处|依据是|证据是|参考资料|数据从哪|谁说的|凭什么"},
    {article_topic::provenance, "什么时候|何时|上次|最近一次|最后一次|谁 核查|核实|查证|审核|检查|更新的|核对"},
    {article_topic::update,
     "应该|该不该|要不要|需要|需不需要|是否|有必要|用不用|得|必须|该|为什么不|能不能|别 "
     "更新|修改|改写|更正|修订|撤回|重写|撤稿|改"},
    {article_topic::update, "文章|这篇|那篇|原文|帖子|作者|文 更新|修改|改写|更正|修订|撤回|重写|撤稿"},
    {article_topic::update, "更新|修改|更正|修订|撤回 文章|这篇|原文|帖子|它"},
    {article_topic::overview, "多少|几条|几个|几项|哪些|哪几 成立|过时|推翻|站得住|属实|准确|正确|错"},
    {article_topic::overview, "有多少|多少条|几条|几个 论断|说法|观点|论点"},
    {article_topic::overview,
     "这|它|文章|原文|全部|都|所有|哪些|整体|内容|说法|任何|一切 "
     "成立|属实|准确|正确|过时|站得住|可信|靠谱|对吗|真的吗|胡说|扯淡|错"},
    {article_topic::overview, "总结|概括|概述|总览|综述|整体情况"},
    {article_topic::overview, "还|仍|现在 成立|属实|准确|站得住|靠谱"},
    {article_topic::list, "列出|有哪些|哪些|列举|所有|全部 论断|说法|观点|论点|主张|结论"},
    {article_topic::list, "文章|这篇|原文|作者|你 说了什么|讲了什么|说了啥|主张什么|讲什么|说什么|能回答什么"},
    {article_topic::changed, "什么|哪些|啥|多少|有何|有没有 变化|变了|改变|变动|不同|新进展|新情况|变"},
    {article_topic::changed, "变化|进展"},
});

// Cut out of a Chinese question before looking at what it is about. Longest first where one begins with another.
constexpr auto han_frame = std::to_array<std::string_view>(
    {"什么时候", "最近一次", "最后一次", "到底",   "究竟",     "这篇文章",   "那篇文章", "文章里",   "文章",   "这篇",
     "那篇",     "原文",     "帖子",     "作者",   "应该",     "该不该",     "要不要",   "需不需要", "需要",   "是否",
     "有必要",   "必须",     "为什么",   "更新",   "修改",     "改写",       "更正",     "修订",     "撤回",   "重写",
     "撤稿",     "多少条",   "多少",     "几条",   "几个",     "几项",       "哪些",     "哪几条",   "哪几",   "哪条",
     "全部",     "所有",     "整体",     "内容",   "任何",     "一切",       "情况",     "列出",     "列举",   "有哪些",
     "论断",     "说法",     "观点",     "论点",   "主张",     "结论",       "说了什么", "讲了什么", "说了啥", "总结",
     "概括",     "概述",     "总览",     "综述",   "成立",     "属实",       "准确",     "正确",     "过时",   "推翻",
     "站得住脚", "站得住",   "可信",     "靠谱",   "真的",     "胡说",       "扯淡",     "八道",     "错误",   "对错",
     "来源",     "出处",     "依据",     "证据",   "参考资料", "数据从哪来", "数据从哪", "核查",     "核实",   "查证",
     "审核",     "检查",     "核对",     "上次",   "何时",     "变化",       "变了",     "改变",     "变动",   "不同",
     "进展",     "新情况",   "有什么",   "有没有", "有何",     "什么",       "如今",     "现在",     "目前",   "还是",
     "仍然",     "依然",     "已经",     "已",     "以来",     "至今",       "之后",     "以后",     "当时",   "那时",
     "的时候",   "发表",     "发布",     "写的",   "刚",       "给我",       "告诉我",   "请问",     "一下",   "能不能",
     "能否",     "回答",     "知道",     "凭什么", "谁说",     "谁",         "啥",       "怎么样",   "怎么",   "怎样",
     "最大",     "主要",     "重要",     "最近",   "最新",     "大家",       "他们",     "你们",     "我们",   "它们",
     "这些",     "那些",     "这个",     "那个",   "其中",     "里面",       "是不是",   "不是",     "不对",   "吗",
     "呢",       "吧",       "啊",       "了",     "的",       "是",         "还",       "仍",       "都",     "有",
     "没",       "这",       "那",       "它",     "你",       "我",         "他",       "在",       "被",     "和",
     "与",       "就",       "也",       "又",     "该",       "要",         "得",       "从",       "自",     "对",
     "错",       "变",       "改",       "说",     "讲",       "里",         "中",       "时",       "底",     "初",
     "条",       "个",       "篇",       "文",     "新",       "不",         "能",       "会",       "里",     "哪",
     "几",       "请",       "把",       "给",     "到",       "吧",         "嘛",       "呀",       "别",     "真",
     "全"});

const std::unordered_set<std::string_view>& set_of(char letter) {
  static const auto sets = [] {
    std::array<std::unordered_set<std::string_view>, 128> by_letter;
    const auto fill = [&](char name, std::string_view list) {
      for (std::size_t at = list.find_first_not_of(" \n"); at != std::string_view::npos;) {
        const auto end = std::min(list.find_first_of(" \n", at), list.size());
        by_letter[static_cast<std::size_t>(name)].insert(list.substr(at, end - at));
        at = list.find_first_not_of(" \n", end);
      }
    };
    for (const auto& [name, list] : classes) fill(name, list);
    fill('f', frame_words);
    return by_letter;
  }();
  return sets[static_cast<std::size_t>(letter)];
}

bool in_class(char letter, std::string_view word) { return set_of(letter).contains(word); }

// Whether one element of a pattern ("A", "a|b", "P|this") takes this word.
bool takes(std::string_view element, std::string_view word) {
  while (!element.empty()) {
    const auto bar = std::min(element.find('|'), element.size());
    const auto option = element.substr(0, bar);
    const bool is_class = option.size() == 1 && option[0] >= 'A' && option[0] <= 'Z';
    if (is_class ? in_class(option[0], word) : option == word) return true;
    element.remove_prefix(std::min(bar + 1, element.size()));
  }
  return false;
}

bool fits_from(std::string_view form, std::span<const std::string> text, std::size_t at) {
  constexpr std::size_t skip_most = 5;
  const auto blank = std::min(form.find(' '), form.size());
  const auto element = form.substr(0, blank);
  const auto rest = form.substr(std::min(blank + 1, form.size()));
  if (element == "*") {
    for (std::size_t skip = 0; skip <= skip_most && at + skip < text.size(); ++skip) {
      if (fits_from(rest, text, at + skip)) return true;
    }
    return false;
  }
  if (at >= text.size() || !takes(element, text[at])) return false;
  return rest.empty() || fits_from(rest, text, at + 1);
}

bool fits(std::string_view form, std::span<const std::string> text) {
  if (form.starts_with("= ")) {
    const auto words = form.substr(2);
    return text.size() == 1 + static_cast<std::size_t>(std::ranges::count(words, ' ')) && fits_from(words, text, 0);
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (fits_from(form, text, at)) return true;
  }
  return false;
}

// Whether the pieces of the form stand in the text in order, at most eight Han characters apart.
bool fits_han(std::string_view form, std::string_view text) {
  constexpr std::size_t apart_most_bytes = 24;
  const auto blank = std::min(form.find(' '), form.size());
  const auto rest = form.substr(std::min(blank + 1, form.size()));
  auto element = form.substr(0, blank);
  while (!element.empty()) {
    const auto bar = std::min(element.find('|'), element.size());
    const auto piece = element.substr(0, bar);
    for (auto at = text.find(piece); at != std::string_view::npos; at = text.find(piece, at + 1)) {
      if (rest.empty()) return true;
      const auto after = text.substr(at + piece.size());
      // The next piece may begin within the distance; it may be as long as it likes.
      if (fits_han(rest, after.substr(0, apart_most_bytes + piece.size()))) return true;
    }
    element.remove_prefix(std::min(bar + 1, element.size()));
  }
  return false;
}

std::string bare(const token& from) {
  std::string out;
  for (const char c : from.text) {
    if (c != '\'') out.push_back(c);
  }
  return out;
}

bool is_frame(const token& word) {
  const std::string text = bare(word);
  if (is_stop_word(text) || in_class('f', text)) return true;
  auto singular = std::string_view(text);
  if (word.text.ends_with("'s")) singular = singular.substr(0, singular.size() - 1);
  return std::ranges::any_of(
      classes, [&](const word_class& of) { return in_class(of.letter, text) || in_class(of.letter, singular); });
}

// What is left of a Han run when the phrases of such questions are cut out.
std::vector<token> rest_of_han(const token& run) {
  std::vector<token> rest;
  std::string kept;
  const auto flush = [&] {
    if (kept.empty()) return;
    token out = run;
    out.text = out.surface = kept;
    rest.push_back(std::move(out));
    kept.clear();
  };
  std::string_view text = run.text;
  while (!text.empty()) {
    std::size_t cut = 0;
    for (const auto phrase : han_frame) {
      if (phrase.size() > cut && text.starts_with(phrase)) cut = phrase.size();
    }
    if (cut > 0) {
      flush();
      text.remove_prefix(cut);
      continue;
    }
    const std::size_t bytes = static_cast<unsigned char>(text[0]) >= 0xF0 ? 4 : 3;
    kept += text.substr(0, bytes);
    text.remove_prefix(std::min(bytes, text.size()));
  }
  flush();
  return rest;
}

bool names_article(std::span<const std::string> english, std::string_view han) {
  constexpr auto names =
      std::to_array<std::string_view>({"article", "articles", "piece", "post", "essay", "note", "story", "column",
                                       "writeup", "author", "newsletter", "blog"});
  for (const auto& word : english) {
    if (std::ranges::find(names, word) != names.end()) return true;
  }
  for (const std::string_view name : {"文章", "这篇", "那篇", "原文", "帖子"}) {
    if (han.contains(name)) return true;
  }
  return false;
}

bool only_points(std::span<const std::string> english, std::string_view han) {
  constexpr auto pointers = std::to_array<std::string_view>({"this", "it", "that"});
  constexpr auto wholes = std::to_array<std::string_view>({"any", "all", "everything", "anything", "whole", "what",
                                                           "whats", "which", "many", "much", "most", "these", "they",
                                                           "points", "claims", "article", "piece"});
  const auto has = [&](const auto& list) {
    return std::ranges::any_of(english,
                               [&](const std::string& word) { return std::ranges::find(list, word) != list.end(); });
  };
  if (has(wholes)) return false;
  if (has(pointers)) return true;
  if (han.empty()) return false;
  for (const std::string_view whole : {"哪些", "多少", "文章", "这篇", "所有", "全部", "都", "任何", "几", "什么"}) {
    if (han.contains(whole)) return false;
  }
  return true;
}

}  // namespace

intent read_intent(std::span<const token> tokens) {
  std::vector<std::string> english;
  std::string han;
  intent out;
  for (const token& next : tokens) {
    if (next.kind == token_kind::han) {
      han += next.text;
      for (auto& kept : rest_of_han(next)) out.rest.push_back(std::move(kept));
    } else if (next.kind == token_kind::word) {
      english.push_back(next.text.ends_with("'s") && next.text != "what's" ? next.text.substr(0, next.text.size() - 2)
                                                                           : bare(next));
      if (!is_frame(next)) out.rest.push_back(next);
    } else if (next.kind != token_kind::symbol || next.text == "%" || next.text == "$") {
      out.rest.push_back(next);
    }
  }
  for (const pattern& next : patterns) {
    if (out.topic || !fits(next.form, english)) continue;
    out.topic = next.topic;
  }
  for (const han_pattern& next : han_patterns) {
    if (out.topic || han.empty() || !fits_han(next.form, han)) continue;
    out.topic = next.topic;
  }
  out.names_article = names_article(english, han);
  out.only_pointing = only_points(english, han);
  return out;
}

}  // namespace stillholds
