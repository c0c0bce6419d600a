#include "handlers/port/html_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "knowledge/text.hpp"
#include "knowledge/utf8.hpp"

namespace stillholds {
namespace {

constexpr std::size_t entity_max = 10;

std::optional<char32_t> numeric(std::string_view body) {
  const bool hex = body.starts_with("#x") || body.starts_with("#X");
  const auto digits = body.substr(hex ? 2 : 1);
  std::uint32_t value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
  const bool good = fault == std::errc{} && end == digits.data() + digits.size() && value > 0 && value < 0x110000 &&
                    (value < 0xD800 || value > 0xDFFF);
  return good ? std::optional{static_cast<char32_t>(value)} : std::nullopt;
}

// Appends what the entity between & and ; stands for; false when it is none.
bool append_entity(std::string_view body, std::string& out) {
  constexpr std::array<std::pair<std::string_view, char>, 6> named{
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}, {"nbsp", ' '}}};
  const auto* const known = std::ranges::find(named, body, &std::pair<std::string_view, char>::first);
  if (known != named.end()) {
    out += known->second;
    return true;
  }
  const auto point = body.starts_with('#') ? numeric(body) : std::nullopt;
  if (point) append_utf8(out, *point);
  return point.has_value();
}

bool breaks_line(std::string_view tag) {
  const auto name = tag.substr(tag.starts_with('/') ? 1 : 0);
  const auto end = std::min(name.find_first_of(" />\t\n"), name.size());
  constexpr std::array<std::string_view, 6> breaking{"br", "p", "div", "li", "blockquote", "pre"};
  return std::ranges::any_of(breaking, [&](std::string_view one) { return same_ascii(name.substr(0, end), one); });
}

}  // namespace

std::string text_of_html(std::string_view html) {
  std::string out;
  out.reserve(html.size());
  for (std::size_t i = 0; i < html.size();) {
    if (html[i] == '<') {
      const auto end = html.find('>', i);
      if (end != std::string_view::npos) {
        if (breaks_line(html.substr(i + 1, end - i - 1)) && !out.empty() && !out.ends_with('\n')) out += '\n';
        i = end + 1;
        continue;
      }
    }
    const auto semicolon = html[i] == '&' ? html.substr(i, entity_max + 2).find(';') : std::string_view::npos;
    if (semicolon != std::string_view::npos && append_entity(html.substr(i + 1, semicolon - 1), out)) {
      i += semicolon + 1;
      continue;
    }
    out += html[i++];
  }
  return std::string(trim(out));
}

}  // namespace stillholds
