#include "handlers/port/bracket_text.hpp"

#include <algorithm>

#include "handlers/port/escape.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

// What a person sees of "<…>": a link's address; anything else stays as it is.
std::string open_token(std::string_view token) {
  const auto bar = token.find('|');
  const auto target = token.substr(0, bar);
  if (target.starts_with("http://") || target.starts_with("https://")) return std::string{target};
  if (target.starts_with("mailto:") || target.starts_with("tel:")) {
    return std::string{bar == std::string_view::npos ? target : token.substr(bar + 1)};
  }
  return "<" + std::string{token} + ">";
}

}  // namespace

bracket_text read_bracket_text(std::string_view raw, std::string_view bot_user, const quoting& marks) {
  const auto skip = not_own_words(raw, marks);
  const auto own = "@" + std::string{bot_user};
  bracket_text out;
  for (std::size_t at = 0; at < raw.size();) {
    const auto open = std::min(raw.find('<', at), raw.size());
    out.words += raw.substr(at, open - at);
    if (open == raw.size()) break;
    const auto close = raw.find('>', open);
    if (close == std::string_view::npos) {
      out.words += raw.substr(open);
      break;
    }
    const auto token = raw.substr(open + 1, close - open - 1);
    if (token.substr(0, token.find('|')) == own && !lies_in(skip, open)) {
      out.begins_with_bot = out.begins_with_bot || trim(out.words).empty();
      out.names_bot = true;
    } else {
      out.words += open_token(token);
    }
    at = close + 1;
  }
  out.words = decode_entities(out.words);
  return out;
}

}  // namespace stillholds
