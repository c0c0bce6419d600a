#include "handlers/port/dialects.hpp"

#include "handlers/port/escape.hpp"
#include "knowledge/text.hpp"

namespace stillholds {

namespace {

// What the character that ends just before `end` looks like in ASCII: itself, or of a full-width one (U+FF01 to U+FF5E)
// its narrow form.
char narrow_before(std::string_view text, std::size_t end) {
  const auto byte = [&](std::size_t back) { return static_cast<unsigned char>(text[end - back]); };
  if (end < 3 || byte(3) != 0xEF || (byte(2) != 0xBC && byte(2) != 0xBD)) return text[end - 1];
  return static_cast<char>((byte(2) - 0xBC) * 0x40 + (byte(1) - 0x80) + 0x20);
}

}  // namespace

std::string join_after(std::string_view text, std::string_view marks) {
  std::string out;
  out.reserve(text.size() + 16);
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    const bool blank_next = i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n';
    if (!blank_next && marks.contains(narrow_before(text, i + 1))) out += word_joiner;
  }
  return out;
}

dialect markdown_dialect(std::size_t limit, std::string_view cut_after, finisher finish) {
  const auto shown = [marks = std::string(cut_after), finish](std::string_view text) {
    auto escaped = escape_markdown(join_after(defang(text), marks));
    return finish == nullptr ? escaped : finish(escaped);
  };
  dialect made;
  made.escape = shown;
  made.link = [shown](std::string_view url, std::string_view label) {
    const auto address = escape_entities(safe_address(url));
    if (address.empty()) return shown(label);
    const auto words = shown(label);
    return "[" + (words.empty() ? escape_markdown(tidy(url)) : words) + "](" + address + ")";
  };
  made.strong = [](std::string_view text) { return emphasise(text, "**"); };
  made.item_mark = "- ";
  made.part_break = "\n\n";
  made.limit = limit;
  made.labels_carry_links = true;
  return made;
}

dialect open_dialect(std::size_t limit, std::string_view cut_after) {
  auto made = plain_dialect(limit);
  const auto shown = [marks = std::string(cut_after)](std::string_view text) {
    return join_after(defang(text), marks);
  };
  made.escape = shown;
  made.link = [shown](std::string_view url, std::string_view label) {
    const auto address = safe_address(url);
    const auto words = shown(label);
    return words.empty() || address.empty() ? words + address : words + std::string{colon_after(label)} + address;
  };
  return made;
}

dialect html_dialect(std::size_t limit, std::string_view line_break, std::string_view cut_after) {
  const auto shown = [marks = std::string(cut_after), line_break](std::string_view text) {
    std::string out;
    for (const char c : escape_entities(join_after(defang(text), marks))) {
      if (c == '"') {
        out += "&quot;";
      } else if (c == '\n') {
        out += line_break;
      } else {
        out += c;
      }
    }
    return out;
  };
  dialect made;
  made.escape = shown;
  made.link = [shown](std::string_view url, std::string_view label) {
    const auto address = escape_entities(safe_address(url));
    auto words = shown(label);
    if (address.empty()) return words;
    return "<a href=\"" + address + "\">" + (words.empty() ? shown(url) : words) + "</a>";
  };
  made.strong = [](std::string_view text) { return text.empty() ? std::string{} : "<b>" + std::string(text) + "</b>"; };
  made.line_break = line_break;
  made.part_break = line_break;
  made.limit = limit;
  made.labels_carry_links = true;
  return made;
}

std::string hidden_mark(std::string_view key) { return "\n\n<!-- stillholds " + std::string(key) + " -->"; }

}  // namespace stillholds
