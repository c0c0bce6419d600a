#include "knowledge/terms/numbers.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace stillholds {
namespace {

using named_value = std::pair<std::string_view, double>;

constexpr auto number_words = std::to_array<named_value>(
    {{"zero", 0},      {"one", 1},       {"two", 2},       {"three", 3},    {"four", 4},     {"five", 5},
     {"six", 6},       {"seven", 7},     {"eight", 8},     {"nine", 9},     {"ten", 10},     {"eleven", 11},
     {"twelve", 12},   {"thirteen", 13}, {"fourteen", 14}, {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17},
     {"eighteen", 18}, {"nineteen", 19}, {"twenty", 20},   {"thirty", 30},  {"forty", 40},   {"fifty", 50},
     {"sixty", 60},    {"seventy", 70},  {"eighty", 80},   {"ninety", 90}});

constexpr auto scales = std::to_array<named_value>(
    {{"hundred", 1e2}, {"thousand", 1e3}, {"k", 1e3},         {"million", 1e6},    {"millions", 1e6}, {"mn", 1e6},
     {"mln", 1e6},     {"m", 1e6},        {"mil", 1e6},       {"billion", 1e9},    {"billions", 1e9}, {"bn", 1e9},
     {"bil", 1e9},     {"b", 1e9},        {"trillion", 1e12}, {"trillions", 1e12}, {"tn", 1e12},      {"t", 1e12},
     {"e3", 1e3},      {"e4", 1e4},       {"e6", 1e6},        {"e7", 1e7},         {"e8", 1e8},       {"e10", 1e10},
     {"e11", 1e11},    {"e12", 1e12}});

constexpr auto denominators = std::to_array<named_value>(
    {{"half", 2},          {"halves", 2},   {"third", 3},   {"thirds", 3},     {"quarter", 4},     {"quarters", 4},
     {"fourth", 4},        {"fourths", 4},  {"fifth", 5},   {"fifths", 5},     {"sixth", 6},       {"eighth", 8},
     {"eighths", 8},       {"tenth", 10},   {"tenths", 10}, {"twentieth", 20}, {"hundredth", 100}, {"hundredths", 100},
     {"thousandth", 1000}, {"10th", 10},    {"3rd", 3},     {"4th", 4},        {"5th", 5},         {"20th", 20},
     {"100th", 100},       {"1000th", 1000}});

constexpr auto currencies = std::to_array<std::pair<std::string_view, std::string_view>>({{"$", "usd"},
                                                                                          {"usd", "usd"},
                                                                                          {"dollar", "usd"},
                                                                                          {"dollars", "usd"},
                                                                                          {"buck", "usd"},
                                                                                          {"bucks", "usd"},
                                                                                          {"E", "eur"},
                                                                                          {"eur", "eur"},
                                                                                          {"euro", "eur"},
                                                                                          {"euros", "eur"},
                                                                                          {"P", "gbp"},
                                                                                          {"gbp", "gbp"},
                                                                                          {"pounds", "gbp"},
                                                                                          {"Y", "cny"},
                                                                                          {"cny", "cny"},
                                                                                          {"rmb", "cny"},
                                                                                          {"yuan", "cny"},
                                                                                          {"jpy", "jpy"},
                                                                                          {"yen", "jpy"}});

std::optional<double> find(std::span<const named_value> table, std::string_view word) {
  for (const auto& [name, value] : table) {
    if (name == word) return value;
  }
  return std::nullopt;
}

std::string_view currency_of(std::string_view word) {
  for (const auto& [name, currency] : currencies) {
    if (name == word) return currency;
  }
  return {};
}

bool usual_denominator(double value) {
  for (const double usual : {2.0, 3.0, 4.0, 5.0, 8.0, 10.0, 20.0, 100.0, 1000.0}) {
    if (value == usual) return true;
  }
  return false;
}

// Reads one number from left to right; each part that fits moves `at_` on.
class reader {
 public:
  reader(std::span<const token> tokens, std::size_t at) : tokens_(tokens), begin_(at), at_(at) {}

