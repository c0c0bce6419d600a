#include "knowledge/text.hpp"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>

#include "knowledge/utf8.hpp"

namespace stillholds {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_blank(char32_t c) noexcept {
  return c == U' ' || c == U'\t' || c == 0xA0 || (c > 0x7F && u_charType(static_cast<UChar32>(c)) == U_SPACE_SEPARATOR);
}

// Everything that ends a line somewhere: a reader sees a line end, so a line feed stands for it.
bool is_line_end(char32_t c) noexcept {
  return c == U'\n' || c == U'\r' || c == U'\v' || c == U'\f' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool is_control(char32_t c) noexcept { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

bool has_property(char32_t c, UProperty property) noexcept {
  return u_hasBinaryProperty(static_cast<UChar32>(c), property) != 0;
}

bool is_pictograph(char32_t c) noexcept { return c > 0x7F && has_property(c, UCHAR_EXTENDED_PICTOGRAPHIC); }

// Invisible on its own. Tag characters, bidi controls, zero-width characters and variation selectors are all in here.
bool is_invisible(char32_t c) noexcept {
  return c > 0x7F && (has_property(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) || (c >= 0xFFF9 && c <= 0xFFFB));
}

// A joiner or a variation selector that is part of a picture people see: "👩‍🚀", "❤️", "1️⃣".
bool belongs_to_picture(char32_t c, char32_t before, char32_t after) noexcept {
  if (c == 0xFE0F) return before != 0 && has_property(before, UCHAR_EMOJI);
  if (c != 0x200D) return false;
  const bool open = is_pictograph(before) || before == 0xFE0F || has_property(before, UCHAR_EMOJI_MODIFIER);
  return open && is_pictograph(after);
}

// Quotes and dashes as people's keyboards and word processors make them, to what a plain keyboard has.
char ascii_for(char32_t c) noexcept {
  if (c < 0x80) return 0;
  if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x2E3A || c == 0x2E3B) return '-';
  if ((c >= 0x2018 && c <= 0x201B) || c == 0x2032 || c == 0x2035 || c == 0x2BC || c == 0x2039 || c == 0x203A)
    return '\'';
  if ((c >= 0x201C && c <= 0x201F) || c == 0x2033 || c == 0x2036 || c == 0xAB || c == 0xBB) return '"';
  if ((c >= 0x300C && c <= 0x300F) || (c >= 0x301D && c <= 0x301F)) return '"';
  return 0;
}

std::string with_ascii_marks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto c = utf8_at(text, i);
    // "don´t": compatibility normalisation makes the acute accent a blank with a combining acute.
    if (c.point == U' ' && text.substr(i + 1, 2) == "\xCC\x81") {
      out += '\'';
      i += 3;
      continue;
    }
    if (const char plain = ascii_for(c.point); plain != 0) {
      out += plain;
    } else {
      out += text.substr(i, c.size);
    }
    i += c.size;
  }
  return out;
}

struct close_iterator {
  void operator()(UBreakIterator* it) const noexcept { ubrk_close(it); }
};

// Opening an iterator reads rule data and takes microseconds; each thread keeps its own.
UBreakIterator* grapheme_iterator() {
  thread_local const std::unique_ptr<UBreakIterator, close_iterator> iterator{[] {
    UErrorCode code = U_ZERO_ERROR;
    auto* opened = ubrk_open(UBRK_CHARACTER, "", nullptr, 0, &code);
    return U_SUCCESS(code) ? opened : nullptr;
  }()};
  return iterator.get();
}

// The last grapheme border at or before `offset`, which is a code point border.
std::size_t grapheme_border(std::string_view text, std::size_t offset) {
  const auto plain = [&](std::size_t at) { return static_cast<unsigned char>(text[at]) < 0x80 && text[at] != '\r'; };
  if (offset == 0 || offset >= text.size() || (plain(offset - 1) && plain(offset))) return offset;
  auto* const iterator = grapheme_iterator();
  if (iterator == nullptr) return offset;
  UErrorCode code = U_ZERO_ERROR;
  UText view = UTEXT_INITIALIZER;
  utext_openUTF8(&view, text.data(), static_cast<std::int64_t>(text.size()), &code);
  ubrk_setUText(iterator, &view, &code);
  if (U_SUCCESS(code)) {
    const auto wanted = static_cast<std::int32_t>(offset);
    if (ubrk_isBoundary(iterator, wanted) == 0)
      offset = static_cast<std::size_t>(std::max(ubrk_preceding(iterator, wanted), 0));
  }
  utext_close(&view);
  return offset;
}

// Where the run of visible ASCII that starts at `from` ends; `from` when there is none.
std::size_t plain_word_end(std::string_view text, std::size_t from) noexcept {
  while (from < text.size() && text[from] > ' ' && text[from] < 0x7F) ++from;
  return from;
}

// Collects tidied text: blanks are held back until something visible follows, line feeds likewise.
class tidy_writer {
 public:
  explicit tidy_writer(std::size_t room) { out_.reserve(room); }

