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

struct html_tag {
  std::string_view name;
  bool closes{false};
};

// From what stands between "<" and ">".
html_tag tag_in(std::string_view inner) {
  html_tag made{.name = {}, .closes = inner.starts_with('/')};
  inner.remove_prefix(made.closes ? 1 : 0);
  made.name = inner.substr(0, std::min(inner.find_first_of(" />\t\n"), inner.size()));
  return made;
}

bool breaks_line(std::string_view name) {
  constexpr std::array<std::string_view, 6> breaking{"br", "p", "div", "li", "blockquote", "pre"};
  return std::ranges::any_of(breaking, [&](std::string_view one) { return same_ascii(name, one); });
}

// The text as it grows.
class shown {
 public:
  void add(char c) {
    if (quotes_ > 0 && at_line_begin()) out_ += "> ";
    out_ += c;
  }
  void add(std::string_view text) {
    for (const char c : text) add(c);
  }

  void enter(const html_tag& tag) {
    if (breaks_line(tag.name)) end_line();
    if (same_ascii(tag.name, "blockquote")) {
      quotes_ = tag.closes ? std::max(quotes_, 1) - 1 : quotes_ + 1;
    } else if (same_ascii(tag.name, "pre") && tag.closes == in_pre_) {
      in_pre_ = !tag.closes;
      add("```");
      end_line();
    } else if (same_ascii(tag.name, "code") && !in_pre_) {
      add('`');
    }
  }

  [[nodiscard]] std::string take() { return std::string(trim(out_)); }

 private:
  [[nodiscard]] bool at_line_begin() const { return out_.empty() || out_.ends_with('\n'); }
  void end_line() {
    if (!at_line_begin()) out_ += '\n';
  }

  std::string out_;
  int quotes_{0};
  bool in_pre_{false};
};

}  // namespace

std::string text_of_html(std::string_view html) {
  shown text;
  // Behind the last ">" there is no tag, however often one seems to begin: nothing is searched twice.
  const auto last = html.rfind('>');
  const auto tags_end = last == std::string_view::npos ? 0 : last;
  for (std::size_t i = 0; i < html.size();) {
    if (html[i] == '<' && i < tags_end) {
      const auto end = html.find('>', i);
      text.enter(tag_in(html.substr(i + 1, end - i - 1)));
      i = end + 1;
      continue;
    }
    const auto semicolon = html[i] == '&' ? html.substr(i, entity_max + 2).find(';') : std::string_view::npos;
    std::string stands_for;
    if (semicolon != std::string_view::npos && append_entity(html.substr(i + 1, semicolon - 1), stands_for)) {
      text.add(stands_for);
      i += semicolon + 1;
      continue;
    }
    text.add(html[i++]);
  }
  return text.take();
}

}  // namespace stillholds
