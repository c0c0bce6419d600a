#include "knowledge/terms/han_numbers.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

namespace stillholds {
namespace {

using named = std::pair<std::u32string_view, std::string_view>;

// Longest first where one begins with another.
constexpr auto unit_names = std::to_array<named>({{U"万亿", "e12"},
                                                  {U"百万", "e6"},
                                                  {U"千万", "e7"},
                                                  {U"百亿", "e10"},
                                                  {U"千亿", "e11"},
                                                  {U"亿", "e8"},
                                                  {U"億", "e8"},
                                                  {U"万", "e4"},
                                                  {U"萬", "e4"},
                                                  {U"千", "e3"},
                                                  {U"百", "e2"},
                                                  {U"美元", "usd"},
                                                  {U"美金", "usd"},
                                                  {U"人民币", "cny"},
                                                  {U"日元", "jpy"},
                                                  {U"欧元", "eur"},
                                                  {U"英镑", "gbp"},
                                                  {U"元", "cny"},
                                                  {U"个百分点", "percent"},
                                                  {U"成", "tenths"},
                                                  {U"倍", "times"},
                                                  {U"分之", "of"},
                                                  {U"年", "year"},
                                                  {U"月", "month"},
                                                  {U"日", "day"},
                                                  {U"号", "day"}});

std::optional<named> unit_at(std::u32string_view text) {
  for (const auto& unit : unit_names) {
    if (text.starts_with(unit.first)) return unit;
  }
  return std::nullopt;
}

int digit_of(char32_t c) {
  constexpr std::u32string_view digits = U"零一二三四五六七八九";
  if (c == U'〇') return 0;
  if (c == U'两' || c == U'兩') return 2;
  const auto at = digits.find(c);
  return at == std::u32string_view::npos ? -1 : static_cast<int>(at);
}

double small_scale(char32_t c) { return c == U'十' ? 10 : c == U'百' ? 100 : c == U'千' ? 1000 : 0; }
double large_scale(char32_t c) { return c == U'万' || c == U'萬' ? 1e4 : c == U'亿' || c == U'億' ? 1e8 : 0; }

struct numeral {
  double value{0};
  std::size_t length{0};
};

// 八百, 二十五, 一千一百亿, 二〇二五. Length 0 when no numeral begins here.
numeral numeral_at(std::u32string_view text) {
  double total = 0;
  double section = 0;
  double digit = 0;
  std::size_t digits_in_row = 0;
  std::size_t length = 0;
  for (; length < text.size(); ++length) {
    const char32_t c = text[length];
    if (const int value = digit_of(c); value >= 0) {
      digit = digits_in_row > 0 ? digit * 10 + value : value;
      ++digits_in_row;
    } else if (const double scale = small_scale(c); scale > 0) {
      section += (digits_in_row == 0 ? 1 : digit) * scale;
      digit = 0;
      digits_in_row = 0;
    } else if (const double large = large_scale(c); large > 0 && length > 0) {
      total = (total + section + digit) * large;
      section = digit = 0;
      digits_in_row = 0;
    } else {
      break;
    }
  }
  return {total + section + digit, length};
}

// A single character such as 一 or 万 is a word more often than a number: it counts only before a unit that needs one.
bool is_number(std::u32string_view text, const numeral& found) {
  if (found.length == 0) return false;
  const auto rest = text.substr(found.length);
  const auto unit = unit_at(rest);
  const bool counted =
      unit && (unit->second == "of" || unit->second == "usd" || unit->second == "cny" || unit->second == "eur" ||
               unit->second == "times" || unit->second == "percent" || unit->second == "tenths");
  if (found.length == 1) return counted && !rest.starts_with(U"成不") && !rest.starts_with(U"成为");
  return counted || found.value >= 20 || (unit && (unit->second == "year" || unit->second == "month"));
}

han_piece number_piece(double value, std::size_t length) {
  return {.kind = token_kind::number, .length = length, .text = fmt::format("{:.15g}", value), .value = value};
}

class splitter {
 public:
  explicit splitter(std::u32string_view run) : run_(run) {}

  std::vector<han_piece> split(bool after_number) {
    if (after_number) read_units();
    while (at_ < run_.size()) {
      const auto rest = run_.substr(at_);
      if (rest.starts_with(U"百分之")) {
        read_percent();
      } else if (rest.starts_with(U"一半") || rest.starts_with(U"半数")) {
        put(number_piece(50, 1));
        put({.kind = token_kind::unit, .length = 1, .text = "percent", .value = 0});
      } else if (const auto found = numeral_at(rest); is_number(rest, found)) {
        put(number_piece(found.value, found.length));
        read_units();
      } else {
        ++at_;
      }
    }
    flush();
    return std::move(pieces_);
  }

 private:
  void flush() {
    if (at_ > words_) pieces_.push_back({.kind = token_kind::han, .length = at_ - words_, .text = {}, .value = 0});
    words_ = at_;
  }

  void put(han_piece piece) {
    flush();
    at_ += piece.length;
    words_ = at_;
    pieces_.push_back(std::move(piece));
  }

  void read_units() {
    while (const auto unit = unit_at(run_.substr(at_))) {
      put({.kind = token_kind::unit, .length = unit->first.size(), .text = std::string(unit->second), .value = 0});
      if (unit->second == "of") {
        if (const auto below = numeral_at(run_.substr(at_)); below.length > 0)
          put(number_piece(below.value, below.length));
      }
    }
  }

  // 百分之九十, and 百分之90 whose digits are the next token: then the unit stands before its number.
  void read_percent() {
    const auto found = numeral_at(run_.substr(at_ + 3));
    if (found.length == 0) {
      if (at_ + 3 == run_.size()) {
        put({.kind = token_kind::unit, .length = 3, .text = "percent-before", .value = 0});
      } else {
        at_ += 3;
      }
      return;
    }
    put(number_piece(found.value, 3 + found.length));
    pieces_.push_back({.kind = token_kind::unit, .length = 0, .text = "percent", .value = 0});
  }

  std::u32string_view run_;
  std::size_t at_{0};
  std::size_t words_{0};  // where the words not yet cut off begin
  std::vector<han_piece> pieces_;
};

}  // namespace

std::vector<han_piece> split_han_numbers(std::u32string_view run, bool after_number) {
  return splitter(run).split(after_number);
}

}  // namespace stillholds
