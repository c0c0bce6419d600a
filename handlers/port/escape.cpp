#include "handlers/port/escape.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "handlers/port/encoding.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_host_character(char c) noexcept {
  return is_letter(c) || is_digit(c) || c == '-' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_blank(char c) noexcept { return c == ' ' || c == '\n' || c == '\t'; }

// May a label end host names that link finders take without a scheme? There are more than a thousand top-level names,
// and new ones come, so any word of letters is taken for one, but for those that are reserved (RFC 6761) and the usual
// endings of files, which are none.
bool ends_host_name(std::string_view label) {
  constexpr std::array<std::string_view, 24> never{
      "example", "test", "invalid", "localhost", "local", "onion", "png", "jpg", "jpeg", "gif",  "svg", "webp",
      "pdf",     "html", "htm",     "php",       "json",  "xml",   "txt", "csv", "doc",  "docx", "xls", "xlsx"};
  if (label.empty() || std::ranges::find(never, ascii_lower(label)) != never.end()) return false;
  if (static_cast<unsigned char>(label[0]) >= 0x80 || same_ascii(label.substr(0, 4), "xn--")) return true;
  return label.size() >= 2 && std::ranges::all_of(label, is_letter);
}

// The part of a label before its first character beyond ASCII: "com" of "com。见", where finders end a name.
std::string_view ascii_part(std::string_view label) {
  const auto beyond = std::ranges::find_if(label, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return label.substr(0, static_cast<std::size_t>(beyond - label.begin()));
}

// Names with a dot are left to the host names, of which "x.example:80" is one.
// Where the scheme ends whose name begins at `from` ("https:" -> just past the colon); `from` when there is none.
std::size_t scheme_end(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]) || text[end] == '+' || text[end] == '-')) {
    ++end;
  }
  const bool named = end - from >= 2 && end + 1 < text.size() && text[end] == ':' && !is_blank(text[end + 1]);
  return named ? end + 1 : from;
}

// Where the word of host name characters that begins at `from` ends.
std::size_t label_end(std::string_view text, std::size_t from) {
  while (from < text.size() && is_host_character(text[from])) ++from;
  return from;
}

bool stands_in(std::string_view set, char c) noexcept { return set.find(c) != std::string_view::npos; }

// At the beginning of a line: how many characters of a list number ("12" of "12. x") or of a single mark come before
// the one that needs the backslash; npos when the line starts nothing.
std::size_t line_mark(std::string_view line) {
  std::size_t digits = 0;
  while (digits < line.size() && digits < 10 && is_digit(line[digits])) ++digits;
  if (digits < line.size() && digits > 0) return stands_in(".)", line[digits]) ? digits : std::string_view::npos;
  return !line.empty() && stands_in("+=", line.front()) ? 0 : std::string_view::npos;
}

}  // namespace

std::string defang(std::string_view raw) {
  const auto text = tidy(raw);
  std::string out;
  out.reserve(text.size() + 16);
  for (std::size_t i = 0; i < text.size();) {
    const char before = i == 0 ? ' ' : text[i - 1];
    if (text[i] == '/' && before != ':' && text.substr(i, 2) == "//") {
      out += '/';
      out += word_joiner;
      ++i;
      continue;
    }
    if (!is_host_character(text[i])) {
      out += text[i++];
      continue;
    }
    // Not inside a longer name: it was looked at as a whole.
    if (const auto end = stands_in("+.-", before) ? i : scheme_end(text, i); end != i && is_letter(text[i])) {
      out += text.substr(i, end - i);
      out += word_joiner;
      i = end;
      continue;
    }
    const auto end = label_end(text, i);
    const auto label = std::string_view{text}.substr(i, end - i);
    const bool last = before == '.' && !(end + 1 < text.size() && text[end] == '.' && is_host_character(text[end + 1]));
    const auto ascii = ascii_part(label);
    const bool ends_early = before == '.' && ascii.size() < label.size() && ends_host_name(ascii);
    if (ends_early || (last && ends_host_name(label))) out += word_joiner;
    out += label;
    if (same_ascii(label, "www") && end < text.size() && text[end] == '.') out += word_joiner;
    i = end;
  }
  return out;
}

std::string escape_entities(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string decode_entities(std::string_view text) {
  using entity = std::pair<std::string_view, char>;
  constexpr std::array<entity, 3> known{entity{"&amp;", '&'}, entity{"&lt;", '<'}, entity{"&gt;", '>'}};
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto here = [&](const entity& one) { return text.substr(i).starts_with(one.first); };
    const auto* const found = std::ranges::find_if(known, here);
    out += found == known.end() ? text[i] : found->second;
    i += found == known.end() ? 1 : found->first.size();
  }
  return out;
}

std::string escape_markdown(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8 + 16);
  std::size_t marked = line_mark(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool money = c == '$' && i + 1 < text.size() && is_digit(text[i + 1]);  // "$6m to $9m" is no formula
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else {
      if (stands_in("\\`*_~|>#-[]()!", c) || money || i == marked) out += '\\';
      out += c;
    }
    if (c == '\n') {
      const auto mark = line_mark(text.substr(i + 1));
      marked = mark == std::string_view::npos ? mark : i + 1 + mark;
    }
  }
  return out;
}

std::string safe_address(std::string_view url) {
  const auto scheme = url.substr(0, std::min(url.find("://"), url.size()));
  if (!same_ascii(scheme, "http") && !same_ascii(scheme, "https")) return {};
  std::string out;
  out.reserve(url.size());
  for (const char c : url) {
    const bool plain = c > ' ' && c < 0x7F && !stands_in("\"'<>()[]{}\\|`^*", c);
    out += plain ? std::string(1, c) : percent_encode(std::string_view{&c, 1});
  }
  return out;
}

std::string emphasise(std::string_view text, std::string_view mark) {
  const bool fits = !text.empty() && text.find('\n') == std::string_view::npos && trim(text).size() == text.size() &&
                    text.find(mark.front()) == std::string_view::npos;
  return fits ? std::string(mark) + std::string(text) + std::string(mark) : std::string(text);
}

}  // namespace stillholds
