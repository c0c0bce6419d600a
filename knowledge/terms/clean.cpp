#include "knowledge/terms/clean.hpp"

#include <unicode/translit.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "knowledge/text.hpp"
#include "knowledge/utf8.hpp"

namespace stillholds {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_ascii_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_ascii_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_tag_part(char c) { return is_ascii_upper(c) || is_ascii_lower(c) || is_ascii_digit(c) || c == '_'; }

std::string without_entities(std::string_view text) {
  constexpr auto entities = std::to_array<std::pair<std::string_view, std::string_view>>({{"&amp;", "&"},
                                                                                          {"&lt;", "<"},
                                                                                          {"&gt;", ">"},
                                                                                          {"&quot;", "\""},
                                                                                          {"&#39;", "'"},
                                                                                          {"&apos;", "'"},
                                                                                          {"&nbsp;", " "},
                                                                                          {"&mdash;", "—"},
                                                                                          {"&ndash;", "–"},
                                                                                          {"&hellip;", "…"},
                                                                                          {"&rsquo;", "'"},
                                                                                          {"&lsquo;", "'"}});
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::size_t taken = 0;
    if (text[at] == '&') {
      for (const auto& [entity, character] : entities) {
        if (!text.substr(at).starts_with(entity)) continue;
        out += character;
        taken = entity.size();
        break;
      }
    }
    if (taken == 0) out += text[at], taken = 1;
    at += taken;
  }
  return out;
}

// The bytes of the web address that begins at `at`; 0 when none does. An address ends at a blank or a non-ASCII byte.
std::size_t address_length(std::string_view text, std::size_t at) {
  if (at > 0 && is_tag_part(text[at - 1])) return 0;
  const auto rest = text.substr(at);
  bool begins = false;
  for (const std::string_view start :
       {"http://", "https://", "www.", "pic.twitter.com/", "t.co/", "bit.ly/", "youtu.be/"}) {
    begins = begins || (rest.size() > start.size() && same_ascii(rest.substr(0, start.size()), start));
  }
  if (!begins) return 0;
  std::size_t length = 0;
  while (length < rest.size() && !is_blank(rest[length]) && static_cast<unsigned char>(rest[length]) < 0x80) ++length;
  return length;
}

// The bytes of "— Name (@handle) June 3, 2020" at `at`; 0 when it is not such a signature.
std::size_t signature_length(std::string_view text, std::size_t at) {
  constexpr std::size_t name_bytes_max = 80;
  auto rest = text.substr(at);
  if (!rest.starts_with("—") && !rest.starts_with("--")) return 0;
  const auto handle = rest.find("(@");
  if (handle == std::string_view::npos || handle > name_bytes_max || rest.find('\n') < handle) return 0;
  const auto name = rest.substr(2, handle - 2);
  if (name.contains("—") || name.contains("--")) return 0;
  const auto close = rest.find(')', handle);
  if (close == std::string_view::npos || close - handle > name_bytes_max) return 0;
  std::size_t end = close + 1;
  std::size_t date = end;
  while (date < rest.size() && (is_tag_part(rest[date]) || rest[date] == ' ' || rest[date] == ',')) {
    if (++date - end > 24) break;
    if (is_ascii_digit(rest[date - 1]) && date - end > 8 && (date == rest.size() || !is_ascii_digit(rest[date]))) {
      end = date;
      break;
    }
  }
  return end;
}

// "realDonaldTrump" as "real Donald Trump", "AIGap_2025" as "AI Gap 2025", "COVID19" as "COVID 19"; "H200" stays.
void append_split(std::string_view tag, std::string& out) {
  std::size_t letters = 0;
  for (std::size_t i = 0; i < tag.size(); ++i) {
    const char c = tag[i];
    if (i > 0 && c != '_') {
      const char before = tag[i - 1];
      const bool hump = is_ascii_upper(c) && (is_ascii_lower(before) || is_ascii_digit(before));
      const bool last_capital =
          is_ascii_upper(before) && is_ascii_upper(c) && i + 1 < tag.size() && is_ascii_lower(tag[i + 1]);
      const bool number = is_ascii_digit(c) && letters >= 3;
      if (hump || last_capital || number) {
        out += ' ';
        letters = 0;
      }
    }
    letters = is_ascii_digit(c) ? 0 : letters + 1;
    out += c == '_' ? ' ' : c;
  }
}

bool holds_han(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto next = utf8_at(text, at);
    UErrorCode status = U_ZERO_ERROR;
    if (next.point >= 0x2E80 && uscript_getScript(static_cast<UChar32>(next.point), &status) == USCRIPT_HAN)
      return true;
    at += next.size;
  }
  return false;
}

// Claim files are in simplified characters; readers from elsewhere are not.
std::string simplified(std::string text) {
  thread_local const std::unique_ptr<icu::Transliterator> converter = [] {
    UErrorCode status = U_ZERO_ERROR;
    return std::unique_ptr<icu::Transliterator>(
        icu::Transliterator::createInstance("Traditional-Simplified", UTRANS_FORWARD, status));
  }();
  if (!converter || !holds_han(text)) return text;
  auto wide = icu::UnicodeString::fromUTF8(text);
  converter->transliterate(wide);
  text.clear();
  wide.toUTF8String(text);
  return text;
}

}  // namespace

std::string clean(std::string_view text) {
  const std::string plain = without_entities(to_utf8(text));
  const std::string_view view = plain;
  std::string out;
  out.reserve(view.size());
  for (std::size_t at = 0; at < view.size();) {
    if (const auto skip = std::max(address_length(view, at), signature_length(view, at)); skip > 0) {
      out += ' ';
      at += skip;
      continue;
    }
    const bool tag = (view[at] == '@' || view[at] == '#') && at + 1 < view.size() && is_tag_part(view[at + 1]) &&
                     (at == 0 || !is_tag_part(view[at - 1]));
    if (!tag) {
      out += view[at++];
      continue;
    }
    std::size_t end = at + 1;
    while (end < view.size() && is_tag_part(view[end])) ++end;
    out += ' ';
    append_split(view.substr(at + 1, end - at - 1), out);
    out += ' ';
    at = end;
  }
  return simplified(std::move(out));
}

}  // namespace stillholds