  std::optional<number> read() {
    if (auto fraction = read_fraction_words()) return fraction;
    read_currency_before();
    const bool percent_before = take("percent-before", token_kind::unit);
    const bool digits = kind() == token_kind::number;
    const auto value = digits ? read_digits() : read_words();
    if (!value) return std::nullopt;
    out_.value = *value;
    if (percent_before) return percent(out_.value);
    const bool scaled = read_scales();
    if (read_percent_after()) return percent(out_.value);
    if (auto fraction = read_fraction_after()) return fraction;
    return finish(digits, scaled);
  }

 private:
  [[nodiscard]] std::string_view text(std::size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() ? std::string_view(tokens_[at_ + ahead].text) : std::string_view{};
  }
  [[nodiscard]] token_kind kind(std::size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead].kind : token_kind::han;
  }
  bool take(std::string_view word, token_kind as) {
    if (kind() != as || text() != word) return false;
    ++at_;
    return true;
  }
  bool take_any(std::initializer_list<std::string_view> words) {
    for (const auto word : words) {
      if (at_ < tokens_.size() && text() == word) return ++at_, true;
    }
    return false;
  }

  std::optional<number> done() {
    out_.tokens = at_ - begin_;
    return out_;
  }
  std::optional<number> percent(double value) {
    out_.value = value;
    out_.unit = number_unit::percent;
    out_.currency.clear();
    return done();
  }

  void read_currency_before() {
    if (kind() == token_kind::word && text(1) == "$" && (text() == "us" || text() == "usd")) ++at_;
    if (const auto currency = currency_of(text()); !currency.empty() && kind(1) == token_kind::number) {
      out_.currency = currency;
      ++at_;
    }
  }

  std::optional<double> read_digits() {
    const token& digits = tokens_[at_++];
    suffix_ = digits.suffix;
    return digits.value;
  }

  // "ninety", "twenty five", "eighty-five". One word below ten is a number only before a scale, a percent or a
  // fraction.
  std::optional<double> read_words() {
    if (kind() != token_kind::word) return std::nullopt;
    if ((text() == "a" || text() == "an") && (text(1) == "hundred" || text(1) == "thousand" || text(1) == "million" ||
                                              text(1) == "billion" || text(1) == "trillion")) {
      ++at_;
      return 1;
    }
    const auto first = find(number_words, text());
    if (!first) return std::nullopt;
    ++at_;
    if (const auto second = find(number_words, text()); *first >= 20 && second && *second > 0 && *second < 10) {
      ++at_;
      return *first + *second;
    }
    const bool counted = (find(scales, text()) && text().size() > 3) || text() == "percent" || text() == "per" ||
                         text() == "pct" || text() == "%" || find(denominators, text()) ||
                         !currency_of(text()).empty() ||
                         ((text() == "in" || text() == "out" || text() == "of") && *first <= 10 && denominator_ahead());
    if (*first < 10 && !counted) return std::nullopt;
    return first;
  }

  [[nodiscard]] bool denominator_ahead() const {
    const std::size_t skip = text() == "out" ? 2 : 1;
    if (kind(skip) == token_kind::number) return usual_denominator(tokens_[at_ + skip].value);
    const auto below = find(number_words, text(skip));
    return below && *below >= 3 && usual_denominator(*below);
  }

  bool read_scales() {
    bool scaled = false;
    if (!suffix_.empty()) {
      const auto scale = find(scales, suffix_);
      if (!scale) return false;
      out_.value *= *scale;
      suffix_.clear();
      scaled = true;
    }
    while (kind() == token_kind::word || kind() == token_kind::unit) {
      const auto scale = find(scales, text());
      // A lone letter scales only what it is written onto: "80 b" is rarely meant.
      if (!scale || (text().size() == 1 && !tokens_[at_].glued)) break;
      out_.value *= *scale;
      ++at_;
      scaled = true;
    }
    return scaled;
  }

  bool read_percent_after() {
    if (suffix_ == "pct" || suffix_ == "percent" || suffix_ == "pc") return true;
    if (take_any({"%", "percent", "pct", "percentage"})) return true;
    if (text() == "per" && text(1) == "cent") {
      at_ += 2;
      return true;
    }
    if (take("tenths", token_kind::unit)) {
      out_.value *= 10;
      return true;
    }
    return false;
  }

