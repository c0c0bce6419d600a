#include "knowledge/terms/dates.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "knowledge/terms/numbers.hpp"

namespace stillholds {
namespace {

constexpr auto month_names = std::to_array<std::pair<std::string_view, unsigned>>(
    {{"january", 1},  {"jan", 1},    {"february", 2},  {"feb", 2},       {"march", 3},     {"mar", 3},
     {"april", 4},    {"apr", 4},    {"may", 5},       {"june", 6},      {"jun", 6},       {"july", 7},
     {"jul", 7},      {"august", 8}, {"aug", 8},       {"september", 9}, {"sept", 9},      {"sep", 9},
     {"october", 10}, {"oct", 10},   {"november", 11}, {"nov", 11},      {"december", 12}, {"dec", 12}});

unsigned month_named(std::string_view word) {
  for (const auto& [name, number] : month_names) {
    if (name == word) return number;
  }
  return 0;
}

// Reads one date at a place; the preposition before it and the particle after it are the finder's.
class date_reader {
 public:
  date_reader(std::span<const token> tokens, day today) : tokens_(tokens), today_(date_of(today)) {}

  bool is_relative{false};  // the date read last was "last year", 去年 or the like

  // The date at `at` and the token after it.
  std::optional<std::pair<partial_date, std::size_t>> read(std::size_t at) {
    for (const auto attempt :
         {&date_reader::numeric, &date_reader::han, &date_reader::month_first, &date_reader::day_first,
          &date_reader::relative, &date_reader::relative_han, &date_reader::bare_year}) {
      end_ = at;
      date_ = {};
      is_relative = attempt == &date_reader::relative || attempt == &date_reader::relative_han;
      if ((this->*attempt)() && is_real(date_)) return std::pair{date_, end_};
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] std::string_view text(std::size_t ahead = 0) const {
    return end_ + ahead < tokens_.size() ? std::string_view(tokens_[end_ + ahead].text) : std::string_view{};
  }
  [[nodiscard]] token_kind kind(std::size_t ahead = 0) const {
    return end_ + ahead < tokens_.size() ? tokens_[end_ + ahead].kind : token_kind::symbol;
  }
  [[nodiscard]] bool glued(std::size_t ahead) const {
    return end_ + ahead < tokens_.size() && tokens_[end_ + ahead].glued;
  }

  // The whole number between the limits at this place, or 0.
  [[nodiscard]] unsigned whole(std::size_t ahead, unsigned least, unsigned most) const {
    if (kind(ahead) != token_kind::number) return 0;
    const token& digits = tokens_[end_ + ahead];
    const bool ordinal =
        digits.suffix == "st" || digits.suffix == "nd" || digits.suffix == "rd" || digits.suffix == "th";
    if ((!digits.suffix.empty() && !ordinal) || digits.value != std::floor(digits.value)) return 0;
    return digits.value >= least && digits.value <= most ? static_cast<unsigned>(digits.value) : 0;
  }
  [[nodiscard]] int year(std::size_t ahead) const { return static_cast<int>(whole(ahead, 1900, 2199)); }

  static bool is_real(const partial_date& date) { return parse_date(date.to_string()).has_value(); }

  // 2025-06, 2025-06-03, 2025/6; 6/2025, 13/03/2025.
  bool numeric() {
    if (year_last()) return true;
    date_.year = year(0);
    const std::size_t slash = text(1) == "/" ? 1 : 0;
    if (date_.year == 0 || !glued(1 + slash)) return false;
    date_.month = whole(1 + slash, 1, 12);
    if (date_.month == 0) return false;
    const std::size_t second = text(2 + slash) == "/" ? slash + 1 : slash;
    if (glued(2 + second)) date_.dom = whole(2 + second, 1, 31);
    end_ += 2 + (date_.dom != 0 ? second + 1 : slash);
    return true;
  }

  // Where both may be the month, the earlier day is meant: nothing that changed since is left out then.
  bool year_last() {
    if (text(1) != "/" || !glued(1) || !glued(2)) return false;
    const auto first = whole(0, 1, 31);
    if (first == 0) return false;
    if (const int only = year(2); only != 0 && first <= 12) {
      date_ = {.year = only, .month = first, .dom = 0};
      end_ += 3;
      return true;
    }
    const auto second = whole(2, 1, 31);
    const int of = text(3) == "/" && glued(4) ? year(4) : 0;
    if (second == 0 || of == 0 || std::min(first, second) > 12) return false;
    date_ = {.year = of, .month = std::min(first, second), .dom = std::max(first, second)};
    end_ += 5;
    return true;
  }

  // 2025年6月3日.
  bool han() {
    date_.year = year(0);
    if (date_.year == 0 || text(1) != "year" || kind(1) != token_kind::unit) return false;
    end_ += 2;
    read_han_month();
    return true;
  }

  void read_han_month() {
    const auto month = whole(0, 1, 12);
    if (month == 0 || text(1) != "month") return;
    date_.month = month;
    end_ += 2;
    const auto dom = whole(0, 1, 31);
    if (dom == 0 || text(1) != "day") return;
    date_.dom = dom;
    end_ += 2;
  }

  // June 2025, Jan. 2025, June 3, 2025, June 3rd, in January.
  bool month_first() {
    date_.month = month_named(text());
    if (date_.month == 0 || kind() != token_kind::word) return false;
    ++end_;
    if (text() == "." && kind() == token_kind::symbol) ++end_;
    if (const auto of = year(0); of != 0) {
      date_.year = of;
      ++end_;
      return true;
    }
    if (const auto dom = whole(0, 1, 31); dom != 0) {
      date_.dom = dom;
      ++end_;
      if (const auto of = year(0); of != 0) {
        date_.year = of;
        ++end_;
        return true;
      }
    }
    // "may" and "mar" alone are words; a preposition has to vouch for a month without a year.
    const std::size_t back = date_.dom != 0 ? 3 : 2;
    if (end_ < back || text(0) == "be") return false;
    const auto& before = tokens_[end_ - back].text;
    if (before != "in" && before != "since" && before != "by" && before != "until" && before != "of" &&
        before != "last" && before != "on") {
      return false;
    }
    put_latest_year();
    return true;
  }

  // 3 June 2025, 3rd of June 2025.
  bool day_first() {
    date_.dom = whole(0, 1, 31);
    const std::size_t of = text(1) == "of" ? 1 : 0;
    date_.month = month_named(text(1 + of));
    if (date_.dom == 0 || date_.month == 0) return false;
    date_.year = year(2 + of);
    end_ += 2 + of;
    if (date_.year != 0) {
      ++end_;
    } else {
      put_latest_year();
    }
    return true;
  }

  // The latest such month that has begun.
  void put_latest_year() { date_.year = date_.month <= today_.month ? today_.year : today_.year - 1; }

  // last year, last month, a year ago, six months ago, 2 years ago, last June.
  bool relative() {
    if (text() == "last" && (text(1) == "year" || text(1) == "month")) {
      go_back(text(1) == "year" ? 12 : 1, text(1) == "month");
      end_ += 2;
      return true;
    }
    unsigned count = whole(0, 1, 99);
    constexpr auto words = std::to_array<std::string_view>(
        {"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"});
    for (unsigned i = 1; i < words.size(); ++i) {
      if (text() == words[i]) count = i;
    }
    if (text() == "a" || text() == "an") count = 1;
    const bool years = text(1) == "year" || text(1) == "years";
    if (count == 0 || (!years && text(1) != "month" && text(1) != "months") || text(2) != "ago") return false;
    go_back(count * (years ? 12 : 1), true);
    end_ += 3;
    return true;
  }

  // 去年, 去年6月, 今年3月, 上个月, 一年前 begins a Han token, so only whole words at its start are read.
  bool relative_han() {
    if (kind() != token_kind::han && kind() != token_kind::unit) return false;
    const auto word = text();
    const bool last_year = word.ends_with("去年");
    if (last_year || word.ends_with("今年")) {
      date_.year = today_.year - (last_year ? 1 : 0);
      ++end_;
      read_han_month();
      return last_year || date_.month != 0;
    }
    if (word.starts_with("上个月") || word.starts_with("上月")) {
      go_back(1, true);
      ++end_;
      return true;
    }
    return false;
  }

  void go_back(unsigned months, bool with_month) {
    const auto count = today_.year * 12 + static_cast<int>(today_.month) - 1 - static_cast<int>(months);
    date_ = {.year = count / 12, .month = with_month ? static_cast<unsigned>(count % 12) + 1 : 0, .dom = 0};
  }

  bool bare_year() {
    date_.year = year(0);
    if (date_.year == 0 || (end_ > 0 && (tokens_[end_ - 1].text == "$" || tokens_[end_ - 1].text == "/"))) return false;
    const auto read_as = read_number(tokens_, end_);
    ++end_;
    return read_as && read_as->unit == number_unit::year && kind() != token_kind::unit;
  }

  std::span<const token> tokens_;
  partial_date today_;
  std::size_t end_{0};
  partial_date date_;
};

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  for (const auto each : words) {
    if (each == word) return true;
  }
  return false;
}

// The month in which this part of a year ends; 0 where the year itself does, or none was named.
unsigned last_month_of(std::string_view part) {
  if (is_one_of(part, {"beginning", "start", "early", "初"})) return 3;
  return is_one_of(part, {"middle", "mid", "half", "中"}) ? 6 : 0;
}

// Widens the mention by the words that say what the date is for.
void read_role(std::span<const token> tokens, date_mention& mention) {
  const auto before = [&](std::size_t back) {
    return mention.begin >= back ? std::string_view(tokens[mention.begin - back].text) : std::string_view{};
  };
  // "the end of 2025", "early 2025", "mid 2025"
  std::string_view part;
  if (before(1) == "of" && is_one_of(before(2), {"end", "beginning", "start", "middle", "half"})) {
    part = before(2);
    mention.begin -= 2;
  } else if (is_one_of(before(1), {"late", "early", "mid", "around", "about"})) {
    part = before(1);
    --mention.begin;
  }
  if (mention.date.month == 0) mention.date.month = last_month_of(part);
  if (before(1) == "the") --mention.begin;
  if (is_one_of(before(1), {"of", "at"}) && before(2) == "as") {
    mention.role = date_role::as_of;
    mention.begin -= 2;
  } else if (is_one_of(before(1), {"since", "after", "between"})) {
    mention.role = date_role::since;
    --mention.begin;
  } else if (is_one_of(before(1), {"in", "by", "during", "at", "on", "around", "until", "till", "for", "of"})) {
    mention.adverbial = true;
    --mention.begin;
    if (before(1) == "back") --mention.begin;
  } else if (before(1).ends_with("截至") || before(1).ends_with("截止")) {
    mention.role = date_role::as_of;
  } else if (before(1).ends_with("自") || before(1).ends_with("自从")) {
    mention.role = date_role::since;
  } else if (before(1).ends_with("在")) {
    mention.adverbial = true;
  }
  if (mention.end >= tokens.size() || tokens[mention.end].kind != token_kind::han) return;
  const std::string_view after = tokens[mention.end].text;
  if (mention.date.month == 0) mention.date.month = last_month_of(after.substr(0, 3));
  for (const std::string_view time : {"时", "的时候", "那时", "底", "初", "中", "当时"}) {
    if (after.starts_with(time)) mention.role = date_role::as_of;
  }
  for (const std::string_view start : {"以来", "至今", "以后", "之后", "后"}) {
    if (after.starts_with(start)) mention.role = date_role::since;
  }
}

}  // namespace

std::optional<date_mention> find_date(std::span<const token> tokens, day today) {
  date_reader reader(tokens, today);
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    const auto found = reader.read(at);
    if (!found) continue;
    date_mention mention{.date = found->first, .adverbial = reader.is_relative, .begin = at, .end = found->second};
    read_role(tokens, mention);
    return mention;
  }
  return std::nullopt;
}

std::vector<token> without(std::span<const token> tokens, const date_mention& date) {
  std::vector<token> rest(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(date.begin));
  rest.insert(rest.end(), tokens.begin() + static_cast<std::ptrdiff_t>(date.end), tokens.end());
  return rest;
}

bool asks_how_it_stood(std::span<const token> tokens) {
  constexpr auto words = std::to_array<std::string_view>(
      {"did",    "didn't",   "didnt", "was",   "wasn't", "wasnt",   "were",    "weren't",
       "werent", "had",      "held",  "hold",  "true",   "valid",   "correct", "status",
       "right",  "accurate", "could", "would", "able",   "allowed", "led"});
  constexpr auto han_words = std::to_array<std::string_view>({"成立", "属实", "正确", "准确", "对吗", "当时", "那时"});
  return std::ranges::any_of(tokens, [&](const token& next) {
    if (next.kind == token_kind::word) return std::ranges::find(words, next.text) != words.end();
    return next.kind == token_kind::han &&
           std::ranges::any_of(han_words, [&](std::string_view word) { return next.text.contains(word); });
  });
}

}  // namespace stillholds
