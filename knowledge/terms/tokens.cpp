#include "knowledge/terms/tokens.hpp"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "knowledge/terms/han_numbers.hpp"
#include "knowledge/terms/vocabulary.hpp"
#include "knowledge/text.hpp"
#include "knowledge/utf8.hpp"

namespace stillholds {
namespace {

bool is_han(char32_t c) {
  if (c < 0x2E80) return false;
  UErrorCode status = U_ZERO_ERROR;
  return uscript_getScript(static_cast<UChar32>(c), &status) == USCRIPT_HAN;
}

bool is_letter(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return u_isalpha(static_cast<UChar32>(c)) != 0 && !is_han(c);
}

bool is_mark(char32_t c) {
  if (c < 0x80) return false;
  const auto type = u_charType(static_cast<UChar32>(c));
  return type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK;
}

int digit_of(char32_t c) {
  if (c < 0x80) return c >= '0' && c <= '9' ? static_cast<int>(c - '0') : -1;
  return u_charDigitValue(static_cast<UChar32>(c));
}

bool is_upper(char32_t c) { return c < 0x80 ? c >= 'A' && c <= 'Z' : u_isupper(static_cast<UChar32>(c)) != 0; }

bool is_apostrophe(char32_t c) { return c == '\'' || c == 0x2019 || c == 0x2018 || c == 0x02BC || c == 0xFF07; }

// Full-width and typographic forms of the few symbols that carry meaning; 0 for everything else.
char symbol_of(char32_t c) {
  constexpr auto forms = std::to_array<std::pair<char32_t, char>>(
      {{U'%', '%'},  {U'％', '%'}, {U'$', '$'},  {U'＄', '$'}, {U'/', '/'},  {U'／', '/'}, {U'.', '.'},
       {U'。', '.'}, {U'!', '!'},  {U'！', '!'}, {U'?', '?'},  {U'？', '?'}, {U';', ';'},  {U'；', ';'},
       {U'\n', ';'}, {U'…', '.'},  {U'¥', 'Y'},  {U'￥', 'Y'}, {U'€', 'E'},  {U'£', 'P'}});
  for (const auto& [form, symbol] : forms) {
    if (form == c) return symbol;
  }
  return 0;
}

struct point {
  char32_t code{0};
  std::size_t begin{0};
};

std::vector<point> points_of(std::string_view text) {
  std::vector<point> points;
  points.reserve(text.size() + 1);
  for (std::size_t at = 0; at < text.size();) {
    const auto next = utf8_at(text, at);
    points.push_back({next.valid && next.point != 0 ? next.point : U' ', at});
    at += next.size;
  }
  points.push_back({0, text.size()});
  return points;
}

// One pass over the text's code points; each read_* takes the token that begins at `at_`.
class scanner {
 public:
  explicit scanner(std::string_view text) : text_(text), points_(points_of(text)) {}

  std::vector<token> run() {
    while (points_[at_].code != 0) {
      const char32_t c = points_[at_].code;
      if (digit_of(c) >= 0) {
        read_digits();
      } else if (is_han(c)) {
        read_han();
      } else if (is_letter(c)) {
        read_word();
      } else {
        read_other();
      }
    }
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] char32_t code(std::size_t at) const { return at < points_.size() ? points_[at].code : 0; }
  [[nodiscard]] std::string_view between(std::size_t begin, std::size_t end) const {
    return text_.substr(points_[begin].begin, points_[end].begin - points_[begin].begin);
  }

  // `begin`: which code point it begins with.
  void add(token value, std::size_t begin) {
    value.begin = points_[begin].begin;
    value.glued = glued_;
    glued_ = true;
    sentence_start_ = false;
    tokens_.push_back(std::move(value));
  }

  void read_digits() {
    const std::size_t begin = at_;
    token out{.kind = token_kind::number};
    for (double fraction = 0; at_ < points_.size(); ++at_) {
      const int digit = digit_of(code(at_));
      if (digit >= 0) {
        if (fraction > 0) {
          out.value += digit * fraction;
          fraction /= 10;
        } else {
          out.value = out.value * 10 + digit;
        }
      } else if (code(at_) == '.' && fraction == 0 && digit_of(code(at_ + 1)) >= 0) {
        fraction = 0.1;
      } else if (!(code(at_) == ',' && fraction == 0 && is_thousand(at_))) {
        break;
      }
    }
    const std::size_t letters = at_;
    while (is_letter(code(at_)) || (at_ > letters && digit_of(code(at_)) >= 0)) ++at_;
    out.suffix = fold(between(letters, at_));
    out.surface = between(begin, at_);
    out.text = fold(out.surface);
    out.named = !out.suffix.empty();
    add(std::move(out), begin);
  }

  // A comma inside a number stands before exactly three digits.
  [[nodiscard]] bool is_thousand(std::size_t comma) const {
    return digit_of(code(comma + 1)) >= 0 && digit_of(code(comma + 2)) >= 0 && digit_of(code(comma + 3)) >= 0 &&
           digit_of(code(comma + 4)) < 0;
  }

  void read_han() {
    const std::size_t begin = at_;
    std::u32string run;
    while (is_han(code(at_))) run.push_back(code(at_++));
    const bool after_number = glued_ && !tokens_.empty() && tokens_.back().kind == token_kind::number;
    std::size_t piece_begin = begin;
    for (auto& piece : split_han_numbers(run, after_number)) {
      token out{.kind = piece.kind};
      out.surface = between(piece_begin, piece_begin + piece.length);
      out.text = piece.text.empty() ? fold(out.surface) : std::move(piece.text);
      out.value = piece.value;
      add(std::move(out), piece_begin);
      piece_begin += piece.length;
    }
  }

