#include "knowledge/terms/periods.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace stillholds {
namespace {

using std::chrono::days;

enum class unit { days, weeks, months, quarters, years };

// The time that many units before today: by the day for days and weeks, by the month beyond.
partial_date before(day today, unsigned count, unit in) {
  if (in == unit::days || in == unit::weeks) return date_of(today - days{count * (in == unit::weeks ? 7U : 1U)});
  const unsigned months = count * (in == unit::years ? 12U : in == unit::quarters ? 3U : 1U);
  const auto now = date_of(today);
  const auto all = now.year * 12 + static_cast<int>(now.month) - 1 - static_cast<int>(months);
  return {.year = all / 12, .month = static_cast<unsigned>(all % 12) + 1, .dom = 0};
}

template <class Value, std::size_t Size>
std::optional<Value> value_of(const std::array<std::pair<std::string_view, Value>, Size>& in, std::string_view word) {
  const auto* const found = std::ranges::find(in, word, &std::pair<std::string_view, Value>::first);
  return found == in.end() ? std::nullopt : std::optional{found->second};
}

constexpr std::array unit_words{
    std::pair{std::string_view{"day"}, unit::days},         std::pair{std::string_view{"days"}, unit::days},
    std::pair{std::string_view{"week"}, unit::weeks},       std::pair{std::string_view{"weeks"}, unit::weeks},
    std::pair{std::string_view{"month"}, unit::months},     std::pair{std::string_view{"months"}, unit::months},
    std::pair{std::string_view{"quarter"}, unit::quarters}, std::pair{std::string_view{"quarters"}, unit::quarters},
    std::pair{std::string_view{"year"}, unit::years},       std::pair{std::string_view{"years"}, unit::years}};

constexpr std::array count_words{std::pair{std::string_view{"one"}, 1U},    std::pair{std::string_view{"two"}, 2U},
                                 std::pair{std::string_view{"couple"}, 2U}, std::pair{std::string_view{"few"}, 3U},
                                 std::pair{std::string_view{"three"}, 3U},  std::pair{std::string_view{"four"}, 4U},
                                 std::pair{std::string_view{"five"}, 5U},   std::pair{std::string_view{"six"}, 6U},
                                 std::pair{std::string_view{"nine"}, 9U},   std::pair{std::string_view{"twelve"}, 12U}};

constexpr std::array season_months{std::pair{std::string_view{"spring"}, 3U}, std::pair{std::string_view{"summer"}, 6U},
                                   std::pair{std::string_view{"autumn"}, 9U}, std::pair{std::string_view{"fall"}, 9U},
                                   std::pair{std::string_view{"winter"}, 12U}};

class english_reader {
 public:
  english_reader(std::span<const token> tokens, day today) : tokens_(tokens), today_(today) {}

  // The period that begins at this token, and the token after it.
  [[nodiscard]] std::optional<std::pair<partial_date, std::size_t>> read(std::size_t at) const {
    if (word(at) == "yesterday") return std::pair{before(today_, 1, unit::days), at + 1};
    if (word(at) == "today") return std::pair{date_of(today_), at + 1};
    if (word(at) == "this") return this_one(at);
    if (word(at) == "last" || word(at) == "past") return last_ones(at);
    if (const auto month = value_of(season_months, word(at)); month && at > 0) return std::pair{season(*month), at + 1};
    return std::nullopt;
  }

 private:
  [[nodiscard]] std::string_view word(std::size_t at) const {
    return at < tokens_.size() ? std::string_view(tokens_[at].text) : std::string_view{};
  }

  [[nodiscard]] std::optional<std::pair<partial_date, std::size_t>> this_one(std::size_t at) const {
    const auto in = value_of(unit_words, word(at + 1));
    if (!in) return std::nullopt;
    auto begin = date_of(today_);
    if (*in == unit::weeks) begin = before(today_, 1, unit::weeks);
    if (*in == unit::years || *in == unit::months) begin.dom = 0;
    if (*in == unit::years) begin.month = 0;
    return std::pair{begin, at + 2};
  }

  // "last six months", "past year", "last couple of weeks"
  [[nodiscard]] std::optional<std::pair<partial_date, std::size_t>> last_ones(std::size_t at) const {
    unsigned count = 1;
    std::size_t next = at + 1;
    if (const auto said = value_of(count_words, word(next))) {
      count = *said;
      ++next;
    } else if (next < tokens_.size() && tokens_[next].kind == token_kind::number && tokens_[next].value >= 1 &&
               tokens_[next].value <= 999) {
      count = static_cast<unsigned>(tokens_[next].value);
      ++next;
    }
    if (word(next) == "of") ++next;
    const auto in = value_of(unit_words, word(next));
    if (!in) return std::nullopt;
    return std::pair{before(today_, count, *in), next + 1};
  }

  [[nodiscard]] partial_date season(unsigned month) const {
    const auto now = date_of(today_);
    return {.year = month <= now.month ? now.year : now.year - 1, .month = month, .dom = 0};
  }

