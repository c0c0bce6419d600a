#include "knowledge/answers/article_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "knowledge/answers/claim_answer.hpp"

namespace stillholds {
namespace {

constexpr std::size_t important_max = 5;  // what a thread can bear; the page has all
constexpr std::size_t changes_max = 8;
constexpr std::size_t section_max = 10;

constexpr std::array by_weight{status::overturned,   status::outdated, status::unsupported,
                               status::partly_holds, status::holds,    status::unresolved};
constexpr std::size_t weighty = 4;  // of by_weight: the ones worth telling unasked

std::size_t weight(const standing& one) {
  return static_cast<std::size_t>(std::ranges::find(by_weight, one.since->status) - by_weight.begin());
}

void put_in_order(std::vector<standing>& all) {
  std::ranges::sort(all, [](const standing& a, const standing& b) {
    if (weight(a) != weight(b)) return weight(a) < weight(b);
    if (a.since->from.first_day() != b.since->from.first_day())
      return a.since->from.first_day() > b.since->from.first_day();
    return a.claim < b.claim;  // of one article: in its order
  });
}

std::string_view key_of(article_topic topic) {
  switch (topic) {
    case article_topic::update: return "update";
    case article_topic::changed: return "changed";
    case article_topic::list: return "list";
    case article_topic::overview: return "overview";
    case article_topic::provenance: return "provenance";
  }
  return "overview";
}

void add_line(std::string& body, std::string_view line) {
  if (line.empty()) return;
  if (!body.empty()) body += '\n';
  body += line;
}

// Between Chinese sentences there is no blank.
void add_sentence(std::string& line, std::string_view sentence) {
  if (!line.empty() && !line.ends_with("。")) line += ' ';
  line += sentence;
}

// What one article answer is made for.
struct article_request {
  const article& of;
  article_topic topic;
  const wording& words;
  std::string_view language;
  std::string_view public_url;
  day today;
  std::optional<partial_date> since;
  std::optional<day> on;  // an earlier day that was asked about

