#include "handlers/port/addressing.hpp"

#include <algorithm>
#include <map>

#include "knowledge/text.hpp"
#include "knowledge/utf8.hpp"

namespace stillholds {
namespace {

constexpr std::size_t question_max = 4000;  // code points
constexpr auto none = std::string_view::npos;

struct run {
  std::size_t at;
  std::size_t length;
  char of;
  bool starts_line;  // after at most three blanks
};

std::size_t end_of_line(std::string_view text, std::size_t from) {
  return std::min(text.find('\n', from), text.size());
}

std::size_t past_blanks(std::string_view text, std::size_t from) {
  std::size_t at = from;
  while (at < text.size() && at - from < 3 && text[at] == ' ') ++at;
  return at;
}

// Runs of backticks anywhere, of tildes at the beginning of a line; none from quoted lines.
std::vector<run> fence_runs(std::string_view text, const std::vector<text_range>& quotes, bool tildes) {
  std::vector<run> runs;
  std::size_t line_start = past_blanks(text, 0);
  auto quote = quotes.begin();
  for (std::size_t i = 0; i < text.size();) {
    while (quote != quotes.end() && quote->end <= i) ++quote;
    if (quote != quotes.end() && quote->begin <= i) {
      i = quote->end;
      line_start = past_blanks(text, i);
      continue;
    }
    const char c = text[i];
    if (c == '`' || (tildes && c == '~' && i == line_start)) {
      const auto end = std::min(text.find_first_not_of(c, i), text.size());
      if (c == '`' || end - i >= 3) runs.push_back({i, end - i, c, i == line_start});
      i = end;
      continue;
    }
    ++i;
    if (c == '\n') line_start = past_blanks(text, i);
  }
  return runs;
}

std::vector<text_range> quoted_lines(std::string_view text, const quoting& marks) {
  std::vector<text_range> ranges;
  for (std::size_t line = 0; line < text.size();) {
    const auto rest = text.substr(past_blanks(text, line));
    if (!marks.quote_all_mark.empty() && rest.starts_with(marks.quote_all_mark)) {
      ranges.push_back({line, text.size()});
      break;
    }
    const auto next = std::min(end_of_line(text, line) + 1, text.size());
    if (rest.starts_with(marks.quote_mark)) ranges.push_back({line, next});
    line = next;
  }
  return ranges;
}

// For each run the next one that can close it: a fence by a fence at least as long, code by a run just as long.
std::vector<std::size_t> closings(const std::vector<run>& runs, bool fences_need_line) {
  std::vector<std::size_t> closing(runs.size(), none);
  std::map<std::pair<char, std::size_t>, std::size_t> next_same;
  std::map<char, std::map<std::size_t, std::size_t>> next_fence;  // by length, nearest of at least that length
  for (std::size_t i = runs.size(); i-- > 0;) {
    const auto& one = runs[i];
    auto& fences = next_fence[one.of];
    const bool is_fence = one.length >= 3 && (one.starts_line || !fences_need_line);
    if (is_fence) {
      const auto nearest = fences.lower_bound(one.length);
      if (nearest != fences.end()) closing[i] = nearest->second;
      // What is longer or as long but farther away can never be the nearest again.
      fences.erase(fences.begin(), fences.upper_bound(one.length));
      fences[one.length] = i;
    } else if (const auto same = next_same.find({one.of, one.length}); same != next_same.end()) {
      closing[i] = same->second;
    }
    next_same[{one.of, one.length}] = i;
  }
  return closing;
}

// Letters of alphabets written with blanks between words: after a name they make it longer. Ideographs do not.
bool continues_word(char32_t c) noexcept {
  const bool ascii =
      (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9') || c == U'_' || c == U'-';
  return ascii || (c >= 0xC0 && c < 0x2000 && c != 0xD7 && c != 0xF7);
}

bool name_ends_at(std::string_view text, std::size_t end) {
  if (end >= text.size()) return true;
  const auto next = utf8_at(text, end).point;
  if (next == U'@' || continues_word(next)) return false;
  return next != U'.' || end + 1 >= text.size() || !continues_word(utf8_at(text, end + 1).point);
}

bool name_may_begin_at(std::string_view text, std::size_t at) {
  if (at == 0) return true;
  std::size_t before = at - 1;
  while (before > 0 && (static_cast<unsigned char>(text[before]) & 0xC0U) == 0x80U) --before;
  const auto c = utf8_at(text, before).point;
  return !continues_word(c) && c != U'@' && c != U'.' && c != U'/' && c != U'+' && c != U'=';
}

}  // namespace

std::vector<text_range> not_own_words(std::string_view text, const quoting& marks) {
  auto ranges = quoted_lines(text, marks);
  const auto runs = fence_runs(text, ranges, marks.tilde_fences);
  const auto closing = closings(runs, marks.fence_may_stay_open);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const bool is_fence = runs[i].length >= 3 && (runs[i].starts_line || !marks.fence_may_stay_open);
    const auto reach =
        closing[i] == none ? std::string_view{} : text.substr(runs[i].at, runs[closing[i]].at - runs[i].at);
    const bool closed = closing[i] != none && (is_fence || !reach.contains(marks.code_may_cross_lines ? "\n\n" : "\n"));
    if (closed) {
      ranges.push_back({runs[i].at, runs[closing[i]].at + runs[closing[i]].length});
      i = closing[i];
    } else if (is_fence && marks.fence_may_stay_open) {
      ranges.push_back({runs[i].at, text.size()});
      break;
    }
  }
  std::ranges::sort(ranges, {}, &text_range::begin);
  std::vector<text_range> apart;
  for (const auto& range : ranges) {
    if (!apart.empty() && range.begin < apart.back().end) {
      apart.back().end = std::max(apart.back().end, range.end);
    } else {
      apart.push_back(range);
    }
  }
  return apart;
}

bool lies_in(const std::vector<text_range>& ranges, std::size_t offset) noexcept {
  const auto after = std::ranges::upper_bound(ranges, offset, {}, &text_range::begin);
  return after != ranges.begin() && offset < std::prev(after)->end;
}

std::vector<text_range> find_at_name(std::string_view text, std::string_view name,
                                     const std::vector<text_range>& skip) {
  std::vector<text_range> found;
  for (auto at = text.find('@'); at != none; at = text.find('@', at + 1)) {
    const auto end = at + 1 + name.size();
    const bool here = same_ascii(text.substr(at + 1, name.size()), name) && name_may_begin_at(text, at) &&
                      name_ends_at(text, end) && !lies_in(skip, at);
    if (here) found.push_back({at, end});
  }
  return found;
}

std::string without(std::string_view text, const std::vector<text_range>& ranges) {
  std::string out;
  out.reserve(text.size());
  std::size_t from = 0;
  for (const auto& range : ranges) {
    out += text.substr(from, range.begin - from);
    from = range.end;
  }
  return out += text.substr(from);
}

std::string as_question(std::string_view text, bool began_with_name) {
  const auto clean = tidy(text);
  std::string_view rest = clean;
  for (bool again = began_with_name; again;) {
    again = false;
    for (const std::string_view mark : {",", ":", ";", "，", "：", "；", "、", " "}) {
      if (!rest.starts_with(mark)) continue;
      rest.remove_prefix(mark.size());
      again = true;
    }
  }
  return std::string{trim(cut(trim(rest), question_max))};
}

std::optional<std::string> question_to(std::string_view text, std::span<const std::string> names,
                                       const quoting& marks) {
  std::vector<text_range> found;
  const auto skip = not_own_words(text, marks);
  for (const auto& name : names) {
    for (const auto& range : find_at_name(text, name, skip)) found.push_back(range);
  }
  if (found.empty()) return std::nullopt;
  // Where one name begins like another, the longer one was meant.
  std::ranges::sort(found, [](const text_range& a, const text_range& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  const auto again = std::ranges::unique(found, {}, &text_range::begin);
  found.erase(again.begin(), again.end());
  const bool first = trim(text.substr(0, found.front().begin)).empty();
  return as_question(without(text, found), first);
}

std::vector<std::string> list_in(std::string_view setting) {
  std::vector<std::string> all;
  while (!setting.empty()) {
    const auto end = std::min(setting.find(','), setting.size());
    if (const auto one = trim(setting.substr(0, end)); !one.empty()) all.emplace_back(one);
    setting.remove_prefix(std::min(end + 1, setting.size()));
  }
  return all;
}

}  // namespace stillholds