  // After a numerator: /10, /10th, tenths, out of ten, in 10, and 分之 where the denominator stands first.
  std::optional<number> read_fraction_after() {
    if (take("of", token_kind::unit)) {
      if (kind() != token_kind::number || out_.value <= 0) return std::nullopt;
      return percent(100 * tokens_[at_++].value / out_.value);
    }
    if (text() == "/" && kind(1) == token_kind::number) {
      const token& below = tokens_[at_ + 1];
      const bool ordinal = below.suffix == "th" || below.suffix == "rd" || below.suffix == "nd";
      if ((!ordinal && !usual_denominator(below.value)) || out_.value >= below.value) return std::nullopt;
      at_ += 2;
      return percent(100 * out_.value / below.value);
    }
    if (const auto below = find(denominators, text());
        below && out_.value < *below && suffix_.empty() && kind() == token_kind::word) {
      ++at_;
      return percent(100 * out_.value / *below);
    }
    if ((text() == "in" || (text() == "out" && text(1) == "of")) && denominator_ahead()) {
      const std::size_t skip = text() == "out" ? 2 : 1;
      const double below =
          kind(skip) == token_kind::number ? tokens_[at_ + skip].value : *find(number_words, text(skip));
      if (out_.value >= below) return std::nullopt;
      at_ += skip + 1;
      return percent(100 * out_.value / below);
    }
    return std::nullopt;
  }

  // "a tenth", "one third", "half of", "over half". A bare "half", "third" or "quarter" is not a number.
  std::optional<number> read_fraction_words() {
    const auto below = find(denominators, text(1));
    if ((text() == "a" || text() == "an" || text() == "one") && below && *below != 2 && kind(1) != token_kind::unit) {
      // "a third country", "one fourth grader": only when a share of something follows, or a clean tenth.
      const bool share = text(2) == "of" || text(2) == "the" || text(2) == "as" || text(2).empty() || *below >= 10;
      if (!share) return std::nullopt;
      at_ += 2;
      return percent(100 / *below);
    }
    if (text() != "half") return std::nullopt;
    const std::string_view before = begin_ > 0 ? std::string_view(tokens_[begin_ - 1].text) : std::string_view{};
    bool share = text(1) == "of" || text(1) == "the";
    for (const std::string_view word :
         {"than", "over", "nearly", "almost", "about", "under", "least", "roughly", "around"}) {
      share = share || before == word;
    }
    if (!share) return std::nullopt;
    ++at_;
    return percent(50);
  }

  std::optional<number> finish(bool digits, bool scaled) {
    // Letters that are neither scale nor unit belong to a word: "5g", "3d", "21st".
    if (!suffix_.empty() && suffix_ != "usd" && suffix_ != "rmb") return std::nullopt;
    if (out_.currency.empty()) {
      if (const auto currency = currency_of(text());
          !currency.empty() && text() != "P" && text() != "E" && text() != "Y") {
        out_.currency = currency;
        ++at_;
        if (text() == "dollars" || text() == "dollar") ++at_;
      }
    }
    if (!out_.currency.empty()) {
      out_.unit = number_unit::money;
    } else if (digits && !scaled && out_.value >= 1900 && out_.value <= 2100 && out_.value == std::floor(out_.value)) {
      out_.unit = number_unit::year;
    }
    return done();
  }

  std::span<const token> tokens_;
  std::size_t begin_;
  std::size_t at_;
  number out_;
  std::string suffix_;
};

// Engineering notation: 80e9, 11.6e9, 500, 2.5. At most six significant digits, so that equal amounts stay equal.
std::string amount(double value) {
  int exponent = 0;
  for (const bool large = value >= 1e4; large && value >= 1000 && exponent < 15;) {
    value /= 1000;
    exponent += 3;
  }
  return exponent == 0 ? fmt::format("{:.6g}", value) : fmt::format("{:.6g}e{}", value, exponent);
}

}  // namespace

std::string number::key() const {
  switch (unit) {
    case number_unit::percent: return fmt::format("{:.4g}%", value);
    case number_unit::money: return fmt::format("{}:{}", currency, amount(value));
    case number_unit::year: return fmt::format("{:.0f}", value);
    case number_unit::plain: break;
  }
  return "#" + amount(value);
}

std::string number::bare_key() const { return unit == number_unit::money ? "#" + amount(value) : key(); }

std::optional<number> read_number(std::span<const token> tokens, std::size_t at) {
  if (at >= tokens.size() || tokens[at].kind == token_kind::han) return std::nullopt;
  return reader(tokens, at).read();
}

}  // namespace stillholds
