// The front page: what this is, a box to try a question, the articles, and what the statuses mean.
#include <fmt/format.h>

#include "bot/pages/view.hpp"
#include "knowledge/answers/compose.hpp"

namespace stillholds {
namespace {

// Commands that change something in a thread; a page must not say that it did.
bool acts(const outcome& found) {
  if (found.kind != outcome_kind::command) return false;
  const auto kind = found.command.kind;
  return kind == command_kind::follow || kind == command_kind::unfollow || kind == command_kind::forget_me ||
         kind == command_kind::this_is_wrong;
}

// Our own addresses lead to the same page here as they do from a thread.
std::string own_link(const view& on, std::string_view url) {
  const auto& base = on.context.public_url;
  if (base.empty() || !url.starts_with(base)) return std::string{url};
  return on.address(url.size() == base.size() ? std::string_view{"/"} : url.substr(base.size()));
}

void write_items(markup& html, const view& on, const answer& said) {
  if (said.items.empty()) return;
  if (!said.heading.empty()) html.leaf("h3", said.heading);
  const bool numbered = said.kind == answer_kind::suggest;
  const auto list = html.in(numbered ? "ol" : "ul");
  for (std::size_t i = 0; i < said.items.size(); ++i) {
    const auto& item = said.items[i];
    const auto entry = html.in("li");
    if (numbered && i < said.suggested.size()) {
      const auto found = on.whole.find_claim(said.suggested[i]);
      if (found.claim != nullptr) {
        html.link(on.address(fmt::format("/a/{}/{}", found.article->id, found.claim->id)), item.text);
        continue;
      }
    }
    const auto url = own_link(on, item.url);
    const bool to_claim = !url.empty() && url.starts_with('/');
    if (!item.label.empty() && !to_claim && !url.empty()) {
      html.link(url, item.label).text(": ").text(item.text);
    } else {
      if (!item.label.empty()) html.leaf("span", {{"class", "label"}}, item.label).text(": ");
      to_claim ? html.link(url, item.text) : html.text(item.text);
    }
  }
}

void write_lines(markup& html, std::string_view body) {
  while (!body.empty()) {
    const auto end = std::min(body.find('\n'), body.size());
    if (end > 0) html.leaf("p", body.substr(0, end));
    body.remove_prefix(std::min(body.size(), end + 1));
  }
}

void write_answer(markup& html, const view& on, std::string_view question) {
  const auto found = on.whole.matcher.match(question, {}, on.context.today);
  const auto block = html.in("section", {{"class", "answer"}, {"aria-labelledby", "answer"}});
  html.leaf("h2", {{"id", "answer"}}, on.say("page.home.answer"));
  if (acts(found)) {
    html.leaf("p", on.say("page.home.in_thread"));
    return;
  }
  const thread_memory memory;
  const auto said = compose({.snapshot = on.whole,
                             .outcome = found,
                             .wording = on.context.words,
                             .memory = memory,
                             .public_url = on.context.public_url,
                             .article_id = {},
                             .today = on.context.today});
  const auto card = html.in("div", {{"class", "card"}, {"lang", said.language}});
  html.leaf("p", {{"class", "lead"}}, said.lead);
  if (!said.gloss.empty()) html.leaf("p", {{"class", "gloss"}}, said.gloss);
  if (!said.status.empty()) html.leaf("p", {{"class", "verdict"}}, said.status);
  write_lines(html, said.body);
  write_items(html, on, said);
  if (said.link.empty() && said.footer.empty()) return;
  const auto last = html.in("p", {{"class", "last"}});
  if (!said.link.empty()) html.link(own_link(on, said.link), said.link_label);
  if (!said.link.empty() && !said.footer.empty()) html.text(" · ");
  html.text(said.footer);
}

void write_box(markup& html, const view& on, std::string_view question) {
  const auto form =
      html.in("form", {{"class", "ask"}, {"method", "get"}, {"action", on.prefix + "/"}, {"role", "search"}});
  html.leaf("label", {{"for", "q"}}, on.say("page.home.ask"));
  const auto row = html.in("div", {{"class", "row"}});
  html.single("input", {{"id", "q"},
                        {"name", "q"},
                        {"type", "search"},
                        {"maxlength", "500"},
                        {"required", "required"},
                        {"autocomplete", "off"},
                        {"placeholder", on.say("page.home.placeholder")},
                        {"value", question}});
  if (on.language != "en") html.single("input", {{"type", "hidden"}, {"name", "lang"}, {"value", on.language}});
  html.leaf("button", {{"type", "submit"}}, on.say("page.home.send"));
}

void write_articles(markup& html, const view& on) {
  const auto block = html.in("section", {{"class", "articles"}});
  html.leaf("h2", on.say("page.home.articles"));
  if (on.whole.articles.empty()) html.leaf("p", on.say("page.home.no_articles"));
  for (const auto& of : on.whole.articles) {
    const auto card = html.in("article", {{"class", "teaser"}});
    {
      const auto title = html.in("h3");
      html.leaf("a", {{"href", on.address("/a/" + of.id)}, {"lang", on.foreign(of, {})}}, of.title);
    }
    html.leaf("p", {{"class", "byline"}}, byline(on, of));
    const auto counts = count_statuses(of, on.context.today);
    write_bar(html, on, counts);
    html.leaf("p", {{"class", "counts"}},
              on.say(counts.claims == 1 ? "article.counts.one" : "article.counts.many",
                     {{"n", fmt::format("{}", counts.claims)},
                      {"counts", say_counts(counts, on.context.words, on.language)}}));
  }
}

void write_meanings(markup& html, const view& on) {
  const auto block = html.in("section", {{"class", "meanings"}});
  html.leaf("h2", on.say("page.home.statuses"));
  const auto list = html.in("dl");
  for (const auto value : all_statuses) {
    const auto pair = html.in("div");
    {
      const auto term = html.in("dt");
      html.leaf("span", {{"class", fmt::format("badge s-{}", name_of(value))}},
                on.context.words.status(on.language, value));
    }
    html.leaf("dd", on.say(fmt::format("meaning.{}", name_of(value))));
  }
}

}  // namespace

std::string front_view(const view& on, std::string_view question) {
  const frame around{.title = on.say("page.name"),
                     .description = on.say("page.home.intro"),
                     .path = "/",
                     .query = std::string{question}};
  return framed(on, around, [&](markup& html) {
    {
      const auto opening = html.in("section", {{"class", "opening"}});
      html.leaf("h1", on.say("page.home.title"));
      html.leaf("p", {{"class", "standfirst"}}, on.say("page.home.intro"));
      write_box(html, on, question);
    }
    if (!question.empty()) write_answer(html, on, question);
    write_articles(html, on);
    write_meanings(html, on);
  });
}

std::string missing_view(const view& on) {
  const frame around{.title = on.say("page.missing.title"), .description = on.say("page.missing.text"), .path = {}};
  return framed(on, around, [&](markup& html) {
    const auto block = html.in("section", {{"class", "missing"}});
    html.leaf("h1", on.say("page.missing.title"));
    html.leaf("p", {{"class", "standfirst"}}, on.say("page.missing.text"));
    const auto line = html.in("p");
    html.link(on.address("/"), on.say("page.missing.back"));
  });
}

}  // namespace stillholds