  [[nodiscard]] day then() const { return on.value_or(today); }
};

void add_digest(const article_request& about, answer& into) {
  const auto found = about.of.answers.find(key_of(about.topic));
  if (found == about.of.answers.end()) return;
  const auto& by_language = found->second;
  if (const auto own = by_language.find(about.language); own != by_language.end()) {
    add_line(into.body, own->second);
  } else if (const auto original = by_language.find(about.of.language); original != by_language.end()) {
    add_line(into.body, original->second);
    add_line(into.body, only_in_note(about.of, about.words, about.language));
  }
}

void add_standings(const article_request& about, const std::vector<standing>& all, std::size_t max, answer& into) {
  for (const auto& one : all) {
    if (into.items.size() == max) break;
    into.items.push_back({.label = standing_label(one, about.words, about.language),
                          .text = claim_sentence(*one.claim, about.language),
                          .url = permalink(about.public_url, about.of.id, one.claim->id)});
  }
  if (into.items.empty()) return;
  const auto shown = fmt::format("{}", into.items.size());
  into.heading = into.items.size() == all.size()
                     ? about.words.say(about.language, "article.most_important")
                     : about.words.say(about.language, "article.most_important_of",
                                       {{"shown", shown}, {"all", fmt::format("{}", all.size())}});
}

// One item a section: short ids with their statuses, each of which can be asked for.
void add_sections(const article_request& about, answer& into) {
  const auto& words = about.words;
  const auto comma = words.say(about.language, "row.comma");
  for (const auto& claim : about.of.claims) {
    const auto title = section_title(about.of, claim.section, about.language);
    if (into.items.empty() || into.items.back().label != title)
      into.items.push_back({.label = title, .text = {}, .url = {}});
    const auto* const now = claim.in_force(about.then());
    const auto status =
        now != nullptr ? words.status(about.language, now->status) : words.say(about.language, "status.unjudged");
    auto& text = into.items.back().text;
    if (!text.empty()) text += comma;
    text += words.say(about.language, "article.list_item", {{"id", claim.id}, {"status", status}});
  }
  into.footer = words.say(about.language, "article.list_footer");
}

void add_origin(const article_request& about, answer& into) {
  const auto& [of, topic, words, language, public_url, today, since, on] = about;
  std::string line;
  const auto say = [&](std::string_view key, std::string_view who, const partial_date& when) {
    if (who.empty() || when.empty()) return;
    add_sentence(line, words.say(language, key, {{"who", who}, {"date", words.date(language, when)}}));
  };
  say("article.written", of.author, of.published);
  say("article.quoted", of.quoted_by, of.quoted_on);
  partial_date newest;
  for (const auto& claim : of.claims) {
    const auto* const now = claim.in_force(today);
    if (now != nullptr && !now->reviewed.empty()) newest = std::max(newest, now->reviewed);
  }
  if (!newest.empty()) {
    add_sentence(line, words.say(language, "article.checked", {{"date", words.date(language, newest)}}));
  }
  add_line(into.body, line);
}

std::string counts_line(const article_request& about, std::string_view key) {
  const auto counts = count_statuses(about.of, about.then());
  const auto said = say_counts(counts, about.words, about.language);
  const auto n = fmt::format("{}", counts.claims);
  if (key == "article.counts_on") {
    const auto date = about.words.date(about.language, date_of(about.then()));
    return about.words.say(about.language, key, {{"date", date}, {"n", n}, {"counts", said}});
  }
  return about.words.say(about.language, counts.claims == 1 ? "article.counts.one" : "article.counts.many",
                         {{"n", n}, {"counts", said}});
}

std::string counts_today(const article_request& about) {
  const auto said = say_counts(count_statuses(about.of, about.today), about.words, about.language);
  return about.words.say(about.language, "article.counts_today", {{"counts", said}});
}

void say_changes(const article_request& about, answer& into) {
  const auto changed = changed_since(about.of, *about.since, about.then());
  const auto date = about.words.date(about.language, *about.since);
  const auto n = fmt::format("{}", changed.size());
  into.status = changed.empty()
                    ? about.words.say(about.language, "article.changes_since.none", {{"date", date}})
                    : about.words.say(about.language,
                                      changed.size() == 1 ? "article.changes_since.one" : "article.changes_since.many",
                                      {{"n", n}, {"date", date}});
  into.body = counts_line(about, "article.counts");
  if (about.since->first_day() <= about.of.published.last_day())
    add_digest(about, into);  // the whole story was asked for
  add_standings(about, changed, changes_max, into);
}

void say_topic(const article_request& about, answer& into) {
  if (about.on) {
    into.status = counts_line(about, "article.counts_on");
    into.body = counts_today(about);
  } else {
    into.status = counts_line(about, "article.counts");
  }
  if (about.topic == article_topic::list) return add_sections(about, into);
  if (about.topic == article_topic::provenance) {
    add_origin(about, into);
    return add_digest(about, into);
  }
  if (!about.on) add_digest(about, into);  // a digest is about today
  add_standings(about, most_important(about.of, about.then()), important_max, into);
}

}  // namespace

answer compose_article(const article& of, article_topic topic, const wording& words, std::string_view language,
                       std::string_view public_url, day today, std::optional<partial_date> since,
                       std::optional<partial_date> as_of) {
  const bool usable = since && !since->empty() && !of.published.empty();
  const article_request about{
      of, topic, words, language, public_url, today, usable ? since : std::nullopt, earlier_day(as_of, today)};
  answer into;
  into.kind = answer_kind::article;
  into.language = std::string{language};
  into.article_id = of.id;
  into.lead = article_name(of, words, language);
  into.link = permalink(public_url, of.id);
  into.link_label = words.say(language, "article.all");
  if (about.on && !of.published.empty() && *about.on < of.published.first_day()) {
    into.status = words.say(language, "article.not_yet", {{"date", words.date(language, date_of(*about.on))}});
    into.body = counts_today(about);
  } else if (about.since && topic != article_topic::list && topic != article_topic::provenance) {
    say_changes(about, into);
  } else {
    say_topic(about, into);
  }
  return into;
}

answer compose_section(const article& of, std::string_view section_id, const wording& words, std::string_view language,
                       std::string_view public_url, day today, std::optional<partial_date> as_of) {
  article part = of;
  std::erase_if(part.claims, [&](const claim& one) { return one.section != section_id; });
  const article_request about{part,         article_topic::list,      words, language, public_url, today,
                              std::nullopt, earlier_day(as_of, today)};
  answer into;
  into.kind = answer_kind::article;
  into.language = std::string{language};
  into.article_id = of.id;
  into.lead =
      words.say(language, "article.section",
                {{"article", article_name(of, words, language)}, {"section", section_title(of, section_id, language)}});
  into.link = permalink(public_url, of.id);
  into.link_label = words.say(language, "article.all");
  into.status = counts_line(about, about.on ? "article.counts_on" : "article.counts");
  if (about.on) into.body = counts_today(about);
  std::vector<standing> all;
  for (const auto& one : part.claims) {
    if (const auto stands = standing_on(part, one, about.then())) all.push_back(*stands);
  }
  add_standings(about, all, section_max, into);
  into.heading.clear();
  return into;
}

status_counts count_statuses(const article& of, day on) {
  status_counts counts;
  counts.claims = of.claims.size();
  for (const auto& claim : of.claims) {
    const auto* const now = claim.in_force(on);
    if (now == nullptr) {
      ++counts.unjudged;
    } else {
      const auto at = std::ranges::find(all_statuses, now->status) - all_statuses.begin();
      ++counts.by_status[static_cast<std::size_t>(at)];
    }
  }
  return counts;
}

std::string say_counts(const status_counts& counts, const wording& words, std::string_view language) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < all_statuses.size(); ++i) {
    if (counts.by_status[i] == 0) continue;
    parts.push_back(words.count(language, fmt::format("count.{}", name_of(all_statuses[i])), counts.by_status[i]));
  }
  if (counts.unjudged > 0) parts.push_back(words.count(language, "article.unjudged", counts.unjudged));
  return words.row(language, parts);
}

