// One claim: what the article said, the verdict today, the evidence, and how the verdict came about.
#include <fmt/format.h>

#include <ranges>

#include "bot/pages/view.hpp"

namespace stillholds {
namespace {

void write_trail(markup& html, const view& on, const article& of, const claim& what) {
  const auto trail = html.in("nav", {{"class", "trail"}, {"aria-label", of.title}});
  html.leaf("a", {{"href", on.address("/a/" + of.id)}, {"lang", on.foreign(of, {})}}, of.title);
  html.leaf("span", {{"aria-hidden", "true"}}, " › ");
  const auto* const part = of.find_section(what.section);
  html.leaf("span", {{"lang", part == nullptr ? "" : on.foreign(of, part->title_text)}},
            section_title(of, what.section, on.language));
}

void write_words(markup& html, const view& on, const article& of, const claim& what) {
  html.leaf("h1", {{"lang", on.foreign(of, what.claim_text)}}, claim_sentence(what, on.language));
  if (what.quote.empty()) return;
  const auto figure = html.in("figure");
  {
    const auto quote =
        html.in("blockquote", {{"lang", on.foreign(of, {})}, {"cite", is_web_address(of.url) ? of.url : ""}});
    html.leaf("p", what.quote);
  }
  html.leaf("figcaption", fmt::format("{} · {}", on.say("page.claim.words"), byline(on, of)));
}

// When a moderator last looked and will look again.
std::string review_words(const view& on, const claim& what, const verdict& now) {
  std::vector<std::string> parts{on.say("page.claim.reviewed", {{"date", on.date(now.reviewed)}}),
                                 on.say(fmt::format("confidence.{}", name_of(now.confidence)))};
  const auto& retired = what.review.retired_on;
  if (retired && retired->first_day() <= on.context.today) {
    parts.push_back(on.say("page.claim.retired", {{"date", on.date(*retired)}, {"why", what.review.retired_why}}));
  } else if (const auto due = what.review_due()) {
    const bool late = *due < on.context.today;
    parts.push_back(on.say(late ? "page.claim.overdue" : "page.claim.next_review", {{"date", on.date(date_of(*due))}}));
  }
  return fmt::format("{}", fmt::join(parts, " · "));
}

void write_verdict(markup& html, const view& on, const article& of, const claim& what) {
  const auto* const now = what.in_force(on.context.today);
  const auto style = now == nullptr ? std::string_view{"unjudged"} : name_of(now->status);
  const auto block =
      html.in("section", {{"class", fmt::format("panel p-{}", style)}, {"aria-label", on.say("page.claim.today")}});
  {
    const auto line = html.in("p", {{"class", "verdict"}});
    write_badge(html, on, now);
    if (now != nullptr) {
      html.text(" ").leaf("span", {{"class", "meaning"}}, on.say(fmt::format("meaning.{}", name_of(now->status))));
    }
  }
  if (now == nullptr) return;
  const bool newest = now == &what.history.back();  // only the newest summary is translated
  const auto& summary = newest ? text_in(what.summary_text, on.language, now->summary) : now->summary;
  html.leaf("p", {{"class", "summary"}, {"lang", on.foreign(of, newest ? what.summary_text : translations{})}},
            summary);
  html.leaf("p", {{"class", "meta"}}, review_words(on, what, *now));
}

void write_terms(markup& html, const view& on, const article& of, const claim& what) {
  if (what.measure.empty() && what.scope.empty()) return;
  const auto list = html.in("dl", {{"class", "terms"}});
  const auto term = [&](std::string_view key, const std::string& value) {
    if (value.empty()) return;
    const auto pair = html.in("div");
    html.leaf("dt", on.say(key));
    html.leaf("dd", {{"lang", on.foreign(of, {})}}, value);
  };
  term("page.claim.measure", what.measure);
  term("page.claim.scope", what.scope);
}

void write_item(markup& html, const view& on, const article& of, const evidence_item& item) {
  const auto entry = html.in("li");
  {
    const auto head = html.in("p", {{"class", "source"}});
    write_time(html, on, item.published);
    html.text(" ").leaf("span", {{"class", "publisher"}}, item.source.publisher).text(" ");
    html.leaf("span", {{"class", fmt::format("bearing b-{}", name_of(item.bearing))}},
              on.say(fmt::format("bearing.{}", name_of(item.bearing))));
  }
  html.leaf("p", {{"lang", on.foreign(of, item.finding_text)}}, text_in(item.finding_text, on.language, item.finding));
  if (!item.quote.empty()) html.leaf("blockquote", item.quote);
  const auto last = html.in("p", {{"class", "meta"}});
  html.link(item.source.url, item.source.title.empty() ? item.source.url : item.source.title);
  html.text(fmt::format(" · {}", on.say(fmt::format("source.{}", name_of(item.source.kind)))));
  if (!item.seen.empty()) html.text(fmt::format(" · {}", on.say("page.claim.seen", {{"date", on.date(item.seen)}})));
}

void write_evidence(markup& html, const view& on, const article& of, const claim& what) {
  const auto block = html.in("section", {{"class", "evidence"}});
  html.leaf("h2", on.say("page.claim.evidence"));
  if (what.evidence.empty()) html.leaf("p", on.say("page.claim.no_evidence"));
  const auto list = html.in("ul");
  for (const auto& item : what.evidence) write_item(html, on, of, item);
}

void write_history(markup& html, const view& on, const article& of, const claim& what) {
  const auto block = html.in("section", {{"class", "history"}});
  html.leaf("h2", on.say("page.claim.history"));
  const auto list = html.in("ol", {{"reversed", "reversed"}});
  const auto* const now = what.in_force(on.context.today);
  for (const auto& entry : std::views::reverse(what.history)) {
    const auto item = html.in("li", {{"class", fmt::format("t-{}", name_of(entry.status))}});
    {
      const auto head = html.in("p");
      html.leaf("time", {{"datetime", entry.from.to_string()}},
                on.say("page.claim.from", {{"date", on.date(entry.from)}}));
      html.text(" ");
      write_badge(html, on, &entry);
    }
    // The summary in force stands above already.
    if (&entry != now) html.leaf("p", {{"lang", on.foreign(of, {})}}, entry.summary);
    html.leaf("p", {{"class", "meta"}}, on.say("page.article.reviewed", {{"date", on.date(entry.reviewed)}}));
  }
}

void write_neighbours(markup& html, const view& on, const article& of, const claim& what) {
  const auto nav = html.in("nav", {{"class", "neighbours"}, {"aria-label", on.say("page.article.claims")}});
  const auto neighbour = [&](const claim& other, std::string_view key, std::string_view rel) {
    const auto address = on.address(fmt::format("/a/{}/{}", of.id, other.id));
    const auto link = html.in("a", {{"class", rel}, {"rel", rel}, {"href", address}});
    html.leaf("small", on.say(key)).text(" ");
    html.leaf("span", {{"lang", on.foreign(of, other.claim_text)}}, claim_sentence(other, on.language));
  };
  if (&what != &of.claims.front()) neighbour(*(&what - 1), "page.claim.previous", "prev");
  if (&what != &of.claims.back()) neighbour(*(&what + 1), "page.claim.next", "next");
}

}  // namespace

std::string claim_view(const view& on, const article& of, const claim& what) {
  const frame around{.title = claim_sentence(what, on.language),
                     .description = status_line(what, on.context.words, on.language, on.context.today),
                     .path = fmt::format("/a/{}/{}", of.id, what.id),
                     .kind = "article"};
  return framed(on, around, [&](markup& html) {
    write_trail(html, on, of, what);
    write_words(html, on, of, what);
    write_verdict(html, on, of, what);
    write_terms(html, on, of, what);
    write_evidence(html, on, of, what);
    write_history(html, on, of, what);
    {
      const auto line = html.in("p", {{"class", "how"}});
      html.text(on.say("page.claim.ask")).text(" ").leaf("code", fmt::format("claim {}", what.id));
    }
    write_neighbours(html, on, of, what);
  });
}

}  // namespace stillholds
