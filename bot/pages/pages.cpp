#include "bot/pages/pages.hpp"

#include <fmt/format.h>

#include <optional>

#include "bot/pages/view.hpp"
#include "knowledge/text.hpp"

namespace stillholds {

extern const std::string_view style_sheet_text;  // made from bot/pages/style.css by deploy/embed.cmake
extern const std::string_view icon_text;         // made from bot/pages/icon.svg

namespace {

constexpr std::size_t question_max = 500;  // code points; the box takes no more either

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

// A form's value: "+" is a blank, "%41" is "A", and what is neither stays as it is.
std::string form_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto high = hex_digit(text[i + 1]);
      const auto low = hex_digit(text[i + 2]);
      if (high && low) {
        out += static_cast<char>(*high * 16 + *low);
        i += 2;
        continue;
      }
    }
    out += text[i] == '+' ? ' ' : text[i];
  }
  return out;
}

// The first value of a name in a query; empty when it has none.
std::string query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    const auto equals = pair.find('=');
    if (pair.substr(0, equals) == name) {
      return equals == std::string_view::npos ? std::string{} : form_decoded(pair.substr(equals + 1));
    }
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
  }
  return {};
}

std::string prefix_of(std::string_view public_url) {
  const auto host = public_url.find("://");
  const auto path = host == std::string_view::npos ? std::string_view::npos : public_url.find('/', host + 3);
  if (path == std::string_view::npos) return {};
  auto prefix = public_url.substr(path);
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  return std::string{prefix};
}

// FNV-1a: an entity tag needs no more than to change with the body.
std::string stamp_of(std::string_view body) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : body) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return fmt::format("{:016x}", hash);
}

page finished(std::string body, std::string_view content_type = "text/html; charset=utf-8") {
  auto tag = fmt::format("\"{}\"", stamp_of(body));
  return {.status = 200, .content_type = std::string{content_type}, .body = std::move(body), .etag = std::move(tag)};
}

// "/a/{article}" or "/a/{article}/{claim}", each with or without a slash at the end.
std::optional<page> knowledge_page(const view& on, std::string_view path) {
  if (!path.starts_with("/a/")) return std::nullopt;
  path.remove_prefix(3);
  if (path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.find('/');
  const auto* const of = on.whole.find_article(path.substr(0, slash));
  if (of == nullptr) return std::nullopt;
  if (slash == std::string_view::npos) return finished(article_view(on, *of));
  const auto* const what = of->find(path.substr(slash + 1));
  if (what == nullptr) return std::nullopt;
  return finished(claim_view(on, *of, *what));
}

}  // namespace

page public_page(std::string_view path, std::string_view query, const snapshot& whole, const page_context& context) {
  if (path == "/style.css") return finished(std::string{style_sheet_text}, "text/css; charset=utf-8");
  if (path == "/icon.svg") return finished(std::string{icon_text}, "image/svg+xml");
  static const auto style_stamp = stamp_of(style_sheet_text).substr(0, 8);
  auto language = query_value(query, "lang");
  if (!context.words.speaks(language)) language = "en";
  const view on{.whole = whole,
                .context = context,
                .language = std::move(language),
                .prefix = prefix_of(context.public_url),
                .style_stamp = style_stamp};
  if (path == "/" || path.empty()) {
    const auto question = tidy(query_value(query, "q"));
    return finished(front_view(on, cut(question, question_max)));
  }
  if (auto found = knowledge_page(on, path)) return std::move(*found);
  return {.status = 404, .body = missing_view(on)};
}

}  // namespace stillholds