std::optional<standing> standing_on(const article& of, const claim& what, day on) {
  const auto* const now = what.in_force(on);
  if (now == nullptr) return std::nullopt;
  const auto* since = now;
  while (since != &what.history.front() && (since - 1)->status == now->status) --since;
  const bool first = since == &what.history.front();
  // A history may begin with the change itself; what the article says is then taken as the state before.
  const bool later = of.published.empty() || since->from.first_day() > of.published.last_day();
  return standing{.claim = &what, .since = since, .changed = !first || later};
}

std::vector<standing> most_important(const article& of, day on) {
  std::vector<standing> all;
  for (const auto& claim : of.claims) {
    if (const auto one = standing_on(of, claim, on); one && weight(*one) < weighty) all.push_back(*one);
  }
  put_in_order(all);
  return all;
}

std::vector<standing> changed_since(const article& of, const partial_date& since, day on) {
  std::vector<standing> all;
  for (const auto& claim : of.claims) {
    const auto one = standing_on(of, claim, on);
    if (!one || !one->changed) continue;
    const auto* const before = claim.in_force(since.first_day());
    if (before == nullptr || before->status != one->since->status) all.push_back(*one);
  }
  put_in_order(all);
  return all;
}

std::string standing_label(const standing& of, const wording& words, std::string_view language) {
  auto status = words.status(language, of.since->status);
  if (!of.changed) return status;
  return words.say(language, "article.changed_to",
                   {{"status", status}, {"date", words.date(language, of.since->from)}});
}

std::string article_name(const article& of, const wording& words, std::string_view language) {
  const auto& by = of.publisher.empty() ? of.author : of.publisher;
  if (by.empty() || of.published.empty()) return words.say(language, "article.lead_undated", {{"title", of.title}});
  return words.say(language, "article.lead",
                   {{"title", of.title}, {"publisher", by}, {"date", words.date(language, of.published)}});
}

}  // namespace stillholds