  void read_word() {
    const std::size_t begin = at_;
    const bool starts = sentence_start_;
    std::size_t letters = 0;
    std::size_t capitals = 0;
    bool digits = false;
    while (true) {
      const char32_t c = code(at_);
      if (is_letter(c) || is_mark(c) || digit_of(c) >= 0) {
        letters += is_letter(c) ? 1 : 0;
        capitals += is_upper(c) ? 1 : 0;
        digits = digits || digit_of(c) >= 0;
        ++at_;
      } else if ((is_apostrophe(c) && is_letter(code(at_ + 1))) || (c == '.' && is_abbreviation(begin))) {
        ++at_;
      } else {
        break;
      }
    }
    token out{.kind = token_kind::word};
    out.surface = between(begin, at_);
    for (const char c : fold(out.surface)) {
      if (c != '.') out.text.push_back(c);
    }
    out.upper = capitals >= 2 && capitals == letters;
    out.named = digits || capitals >= 2 || (capitals == 1 && !starts && letters > 1);
    out.cased = out.named || !starts;
    add(std::move(out), begin);
  }

  // Whether the full stop at `at_` belongs to letters such as "U.S." that began at `begin`.
  [[nodiscard]] bool is_abbreviation(std::size_t begin) const {
    if ((at_ - begin) % 2 == 0) return false;
    for (std::size_t i = begin; i < at_; ++i) {
      if ((i - begin) % 2 == 0 ? !is_letter(code(i)) : code(i) != '.') return false;
    }
    return at_ - begin > 1 || (is_letter(code(at_ + 1)) && code(at_ + 2) == '.') ||
           (is_upper(code(begin)) && is_upper(code(at_ + 1)) && !is_letter(code(at_ + 2)));
  }

  void read_other() {
    const char32_t c = code(at_);
    const char symbol = symbol_of(c);
    ++at_;
    if (symbol == 0) {
      glued_ = c == '-' || c == 0x2010 || c == 0x2011;
      return;
    }
    token out{
        .kind = token_kind::symbol, .text = std::string(1, symbol), .surface = std::string(between(at_ - 1, at_))};
    add(std::move(out), at_ - 1);
    sentence_start_ = symbol == '.' || symbol == '!' || symbol == '?' || symbol == ';';
  }

  std::string_view text_;
  std::vector<point> points_;
  std::size_t at_{0};
  std::vector<token> tokens_;
  bool glued_{false};
  bool sentence_start_{true};
};

// How a word is written: how many capitals, and whether it begins with one.
struct casing {
  std::size_t capitals{0};
  bool initial{false};
};

casing casing_of(const token& word) {
  casing found;
  for (std::size_t at = 0; at < word.surface.size();) {
    const auto next = utf8_at(word.surface, at);
    found.initial = found.initial || (at == 0 && is_upper(next.point));
    found.capitals += is_upper(next.point) ? 1 : 0;
    at += next.size;
  }
  return found;
}

// "Did a Baby Survive the Fire?", "DID A BABY SURVIVE": most words have their capital, and there are many, or a small
// word that needs none is among them.
bool is_headline(std::span<const token> sentence) {
  constexpr std::size_t many = 4;
  constexpr double share_least = 0.8;
  std::size_t words = 0;
  std::size_t capital = 0;
  bool small_word = false;
  for (std::size_t i = 0; i < sentence.size(); ++i) {
    const token& next = sentence[i];
    if (next.kind != token_kind::word) continue;
    const bool has_capital = casing_of(next).capitals > 0;
    if (is_stop_word(next.text)) {
      small_word = small_word || (has_capital && i > 0 && next.surface.size() > 1);
    } else {
      ++words;
      capital += has_capital ? 1 : 0;
    }
  }
  return (words >= many || small_word) && static_cast<double>(capital) >= share_least * static_cast<double>(words);
}

// In a headline a capital says nothing. Names are then the words that differ all the same: "iPhone" and "H200", and
// "NASA" where not all is in capitals.
void forget_capitals_of_headline(std::span<token> sentence) {
  if (!is_headline(sentence)) return;
  const bool all_upper = std::ranges::all_of(sentence, [](const token& next) {
    return next.kind != token_kind::word || next.upper || next.surface.size() == 1;
  });
  for (token& next : sentence) {
    if (next.kind != token_kind::word) continue;
    const auto written = casing_of(next);
    const bool digits = next.surface.find_first_of("0123456789") != std::string::npos;
    const bool differs = next.upper ? !all_upper : written.capitals >= 2 || (written.capitals == 1 && !written.initial);
    next.named = next.cased = next.named && (digits || differs);
  }
}

}  // namespace

std::vector<token> tokenise(std::string_view cleaned) {
  auto tokens = scanner(cleaned).run();
  const auto ends = [](const token& next) {
    return next.kind == token_kind::symbol && std::string_view{".!?;"}.contains(next.text);
  };
  for (auto begin = tokens.begin(); begin != tokens.end();) {
    const auto end = std::find_if(begin, tokens.end(), ends);
    forget_capitals_of_headline({begin, end});
    begin = end == tokens.end() ? end : end + 1;
  }
  return tokens;
}

}  // namespace stillholds
