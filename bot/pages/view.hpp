// What the views share: in which language and under which address a page is written, its frame, badges and bars.
#pragma once

#include <string>
#include <string_view>

#include "bot/pages/markup.hpp"
#include "bot/pages/pages.hpp"
#include "knowledge/answers/article_answer.hpp"
#include "knowledge/answers/claim_answer.hpp"

namespace stillholds {

// One page being written.
struct view {
  const snapshot& whole;
  const page_context& context;
  std::string language;     // one that the wording speaks
  std::string prefix;       // path of the public address, without a slash at the end: "" or "/claims"
  std::string style_stamp;  // changes with the style sheet, so that browsers may keep it

  [[nodiscard]] std::string say(std::string_view key,
                                std::initializer_list<std::pair<std::string_view, std::string_view>> parts = {}) const {
    return context.words.say(language, key, parts);
  }
  [[nodiscard]] std::string date(const partial_date& value) const { return context.words.date(language, value); }
  // A link to a page of ours ("/a/x"), in this page's language or another.
  [[nodiscard]] std::string address(std::string_view path) const { return address(path, language); }
  [[nodiscard]] std::string address(std::string_view path, std::string_view in_language) const;
  // The language of a text of the article's, for its lang attribute; empty where it is the page's own.
  [[nodiscard]] std::string_view foreign(const article& of, const translations& by_language) const;
};

// What stands around a page's content.
struct frame {
  std::string title;
  std::string description;
  std::string path;                  // "/a/x": for the canonical address and the language switch
  std::string query{};               // the question on the front page
  std::string_view kind{"website"};  // Open Graph's word
};

// The whole page: head, header, the content that `fill` writes into <main>, footer.
template <class Fill>
[[nodiscard]] std::string framed(const view& on, const frame& around, Fill&& fill);

void begin_page(markup& html, const view& on, const frame& around);  // head
void write_header(markup& html, const view& on, const frame& around);
void write_footer(markup& html, const view& on);

template <class Fill>
std::string framed(const view& on, const frame& around, Fill&& fill) {
  markup html;
  {
    const auto whole = html.in("html", {{"lang", on.language}});
    begin_page(html, on, around);
    const auto body = html.in("body");
    write_header(html, on, around);
    {
      const auto main = html.in("main", {{"id", "content"}});
      fill(html);
    }
    write_footer(html, on);
  }
  return std::move(html).take();
}

// A status as a small coloured label; nullptr: not judged yet.
void write_badge(markup& html, const view& on, const verdict* now);
// The shares of the statuses as one bar.
void write_bar(markup& html, const view& on, const status_counts& counts);
// <time datetime="2026-04">Apr 2026</time>, inside a phrase whose {date} it stands for.
void write_time(markup& html, const view& on, const partial_date& when);
// "Shenzhen AI Industry Association, Jan 2025 · Quoted by Rui, 13 Mar 2025."
[[nodiscard]] std::string byline(const view& on, const article& of);

// The views. Each returns the whole page.
[[nodiscard]] std::string front_view(const view& on, std::string_view question);
[[nodiscard]] std::string article_view(const view& on, const article& of);
[[nodiscard]] std::string claim_view(const view& on, const article& of, const claim& what);
[[nodiscard]] std::string missing_view(const view& on);

}  // namespace stillholds
