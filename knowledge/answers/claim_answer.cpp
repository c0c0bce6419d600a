#include "knowledge/answers/claim_answer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::size_t evidence_max = 4;  // an answer is read in a thread; the page has the rest

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// What one claim answer is made for; keeps the parts' functions short.
struct claim_request {
  const article& of;
  const claim& what;
  const wording& words;
  std::string_view language;
  day today;
  std::optional<day> on;  // an earlier day that was asked about

  [[nodiscard]] bool speaks_article() const { return language == of.language; }
  [[nodiscard]] bool translated() const { return !speaks_article() && what.claim_text.contains(language); }
};

// When the claim was made.
const partial_date& date_of_claim(const article& of, const claim& what) {
  const auto* const part = of.find_section(what.section);
  return part == nullptr || part->date.empty() ? of.published : part->date;
}

void say_claim(const claim_request& about, answer& into) {
  const auto& [of, what, words, language, today, on] = about;
  const bool translated = about.translated();
  const auto& quote = what.quote.empty() ? what.text : what.quote;
  const auto& shown = translated ? claim_sentence(what, language) : quote;
  into.lead = words.say(language, "claim.lead",
                        {{"section", section_title(of, what.section, language)},
                         {"date", words.date(language, date_of_claim(of, what))},
                         {"quote", shown}});
  if (translated) {
    into.gloss = words.say(language, "claim.original", {{"quote", quote}});
  } else if (leans_on_context(quote, words, of.language) && !what.text.empty()) {
    into.gloss = words.say(language, "claim.gloss", {{"claim", what.text}});
  }
}

// The status on an earlier day, and today's beside it, so that nobody takes the old one for the new.
std::string earlier_status(const claim_request& about, const verdict* then, const verdict* now) {
  const auto& words = about.words;
  const auto date = words.date(about.language, date_of(*about.on));
  const auto today =
      now != nullptr ? words.status(about.language, now->status) : words.say(about.language, "status.unjudged");
  if (const auto& made = date_of_claim(about.of, about.what); !made.empty() && *about.on < made.first_day()) {
    return words.say(about.language, "claim.before_article", {{"date", date}, {"today", today}});
  }
  if (then == nullptr) return words.say(about.language, "claim.before_verdict", {{"date", date}, {"today", today}});
  const auto status = words.status(about.language, then->status);
  if (now != nullptr && now->status == then->status) {
    return words.say(about.language, "claim.as_of_same", {{"date", date}, {"status", status}});
  }
  return words.say(about.language, "claim.as_of", {{"date", date}, {"status", status}, {"today", today}});
}

void say_summary(const claim_request& about, const verdict& shown, answer& into) {
  const bool newest = &shown == &about.what.history.back();  // only the newest summary is translated
  const bool has_own = !about.speaks_article() && newest && about.what.summary_text.contains(about.language);
  into.body = has_own ? text_in(about.what.summary_text, about.language, shown.summary) : shown.summary;
  const bool all_read = about.speaks_article() || (has_own && about.translated());
  if (!all_read) {
    if (!into.body.empty()) into.body += '\n';
    into.body += only_in_note(about.of, about.words, about.language);
  }
}

void add_evidence(const claim_request& about, answer& into) {
  const auto last = about.on.value_or(about.today);
  const auto& published = date_of_claim(about.of, about.what);
  bool all_newer = true;
  for (const auto& item : about.what.evidence) {
    if (into.items.size() == evidence_max) break;
    if (item.published.empty()) continue;
    if (about.on ? item.published.last_day() > last : item.published.first_day() > last) continue;
    all_newer = all_newer && (published.empty() || item.published.first_day() > published.last_day());
    into.items.push_back({.label = evidence_label(item, about.words, about.language),
                          .text = text_in(item.finding_text, about.language, item.finding),
                          .url = item.source.url});
  }
  if (into.items.empty()) return;
  into.heading =
      about.words.say(about.language, about.on ? "claim.evidence_by" : (all_newer ? "claim.newer" : "claim.evidence"));
}

}  // namespace

