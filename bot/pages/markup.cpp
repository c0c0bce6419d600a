#include "bot/pages/markup.hpp"

#include <array>

#include "knowledge/utf8.hpp"

namespace stillholds {
namespace {

// Elements that stand on lines of their own, so that the page's source can be read.
constexpr std::array blocks{std::string_view{"html"},    std::string_view{"head"},   std::string_view{"body"},
                            std::string_view{"main"},    std::string_view{"header"}, std::string_view{"footer"},
                            std::string_view{"section"}, std::string_view{"ul"},     std::string_view{"ol"},
                            std::string_view{"dl"},      std::string_view{"li"},     std::string_view{"div"},
                            std::string_view{"article"}, std::string_view{"form"},   std::string_view{"nav"}};

bool is_block(std::string_view tag) {
  for (const auto block : blocks) {
    if (block == tag) return true;
  }
  return false;
}

bool is_hidden(char32_t c) noexcept {
  const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  const bool bidi = c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  return control || bidi || c == 0x061C || c == 0xFEFF;
}

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t i = 0; i < text.size();) {
    const auto c = utf8_at(text, i);
    switch (c.point) {
      case U'&': out += "&amp;"; break;
      case U'<': out += "&lt;"; break;
      case U'>': out += "&gt;"; break;
      case U'"': out += "&quot;"; break;
      case U'\'': out += "&#39;"; break;
      case U'\n':
      case U'\t': out += ' '; break;
      default:
        if (!c.valid) {
          out += "\xEF\xBF\xBD";
        } else if (!is_hidden(c.point)) {
          out += text.substr(i, c.size);
        }
    }
    i += c.size;
  }
  return out;
}

bool is_web_address(std::string_view url) noexcept { return url.starts_with("https://") || url.starts_with("http://"); }

markup::element markup::in(std::string_view tag, attributes with) {
  start(tag, with);
  open_.emplace_back(tag);
  if (is_block(tag)) out_ += '\n';
  return element(*this);
}

markup& markup::text(std::string_view value) {
  out_ += html_escaped(value);
  return *this;
}

markup& markup::leaf(std::string_view tag, attributes with, std::string_view value) {
  start(tag, with);
  text(value);
  out_.append("</").append(tag).append(">");
  if (is_block(tag) || tag == "p" || tag == "dd" || tag == "title" || tag.starts_with("h")) out_ += '\n';
  return *this;
}

markup& markup::single(std::string_view tag, attributes with) {
  start(tag, with);
  if (tag == "meta" || tag == "link") out_ += '\n';
  return *this;
}

markup& markup::link(std::string_view url, std::string_view label, std::string_view style) {
  const bool ours = url.starts_with('/') && !url.starts_with("//");
  if (!ours && !is_web_address(url)) return leaf("span", {{"class", style}}, label);
  return leaf("a", {{"class", style}, {"href", url}, {"rel", ours ? "" : "external noopener"}}, label);
}

void markup::start(std::string_view tag, attributes with) {
  out_.append("<").append(tag);
  for (const auto& [name, value] : with) {
    if (!value.empty()) out_.append(" ").append(name).append("=\"").append(html_escaped(value)).append("\"");
  }
  out_ += '>';
}

void markup::close() {
  out_.append("</").append(open_.back()).append(">");
  if (is_block(open_.back()) || open_.back() == "p") out_ += '\n';
  open_.pop_back();
}

}  // namespace stillholds
