#include "bot/pages/view.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stillholds {
namespace {

std::string_view style_of(const verdict* now) {
  return now == nullptr ? std::string_view{"unjudged"} : name_of(now->status);
}

// The next language in the wording's order: with two, simply the other one.
std::string other_language(const view& on) {
  const auto& all = on.context.words.languages();
  const auto own = std::ranges::find(all, on.language);
  if (own == all.end()) return "en";
  return own + 1 == all.end() ? all.front() : *(own + 1);
}

std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string with_question(std::string address, std::string_view question) {
  if (question.empty()) return address;
  return address + (address.find('?') == std::string::npos ? "?q=" : "&q=") + encoded(question);
}

}  // namespace

std::string view::address(std::string_view path, std::string_view in_language) const {
  const auto in = in_language == "en" ? std::string{} : fmt::format("?lang={}", in_language);
  return fmt::format("{}{}{}", prefix, path, in);
}

std::string_view view::foreign(const article& of, const translations& by_language) const {
  return language == of.language || by_language.contains(language) ? std::string_view{} : std::string_view{of.language};
}

void begin_page(markup& html, const view& on, const frame& around) {
  const auto name = on.say("page.name");
  const auto head = html.in("head");
  html.single("meta", {{"charset", "utf-8"}});
  html.single("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.single("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  html.leaf("title", around.title == name ? name : fmt::format("{} · {}", around.title, name));
  html.single("meta", {{"name", "description"}, {"content", around.description}});
  html.single("meta", {{"property", "og:title"}, {"content", around.title}});
  html.single("meta", {{"property", "og:description"}, {"content", around.description}});
  html.single("meta", {{"property", "og:type"}, {"content", around.kind}});
  html.single("meta", {{"property", "og:site_name"}, {"content", name}});
  html.single("link", {{"rel", "stylesheet"}, {"href", fmt::format("{}/style.css?v={}", on.prefix, on.style_stamp)}});
  html.single("link", {{"rel", "icon"}, {"type", "image/svg+xml"}, {"href", on.prefix + "/icon.svg"}});
  if (around.path.empty()) return;
  const auto public_address = [&](std::string_view language) {
    return fmt::format("{}{}{}", on.context.public_url, around.path,
                       language == "en" ? std::string{} : fmt::format("?lang={}", language));
  };
  html.single("link", {{"rel", "canonical"}, {"href", public_address(on.language)}});
  for (const auto& language : on.context.words.languages()) {
    html.single("link", {{"rel", "alternate"}, {"hreflang", language}, {"href", public_address(language)}});
  }
}

void write_header(markup& html, const view& on, const frame& around) {
  html.leaf("a", {{"class", "skip"}, {"href", "#content"}}, on.say("page.skip"));
  const auto header = html.in("header", {{"class", "masthead"}});
  html.leaf("a", {{"class", "wordmark"}, {"href", on.address("/")}, {"rel", "home"}}, on.say("page.name"));
  const auto other = other_language(on);
  const auto path = around.path.empty() ? std::string_view{"/"} : std::string_view{around.path};
  html.leaf("a",
            {{"class", "switch"},
             {"lang", other},
             {"hreflang", other},
             {"href", with_question(on.address(path, other), around.query)}},
            on.say("page.switch_language"));
}

void write_footer(markup& html, const view& on) {
  const auto footer = html.in("footer", {{"class", "colophon"}});
  html.leaf("p", on.say("page.footer"));
  html.leaf("p", {{"class", "version"}}, on.say("page.version", {{"version", on.whole.version}}));
}

void write_badge(markup& html, const view& on, const verdict* now) {
  const auto word = now == nullptr ? on.say("status.unjudged") : on.context.words.status(on.language, now->status);
  html.leaf("span", {{"class", fmt::format("badge s-{}", style_of(now))}}, word);
}

void write_bar(markup& html, const view& on, const status_counts& counts) {
  if (counts.claims == 0) return;
  // Widths as attributes of an image: a style attribute would need a looser content policy.
  const auto bar = html.in("svg", {{"class", "bar"},
                                   {"viewBox", fmt::format("0 0 {} 1", counts.claims)},
                                   {"preserveAspectRatio", "none"},
                                   {"role", "img"},
                                   {"aria-label", say_counts(counts, on.context.words, on.language)}});
  std::size_t at = 0;
  const auto part = [&](std::size_t n, std::string_view style) {
    if (n == 0) return;
    html.leaf("rect",
              {{"class", fmt::format("f-{}", style)},
               {"x", fmt::format("{}", at)},
               {"width", fmt::format("{}", n)},
               {"height", "1"}},
              "");
    at += n;
  };
  for (std::size_t i = 0; i < all_statuses.size(); ++i) part(counts.by_status[i], name_of(all_statuses[i]));
  part(counts.unjudged, "unjudged");
}

void write_time(markup& html, const view& on, const partial_date& when) {
  if (!when.empty()) html.leaf("time", {{"datetime", when.to_string()}}, on.date(when));
}

std::string byline(const view& on, const article& of) {
  std::vector<std::string> parts;
  if (!of.author.empty()) parts.push_back(on.say("page.article.by", {{"author", of.author}}));
  if (!of.publisher.empty()) {
    parts.push_back(on.say("page.article.published", {{"publisher", of.publisher}, {"date", on.date(of.published)}}));
  } else if (!of.published.empty()) {
    parts.push_back(on.date(of.published));
  }
  if (!of.quoted_by.empty() && !of.quoted_on.empty()) {
    parts.push_back(on.say("article.quoted", {{"who", of.quoted_by}, {"date", on.date(of.quoted_on)}}));
  }
  return fmt::format("{}", fmt::join(parts, " · "));
}

}  // namespace stillholds
