#include "knowledge/matching/intent.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <unordered_set>

#include "knowledge/matching/intent_phrases.hpp"
#include "knowledge/terms/vocabulary.hpp"
#include "knowledge/terms/word_list.hpp"

namespace stillholds {
namespace {

const std::unordered_set<std::string_view>& set_of(char letter) {
  static const auto sets = [] {
    std::array<std::unordered_set<std::string_view>, 128> by_letter;
    const auto fill = [&](char name, std::string_view list) {
      each_word(list, [&](std::string_view word) { by_letter.at(static_cast<unsigned char>(name)).insert(word); });
    };
    for (const auto& [name, list] : intent_classes()) fill(name, list);
    fill('f', intent_frame_words());
    return by_letter;
  }();
  return sets.at(static_cast<unsigned char>(letter));
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
  if (element == "$") return at >= text.size();
  if (element == "*") {
    for (std::size_t skip = 0; skip <= skip_most && at + skip < text.size(); ++skip) {
      if (fits_from(rest, text, at + skip)) return true;
    }
    return false;
  }
  if (at >= text.size() || !takes(element, text[at])) return false;
  return rest.empty() || fits_from(rest, text, at + 1);
}

// "= " begins a form that is all there is, "^ " one that the text begins with, "? " one that only a question mark makes
// a question; " $" ends one with which the text ends.
bool fits(std::string_view form, std::span<const std::string> text, bool asked) {
  if (form.starts_with("? ")) return asked && fits(form.substr(2), text, asked);
  if (form.starts_with("^ ")) return fits_from(form.substr(2), text, 0);
  if (form.starts_with("= ")) {
    const auto words = form.substr(2);
    return text.size() == 1 + static_cast<std::size_t>(std::ranges::count(words, ' ')) && fits_from(words, text, 0);
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (fits_from(form, text, at)) return true;
  }
  return false;
}

// A Han text without what softens its end: 一个月多少钱啊.
std::string_view without_particles(std::string_view han) {
  constexpr auto particles = std::to_array<std::string_view>({"谢谢", "啊", "呀", "呢", "吗", "吧", "哦", "嘛"});
  for (auto left = han.size() + 1; left > han.size();) {
    left = han.size();
    for (const auto next : particles) {
      if (han.ends_with(next)) han.remove_suffix(next.size());
    }
  }
  return han;
}

// Whether the pieces of the form stand in the text in order, at most eight Han characters apart. A piece that ends in
// "$" is the last and ends the text.
bool fits_han(std::string_view form, std::string_view text) {
  constexpr std::size_t apart_most_bytes = 24;
  const auto blank = std::min(form.find(' '), form.size());
  const auto rest = form.substr(std::min(blank + 1, form.size()));
  auto element = form.substr(0, blank);
  while (!element.empty()) {
    const auto bar = std::min(element.find('|'), element.size());
    const auto piece = element.substr(0, bar);
    if (piece.ends_with('$') && without_particles(text).ends_with(piece.substr(0, piece.size() - 1))) return true;
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
  return std::ranges::any_of(intent_classes(), [&](const word_class& of) {
    return in_class(of.letter, text) || in_class(of.letter, singular);
  });
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
    for (const auto phrase : intent_han_frame()) {
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

// "the numbers", 数据: what sources are asked for, and what may be right, when they are.
bool is_material(const token& next) {
  constexpr auto words =
      std::to_array<std::string_view>({"data", "facts", "number", "numbers", "stats", "statistics", "数据"});
  return std::ranges::find(words, next.text) != words.end();
}

// "The evidence behind it", "which sources did you use", "since it came out": says nothing only in such a question.
bool is_in_between(const token& next, std::optional<article_topic> topic) {
  constexpr auto of_sources = std::to_array<std::string_view>({"behind", "use", "used"});
  constexpr auto of_changes = std::to_array<std::string_view>({"come", "came"});
  return (topic == article_topic::provenance && std::ranges::find(of_sources, next.text) != of_sources.end()) ||
         (topic == article_topic::changed && std::ranges::find(of_changes, next.text) != of_changes.end());
}

bool has_any(std::string_view han, std::span<const std::string_view> phrases) {
  return std::ranges::any_of(phrases, [&](std::string_view phrase) { return han.contains(phrase); });
}

bool is_praise(std::span<const std::string> english, std::string_view han) {
  constexpr auto phrases =
      std::to_array<std::string_view>({"谢谢", "感谢", "多谢", "好文", "不错", "很好", "精彩", "点赞"});
  return has_any(han, phrases) ||
         std::ranges::any_of(english, [](const std::string& word) { return in_class('T', word); });
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

// "this is two years old", "a year old": the number says nothing of a claim.
bool is_age(std::span<const token> tokens, std::size_t at) {
  constexpr auto counts = std::to_array<std::string_view>(
      {"a", "one", "two", "three", "four", "five", "six", "nine", "several", "couple", "few"});
  if (tokens[at].kind != token_kind::number && std::ranges::find(counts, tokens[at].text) == counts.end()) return false;
  constexpr auto spans = std::to_array<std::string_view>({"year", "years", "month", "months", "week", "weeks"});
  return at + 2 < tokens.size() && std::ranges::find(spans, tokens[at + 1].text) != spans.end() &&
         tokens[at + 2].text == "old";
}

}  // namespace

intent read_intent(std::span<const token> tokens, bool asked) {
  std::vector<std::string> english;
  std::string han;
  intent out;
  bool after_number = false;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const token& next = tokens[i];
    if (is_age(tokens, i)) continue;
    if (next.kind == token_kind::han) {
      han += next.text;
      for (auto& kept : rest_of_han(next)) out.rest.push_back(std::move(kept));
    } else if (next.kind == token_kind::word) {
      english.push_back(next.text.ends_with("'s") && next.text != "what's" ? next.text.substr(0, next.text.size() - 2)
                                                                           : bare(next));
      const bool share_of_all = next.text == "percent" && !after_number;  // "what percent of it"
      if (!is_frame(next) && !share_of_all) out.rest.push_back(next);
    } else if (next.kind != token_kind::symbol || next.text == "$" || (next.text == "%" && after_number)) {
      out.rest.push_back(next);
    }
    after_number = next.kind == token_kind::number;
  }
  out.praises = !asked && is_praise(english, han);
  // "Not bad", in which stands 错, "wrong", and "new series", in which stands 列, "list".
  for (const std::string_view other : {"不错", "新系列"}) {
    for (auto at = han.find(other); at != std::string::npos; at = han.find(other, at)) han.erase(at, other.size());
  }
  for (const intent_pattern& next : intent_patterns()) {
    if (out.topic || !fits(next.form, english, asked)) continue;
    out.topic = next.topic;
  }
  for (const intent_pattern& next : intent_han_patterns()) {
    if (out.topic || han.empty() || !fits_han(next.form, han)) continue;
    out.topic = next.topic;
  }
  const auto any_fits = [&](std::span<const std::string_view> forms, std::span<const std::string_view> han_forms) {
    return std::ranges::any_of(forms, [&](std::string_view form) { return fits(form, english, asked); }) ||
           (!han.empty() && std::ranges::any_of(han_forms, [&](std::string_view form) { return fits_han(form, han); }));
  };
  out.wants_advice = any_fits(advice_patterns(), advice_han_patterns());
  out.wants_price = any_fits(price_patterns(), price_han_patterns());
  const bool asks_for_sources = out.topic == article_topic::provenance;
  if (asks_for_sources || out.topic == article_topic::overview) {
    // "Is the data section right" is about that section.
    const auto may_be_subject = [](const token& next) { return next.text == "data" || next.text == "数据"; };
    std::erase_if(out.rest,
                  [&](const token& next) { return is_material(next) && (asks_for_sources || !may_be_subject(next)); });
  }
  std::erase_if(out.rest, [&](const token& next) { return is_in_between(next, out.topic); });
  out.names_article = names_article(english, han);
  out.only_pointing = only_points(english, han);
  return out;
}

}  // namespace stillholds