  void blank(char32_t c) {
    tab_ = blanks_ == 0 && c == U'\t';
    ++blanks_;
  }
  void line_end() {
    ++lines_;
    blanks_ = 0;
  }
  void visible(std::string_view bytes) {
    if (!out_.empty()) {
      if (lines_ > 0) out_.append(std::min<std::size_t>(lines_, 2), '\n');
      if (lines_ == 0 && blanks_ > 0) out_ += tab_ ? '\t' : ' ';
    }
    lines_ = blanks_ = 0;
    out_ += bytes;
  }
  [[nodiscard]] bool gap() const noexcept { return lines_ + blanks_ > 0; }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
  std::size_t lines_{0};
  std::size_t blanks_{0};
  bool tab_{false};
};

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  for (std::size_t i = ascii_prefix(text); i < text.size();) {
    const auto c = utf8_at(text, i);
    if (!c.valid) return false;
    i += c.size;
    i += ascii_prefix(text.substr(i));
  }
  return true;
}

std::string to_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string{text};
  std::string out;
  out.reserve(text.size() + 16);
  for (std::size_t i = 0; i < text.size();) {
    const auto c = utf8_at(text, i);
    out += c.valid ? text.substr(i, c.size) : replacement;
    i += c.size;
  }
  return out;
}

std::size_t code_points(std::string_view text) noexcept {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) i += utf8_at(text, i).size;
  return count;
}

std::size_t utf16_units(std::string_view text) noexcept {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = utf8_at(text, i);
    count += c.point > 0xFFFF ? 2 : 1;
    i += c.size;
  }
  return count;
}

std::size_t byte_at_utf16(std::string_view text, std::size_t units) noexcept {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = utf8_at(text, i);
    count += c.point > 0xFFFF ? 2 : 1;
    if (count > units) return i;
    i += c.size;
  }
  return text.size();
}

std::string_view cut(std::string_view text, std::size_t max_code_points) {
  if (text.size() <= max_code_points) return text;
  std::size_t end = 0;
  for (std::size_t count = 0; count < max_code_points && end < text.size(); ++count) end += utf8_at(text, end).size;
  return text.substr(0, grapheme_border(text, end));
}

std::string tidy(std::string_view text) {
  tidy_writer out{text.size()};
  char32_t before = 0;  // the last character kept, 0 after a gap
  for (std::size_t i = 0; i < text.size();) {
    if (const auto end = plain_word_end(text, i); end > i) {
      out.visible(text.substr(i, end - i));
      before = static_cast<unsigned char>(text[end - 1]);
      i = end;
      continue;
    }
    const auto c = utf8_at(text, i);
    const auto bytes = c.valid ? text.substr(i, c.size) : replacement;
    i += c.size;
    if (is_line_end(c.point)) {
      if (c.point == U'\r' && i < text.size() && text[i] == '\n') ++i;
      out.line_end();
    } else if (is_blank(c.point)) {
      out.blank(c.point);
    } else if (!is_control(c.point)) {
      if (out.gap()) before = 0;
      const auto after = i < text.size() ? utf8_at(text, i).point : U'\0';
      if (is_invisible(c.point) && !belongs_to_picture(c.point, before, after)) continue;
      out.visible(bytes);
      before = c.point;
    }
  }
  return out.take();
}

std::string_view trim(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t\n\r\v\f";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string ascii_lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

bool same_ascii(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string fold(std::string_view text) {
  if (ascii_prefix(text) == text.size()) return ascii_lower(text);
  UErrorCode code = U_ZERO_ERROR;
  static const auto* const normalizer = icu::Normalizer2::getNFKCCasefoldInstance(code);
  if (U_FAILURE(code) || normalizer == nullptr) return ascii_lower(to_utf8(text));
  std::string checked;
  if (!is_utf8(text)) text = checked = to_utf8(text);
  std::string folded;
  folded.reserve(text.size());
  icu::StringByteSink<std::string> sink{&folded};
  normalizer->normalizeUTF8(0, icu::StringPiece{text.data(), static_cast<std::int32_t>(text.size())}, sink, nullptr,
                            code);
  return with_ascii_marks(U_SUCCESS(code) ? folded : ascii_lower(text));
}

std::string_view guess_language(std::string_view text) noexcept {
  std::size_t letters = 0;
  std::size_t words = 0;  // in Latin letters
  std::size_t han = 0;
  bool in_word = false;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = utf8_at(text, i);
    i += c.size;
    if (c.point < 0x80) {
      const auto lower = c.point | 0x20;
      const bool letter = lower >= U'a' && lower <= U'z';
      letters += letter ? 1 : 0;
      words += letter && !in_word ? 1 : 0;
      in_word = letter;
    } else if (has_property(c.point, UCHAR_ALPHABETIC)) {
      ++letters;
      han += has_property(c.point, UCHAR_IDEOGRAPHIC) ? 1 : 0;
      in_word = false;
    }
  }
  // "OpenAI呢" is Chinese, "what is 算力 in the US" is not.
  return han > 0 && (han * 3 >= letters || words <= 1) ? "zh" : "en";
}

}  // namespace stillholds