answer compose_claim(const article& of, const claim& what, const wording& words, std::string_view language,
                     std::string_view public_url, day today, std::optional<partial_date> as_of) {
  const claim_request about{of, what, words, language, today, earlier_day(as_of, today)};
  answer into;
  into.kind = answer_kind::claim;
  into.language = std::string{language};
  into.article_id = of.id;
  into.claim_id = what.id;
  into.link = permalink(public_url, of.id, what.id);
  into.link_label = words.say(language, "claim.history");
  into.footer = words.say(language, "claim.other");
  say_claim(about, into);

  const auto* const now = what.in_force(today);
  const auto* shown = now;
  if (now != nullptr) into.status_word = std::string{name_of(now->status)};
  if (about.on) {
    const auto& made = date_of_claim(of, what);
    const bool had_appeared = made.empty() || *about.on >= made.first_day();
    shown = had_appeared ? what.in_force(*about.on) : nullptr;
    into.status = earlier_status(about, shown, now);
    if (!had_appeared) return into;
  } else {
    into.status = status_line(what, words, language, today);
  }
  if (shown != nullptr) say_summary(about, *shown, into);
  add_evidence(about, into);
  return into;
}

std::string permalink(std::string_view public_url, std::string_view article_id, std::string_view claim_id) {
  if (claim_id.empty()) return fmt::format("{}/a/{}", public_url, article_id);
  return fmt::format("{}/a/{}/{}", public_url, article_id, claim_id);
}

const std::string& claim_sentence(const claim& what, std::string_view language) {
  return text_in(what.claim_text, language, what.text.empty() ? what.quote : what.text);
}

std::string section_title(const article& of, std::string_view section_id, std::string_view language) {
  const auto* const found = of.find_section(section_id);
  if (found == nullptr) return std::string{section_id};
  return text_in(found->title_text, language, found->title);
}

bool leans_on_context(std::string_view quote, const wording& words, std::string_view language) {
  const auto first = quote.find_first_not_of(" \"'([.,;:");
  if (first == std::string_view::npos) return false;
  if (quote[first] >= 'a' && quote[first] <= 'z') return true;
  const auto start = ascii_lower(quote.substr(first, 16));
  const auto leaning = words.say(language, "claim.leaning");
  for (std::string_view rest = leaning; !rest.empty();) {
    const auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    if (start.starts_with(word) && (start.size() == word.size() || !is_ascii_letter(start[word.size()]))) return true;
  }
  return false;
}

std::string status_line(const claim& what, const wording& words, std::string_view language, day today) {
  const auto* const now = what.in_force(today);
  if (now == nullptr) {
    return words.say(language, "claim.unjudged", {{"status", words.say(language, "status.unjudged")}});
  }
  auto line =
      words.say(language, "claim.status",
                {{"status", words.status(language, now->status)}, {"date", words.date(language, now->reviewed)}});
  if (what.review.retired_on) {
    if (what.review.retired_on->first_day() <= today) return words.say(language, "claim.retired", {{"line", line}});
    return line;
  }
  if (const auto due = what.review_due(); due && *due < today) {
    return words.say(language, "claim.overdue", {{"line", line}});
  }
  return line;
}

std::string evidence_label(const evidence_item& item, const wording& words, std::string_view language) {
  return words.say(language, "claim.evidence_label",
                   {{"date", words.date(language, item.published)}, {"publisher", item.source.publisher}});
}

std::optional<day> earlier_day(const std::optional<partial_date>& as_of, day today) {
  if (!as_of || as_of->empty() || as_of->last_day() >= today) return std::nullopt;
  return as_of->last_day();
}

std::string only_in_note(const article& of, const wording& words, std::string_view language) {
  const auto key = fmt::format("language.{}", of.language);
  const auto name = words.knows(key) ? words.say(language, key) : of.language;
  return words.say(language, "claim.only_in", {{"language", name}});
}

}  // namespace stillholds