  std::span<const token> tokens_;
  day today_;
};

// The words that lead to a period: "in the", "over the", "since".
std::size_t lead_begin(std::span<const token> tokens, std::size_t at) {
  constexpr auto leads = std::to_array<std::string_view>(
      {"in", "over", "during", "within", "for", "since", "from", "the", "of", "after", "as"});
  while (at > 0 && std::ranges::find(leads, tokens[at - 1].text) != leads.end()) --at;
  return at;
}

struct han_period {
  partial_date since;
  std::size_t bytes{0};
};

// 最近半年, 过去三个月, 近两年
std::optional<han_period> read_last_han(std::string_view text, day today) {
  constexpr std::array<std::string_view, 4> leads{"最近", "过去", "近", "这"};
  constexpr std::array counts{std::pair{std::string_view{"一"}, 1U}, std::pair{std::string_view{"两"}, 2U},
                              std::pair{std::string_view{"二"}, 2U}, std::pair{std::string_view{"三"}, 3U},
                              std::pair{std::string_view{"几"}, 3U}, std::pair{std::string_view{"四"}, 4U},
                              std::pair{std::string_view{"五"}, 5U}, std::pair{std::string_view{"六"}, 6U},
                              std::pair{std::string_view{"九"}, 9U}};
  constexpr std::array units{
      std::pair{std::string_view{"年"}, unit::years}, std::pair{std::string_view{"月"}, unit::months},
      std::pair{std::string_view{"周"}, unit::weeks}, std::pair{std::string_view{"天"}, unit::days}};
  for (const auto lead : leads) {
    if (!text.starts_with(lead)) continue;
    auto rest = text.substr(lead.size());
    if (rest.starts_with("半年")) return han_period{before(today, 6, unit::months), lead.size() + 6};
    const auto count = value_of(counts, rest.substr(0, 3));
    if (!count) continue;
    rest.remove_prefix(3);
    const bool counted = rest.starts_with("个");
    if (counted) rest.remove_prefix(3);
    if (const auto in = value_of(units, rest.substr(0, 3))) {
      return han_period{before(today, *count, *in), lead.size() + 6 + (counted ? 3U : 0U)};
    }
  }
  return std::nullopt;
}

std::optional<han_period> read_han(std::string_view text, day today) {
  if (auto last = read_last_han(text, today)) return last;
  auto now = date_of(today);
  now.dom = 0;
  for (const std::string_view month : {"本月", "这个月"}) {
    if (text.starts_with(month)) return han_period{now, month.size()};
  }
  if (text.starts_with("今年")) return han_period{{.year = now.year}, 6};
  if (text.starts_with("昨天")) return han_period{before(today, 1, unit::days), 6};
  if (text.starts_with("上周")) return han_period{before(today, 1, unit::weeks), 6};
  if (!text.starts_with("去年")) return std::nullopt;
  constexpr std::array months{std::pair{std::string_view{"十二月"}, 12U}, std::pair{std::string_view{"十一月"}, 11U},
                              std::pair{std::string_view{"十月"}, 10U},   std::pair{std::string_view{"一月"}, 1U},
                              std::pair{std::string_view{"二月"}, 2U},    std::pair{std::string_view{"三月"}, 3U},
                              std::pair{std::string_view{"四月"}, 4U},    std::pair{std::string_view{"五月"}, 5U},
                              std::pair{std::string_view{"六月"}, 6U},    std::pair{std::string_view{"七月"}, 7U},
                              std::pair{std::string_view{"八月"}, 8U},    std::pair{std::string_view{"九月"}, 9U}};
  for (const auto& [name, number] : months) {
    if (text.substr(6).starts_with(name)) return han_period{{.year = now.year - 1, .month = number}, 6 + name.size()};
  }
  return han_period{{.year = now.year - 1}, 6};
}

std::optional<period> find_han(std::span<const token> tokens, std::size_t which, day today) {
  const std::string_view text = tokens[which].text;
  for (std::size_t at = 0; at < text.size(); at += 3) {
    const auto found = read_han(text.substr(at), today);
    if (!found) continue;
    auto after = text.substr(at + found->bytes);
    for (const std::string_view tail : {"以来", "以后", "之后", "至今", "里", "内", "后"}) {
      if (after.starts_with(tail)) after.remove_prefix(tail.size());
    }
    period made{.since = found->since, .rest = {tokens.begin(), tokens.end()}};
    made.rest[which].text = std::string(text.substr(0, at)) + std::string(after);
    made.rest[which].surface = made.rest[which].text;
    if (made.rest[which].text.empty()) made.rest.erase(made.rest.begin() + static_cast<std::ptrdiff_t>(which));
    return made;
  }
  return std::nullopt;
}

}  // namespace

std::optional<period> find_period(std::span<const token> tokens, day today) {
  const english_reader english(tokens, today);
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    if (tokens[at].kind == token_kind::han) {
      if (auto found = find_han(tokens, at, today)) return found;
      continue;
    }
    const auto found = english.read(at);
    if (!found) continue;
    const auto begin = lead_begin(tokens, at);
    period made{.since = found->first, .rest = {}};
    made.rest.assign(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(begin));
    made.rest.insert(made.rest.end(), tokens.begin() + static_cast<std::ptrdiff_t>(found->second), tokens.end());
    return made;
  }
  return std::nullopt;
}

}  // namespace stillholds
