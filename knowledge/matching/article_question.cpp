#include "knowledge/matching/article_question.hpp"

#include <algorithm>
#include <vector>

#include "knowledge/matching/pleasantry.hpp"

namespace stillholds {
namespace {

// The allowed article that the question's other words name, by its title or an alias; nullptr when they say more.
const article_names* named_article(const question& asked) {
  const auto& all = asked.in().articles;
  const auto found = std::ranges::find_if(
      all, [&](const article_names& of) { return asked.within().allows(of.id) && of.are_names(asked.rest()); });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

bool is_about_article(const question& asked, outcome& out) {
  const auto& intent = asked.intent();
  const bool may_be_named = intent.names_article || intent.topic == article_topic::update;
  const auto* const named = may_be_named ? named_article(asked) : nullptr;
  const bool about_all = intent.topic && (asked.rest().empty() || named != nullptr);
  const bool only_name = !intent.topic && named != nullptr;
  // "should they update the piece on chips?" is about the piece unless a claim holds all that it adds; that a claim is
  // near in meaning is not enough ("… or nah, since a lot remain unchanged?").
  const bool update_of_part = intent.topic == article_topic::update && intent.names_article &&
                              (decide(asked.found()) != decision::answer || !is_covered(*asked.best()));
  if (!about_all && !only_name && !update_of_part) return false;
  if (only_name && intent.praises) return false;
  if (about_all && asked.rest().empty() && asked.as_of() && intent.only_pointing) return false;
  out.kind = outcome_kind::article;
  out.topic = intent.topic.value_or(article_topic::overview);
  if (out.topic == article_topic::changed) out.command.date = asked.since();
  out.article_id = named != nullptr && !asked.rest().empty() ? named->id : asked.within().only_article();
  out.why = "a question about the article as a whole";
  return true;
}

bool only_praises_article(const question& asked) {
  const auto& intent = asked.intent();
  if (!intent.praises || intent.topic || !intent.names_article || named_article(asked) == nullptr) return false;
  std::vector<token> nameless(asked.tokens().begin(), asked.tokens().end());
  std::erase_if(nameless, [&](const token& next) {
    return std::ranges::find(intent.rest, next.text, &token::text) != intent.rest.end();
  });
  return is_pleasantry(nameless);
}

bool is_about_section(const question& asked, outcome& out) {
  const auto says_something = [](const term& next) { return next.key != "@ai"; };
  if (std::ranges::none_of(asked.rest(), says_something) || decide(asked.found()) == decision::answer) return false;
  if (asked.intent().praises) return false;
  for (const auto& of : asked.in().articles) {
    if (!asked.within().allows(of.id)) continue;
    const auto* const part = of.section_named(asked.rest(), asked.intent().rest);
    if (part == nullptr) continue;
    out.kind = outcome_kind::article;
    out.topic = article_topic::list;
    out.article_id = of.id;
    out.section = part->id;
    out.why = "a question about a section of the article: " + part->id;
    return true;
  }
  return false;
}

bool is_about_last(const question& asked, outcome& out) {
  if (!asked.as_of() || !asked.rest().empty()) return false;
  out.kind = outcome_kind::command;
  out.command.kind = command_kind::about_last;
  out.candidates.clear();  // as of any other command
  out.confidence = 0;
  out.why = "a time and no subject: the claim shown last";
  return true;
}

}  // namespace stillholds
