// One article: where it stands today, what changed, and all its claims by section.
#include <fmt/format.h>

#include <algorithm>

#include "bot/pages/view.hpp"

namespace stillholds {
namespace {

constexpr std::size_t changes_max = 8;

void write_opening(markup& html, const view& on, const article& of) {
  const auto block = html.in("section", {{"class", "opening"}});
  html.leaf("p", {{"class", "kicker"}}, on.say("page.article.kind"));
  html.leaf("h1", {{"lang", on.foreign(of, {})}}, of.title);
  html.leaf("p", {{"class", "byline"}}, byline(on, of));
  if (!is_web_address(of.url)) return;
  const auto line = html.in("p");
  html.link(of.url, on.say("page.article.original"));
}

void write_counts(markup& html, const view& on, const article& of) {
  const auto counts = count_statuses(of, on.context.today);
  const auto block = html.in("section", {{"class", "standing"}});
  html.leaf("h2", on.say("page.article.today"));
  html.leaf(
      "p", {{"class", "standfirst"}},
      on.say(counts.claims == 1 ? "article.counts.one" : "article.counts.many",
             {{"n", fmt::format("{}", counts.claims)}, {"counts", say_counts(counts, on.context.words, on.language)}}));
  write_bar(html, on, counts);
  const auto list = html.in("ul", {{"class", "tally"}});
  for (std::size_t i = 0; i < all_statuses.size(); ++i) {
    if (counts.by_status[i] == 0) continue;
    const auto name = name_of(all_statuses[i]);
    const auto entry = html.in("li", {{"title", on.say(fmt::format("meaning.{}", name))}});
    html.leaf("span", {{"class", fmt::format("dot f-{}", name)}, {"aria-hidden", "true"}}, "");
    html.leaf("strong", fmt::format("{}", counts.by_status[i])).text(" ");
    html.text(on.context.words.status(on.language, all_statuses[i]));
  }
}

// A moderator's ready text on a topic, in the reader's language or the article's.
void write_digest(markup& html, const view& on, const article& of, std::string_view topic, std::string_view title_key) {
  const auto found = of.answers.find(topic);
  if (found == of.answers.end() || found->second.empty()) return;
  const auto& by_language = found->second;
  auto shown = by_language.find(on.language);
  if (shown == by_language.end()) shown = by_language.find(of.language);
  if (shown == by_language.end()) return;
  const auto block = html.in("section", {{"class", "digest"}});
  html.leaf("h2", on.say(title_key));
  html.leaf("p", {{"lang", shown->first == on.language ? "" : shown->first}}, shown->second);
}

void write_changes(markup& html, const view& on, const article& of) {
  const auto all = most_important(of, on.context.today);
  if (all.empty()) return;
  const auto block = html.in("section", {{"class", "changes"}});
  html.leaf("h2", on.say("page.article.important"));
  const auto list = html.in("ul", {{"class", "claims"}});
  std::size_t shown = 0;
  for (const auto& one : all) {
    if (++shown > changes_max) break;
    const auto entry = html.in("li");
    write_badge(html, on, one.since);
    const auto words = html.in("div");
    html.leaf("a",
              {{"href", on.address(fmt::format("/a/{}/{}", of.id, one.claim->id))},
               {"lang", on.foreign(of, one.claim->claim_text)}},
              claim_sentence(*one.claim, on.language));
    if (one.changed) {
      html.leaf("p", {{"class", "meta"}}, on.say("page.article.since", {{"date", on.date(one.since->from)}}));
    }
  }
}

void write_claim_line(markup& html, const view& on, const article& of, const claim& what) {
  const auto entry = html.in("li", {{"id", what.id}});
  const auto* const now = what.in_force(on.context.today);
  write_badge(html, on, now);
  const auto words = html.in("div");
  html.leaf("a",
            {{"href", on.address(fmt::format("/a/{}/{}", of.id, what.id))}, {"lang", on.foreign(of, what.claim_text)}},
            claim_sentence(what, on.language));
  const auto meta = html.in("p", {{"class", "meta"}});
  if (const auto standing = standing_on(of, what, on.context.today); standing && standing->changed) {
    html.text(on.say("page.article.since", {{"date", on.date(standing->since->from)}})).text(" · ");
  }
  if (now != nullptr) html.text(on.say("page.article.reviewed", {{"date", on.date(now->reviewed)}}));
}

void write_claims(markup& html, const view& on, const article& of) {
  const auto block = html.in("section", {{"class", "all"}});
  html.leaf("h2", {{"id", "claims"}}, on.say("page.article.claims"));
  const auto write_those = [&](auto belongs) {
    const auto list = html.in("ul", {{"class", "claims"}});
    for (const auto& what : of.claims) {
      if (belongs(what)) write_claim_line(html, on, of, what);
    }
  };
  for (const auto& part : of.sections) {
    const auto belongs = [&](const claim& what) { return what.section == part.id; };
    if (std::ranges::none_of(of.claims, belongs)) continue;
    html.leaf("h3", {{"lang", on.foreign(of, part.title_text)}}, section_title(of, part.id, on.language));
    write_those(belongs);
  }
  const auto homeless = [&](const claim& what) { return of.find_section(what.section) == nullptr; };
  if (std::ranges::any_of(of.claims, homeless)) write_those(homeless);
}

}  // namespace

std::string article_view(const view& on, const article& of) {
  const auto counts = say_counts(count_statuses(of, on.context.today), on.context.words, on.language);
  const frame around{.title = of.title,
                     .description = fmt::format("{} {}", article_name(of, on.context.words, on.language), counts),
                     .path = fmt::format("/a/{}", of.id),
                     .kind = "article"};
  return framed(on, around, [&](markup& html) {
    write_opening(html, on, of);
    write_counts(html, on, of);
    write_digest(html, on, of, "update", "page.article.update");
    write_digest(html, on, of, "changed", "page.article.changed");
    write_changes(html, on, of);
    write_claims(html, on, of);
    write_digest(html, on, of, "provenance", "page.article.origin");
  });
}

}  // namespace stillholds
