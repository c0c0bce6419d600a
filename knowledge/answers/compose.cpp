#include "knowledge/answers/compose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "knowledge/answers/near_ids.hpp"
#include "knowledge/answers/two_claims.hpp"

namespace stillholds {
namespace {

constexpr std::size_t choices_max = 3;
constexpr std::size_t shown_id_max = 48;

// A reader's words never come back in an answer, except what can be nothing but an id.
bool is_plain_id(std::string_view text) {
  return !text.empty() && text.size() <= shown_id_max &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::size_t number_in(std::string_view text) {
  std::size_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  return code == std::errc{} && end == text.data() + text.size() ? number : 0;
}

class composer {
 public:
  explicit composer(const compose_request& request)
      : ask_(request), words_(request.wording), language_(request.outcome.language) {}

  [[nodiscard]] answer compose() const { return with_language_note(by_kind()); }

 private:
  [[nodiscard]] answer by_kind() const {
    switch (ask_.outcome.kind) {
      case outcome_kind::claim: return matched_claim();
      case outcome_kind::suggest: return matched_several();
      case outcome_kind::article: return about_article(ask_.outcome.topic, ask_.outcome.command.date);
      case outcome_kind::command: return command();
      case outcome_kind::none: break;
    }
    return not_covered();
  }

  [[nodiscard]] bool allowed(std::string_view article_id) const {
    return ask_.within.empty() || std::ranges::find(ask_.within, article_id) != ask_.within.end();
  }

  [[nodiscard]] snapshot::found find(std::string_view claim_id) const {
    if (claim_id.empty()) return {};
    const auto found = ask_.snapshot.find_claim(claim_id);
    return found.article != nullptr && allowed(found.article->id) ? found : snapshot::found{};
  }

  [[nodiscard]] std::vector<const article*> articles() const {
    std::vector<const article*> all;
    for (const auto& one : ask_.snapshot.articles) {
      if (allowed(one.id)) all.push_back(&one);
    }
    return all;
  }

  // The article that an answer about no claim is about; nullptr when there is none at all.
  [[nodiscard]] const article* home() const {
    for (const std::string_view id : {std::string_view{ask_.outcome.article_id}, ask_.article_id}) {
      if (const auto* const named = ask_.snapshot.find_article(id); named != nullptr && allowed(id)) return named;
    }
    const auto all = articles();
    return all.empty() ? nullptr : all.front();
  }

  // A small answer of a lead alone.
  [[nodiscard]] answer line(answer_kind kind, std::string lead) const {
    answer one;
    one.kind = kind;
    one.language = language_;
    one.lead = std::move(lead);
    return one;
  }

  [[nodiscard]] answer line(std::string_view key) const {
    return line(answer_kind::command, words_.say(language_, key));
  }

  void link_to_article(answer& into) const {
    const auto* const of = home();
    if (of == nullptr) return;
    into.article_id = of->id;
    into.link = permalink(ask_.public_url, of->id);
    into.link_label = words_.say(language_, "article.all");
  }

  [[nodiscard]] answer one_claim(const snapshot::found& found, std::vector<std::string> next) const {
    auto made =
        compose_claim(*found.article, *found.claim, words_, language_, ask_.public_url, ask_.today, ask_.outcome.as_of);
    std::erase(next, found.claim->id);
    std::erase_if(next, [&](const std::string& id) { return find(id).claim == nullptr; });
    next.resize(std::min(next.size(), choices_max));
    made.suggested = std::move(next);
    return made;
  }

  // A question in a language that no answer is written in: said in one line, once, before the rest.
  [[nodiscard]] answer with_language_note(answer made) const {
    if (!ask_.outcome.in_another_language) return made;
    const auto note = words_.say(language_, "note.languages");
    made.body = made.body.empty() ? note : note + "\n" + made.body;
    return made;
  }

  [[nodiscard]] answer matched_claim() const {
    const auto found = find(ask_.outcome.claim_id);
    if (found.claim == nullptr) return not_covered();
    if (const auto second = find(ask_.outcome.second_claim_id); second.claim != nullptr) {
      return compose_two({*found.article, *found.claim}, {*second.article, *second.claim}, words_, language_,
                         ask_.public_url, ask_.today, ask_.outcome.as_of);
    }
    std::vector<std::string> next;
    next.reserve(ask_.outcome.candidates.size());
    for (const auto& candidate : ask_.outcome.candidates) next.push_back(candidate.claim_id);
    auto made = one_claim(found, std::move(next));
    if (!ask_.memory.shown_before_on || earlier_day(ask_.outcome.as_of, ask_.today)) return made;
    const auto date = words_.date(language_, date_of(*ask_.memory.shown_before_on));
    if (!ask_.memory.shown_before_is_current) {
      const auto note = words_.say(language_, "claim.changed_since", {{"date", date}});
      made.body = made.body.empty() ? note : note + "\n" + made.body;
      return made;
    }
    const auto* const now = found.claim->in_force(ask_.today);
    const auto status =
        now != nullptr ? words_.status(language_, now->status) : words_.say(language_, "status.unjudged");
    auto again =
        line(answer_kind::repeat, words_.say(language_, "claim.already", {{"date", date}, {"status", status}}));
    again.link = made.link;
    again.link_label = made.link_label;
    again.article_id = made.article_id;
    again.claim_id = made.claim_id;
    again.status_word = made.status_word;
    again.suggested = made.suggested;
    return again;
  }

  // Numbered claims to choose from; nothing when none of the ids is known.
  [[nodiscard]] std::optional<answer> choice(std::span<const std::string> ids, std::string lead) const {
    auto made = line(answer_kind::suggest, std::move(lead));
    for (const auto& id : ids) {
      const auto found = find(id);
      if (found.claim == nullptr || made.items.size() == choices_max) continue;
      const auto& sentence = claim_sentence(*found.claim, language_);
      made.items.push_back({.label = fmt::format("{}", made.items.size() + 1),
                            .text = words_.say(language_, "choice.item", {{"claim", sentence}, {"id", id}}),
                            .url = {}});
      made.suggested.push_back(id);
    }
    if (made.items.empty()) return std::nullopt;
    link_to_article(made);
    return made;
  }

  [[nodiscard]] answer matched_several() const {
    auto made = choice(ask_.outcome.suggestions, words_.say(language_, "choice.lead"));
    if (!made) return not_covered();
    if (made->items.size() == 1) made->lead = words_.say(language_, "choice.lead_one");
    return *made;
  }

  [[nodiscard]] answer about_article(article_topic topic, std::optional<partial_date> since) const {
    const auto* const of = home();
    if (of == nullptr) return not_covered();
    if (const auto& section = ask_.outcome.section; !section.empty()) {
      return compose_section(*of, section, words_, language_, ask_.public_url, ask_.today, ask_.outcome.as_of);
    }
    return compose_article(*of, topic, words_, language_, ask_.public_url, ask_.today, since, ask_.outcome.as_of);
  }

  [[nodiscard]] answer not_covered() const {
    const auto all = articles();
    const auto* const of = home();
    if (of == nullptr) return line(answer_kind::none, words_.say(language_, "nothing.no_articles"));
    std::vector<std::string> parts;
    if (all.size() > 1 && ask_.article_id.empty()) {
      for (const auto* const one : all)
        parts.push_back(words_.say(language_, "article.lead_undated", {{"title", one->title}}));
      auto made = line(answer_kind::none,
                       words_.say(language_, "nothing.articles", {{"titles", words_.row(language_, parts)}}));
      made.link = ask_.public_url;
      made.link_label = words_.say(language_, "article.all");
      return made;
    }
    for (const auto& one : of->sections) parts.push_back(section_title(*of, one.id, language_));
    auto made = line(answer_kind::none, words_.say(language_, "nothing.lead",
                                                   {{"sections", words_.row(language_, parts)}, {"title", of->title}}));
    link_to_article(made);
    return made;
  }

  [[nodiscard]] answer command() const {
    const auto& said = ask_.outcome.command;
    switch (said.kind) {
      case command_kind::help: return help();
      case command_kind::list: return about_article(article_topic::list, std::nullopt);
      case command_kind::changes_since: return about_article(article_topic::changed, said.date);
      case command_kind::show_claim: return show_claim(said.argument);
      case command_kind::about_last: return about_last();
      case command_kind::other: return other();
      case command_kind::pick: return pick(said.argument);
      case command_kind::follow: return follow(said.argument);
      case command_kind::unfollow: return unfollow(said.argument);
      case command_kind::forget_me: return line("command.forget_me");
      case command_kind::this_is_wrong: return this_is_wrong(said.argument);
    }
    return help();
  }

  [[nodiscard]] answer help() const {
    const auto* const of = home();
    if (of == nullptr) return line(answer_kind::help, words_.say(language_, "nothing.no_articles"));
    auto made = line(answer_kind::help, words_.say(language_, "help.ask", {{"title", of->title}}));
    made.body = words_.say(language_, "help.also");
    return made;
  }

  [[nodiscard]] answer show_claim(std::string_view id) const {
    const auto found = find(id);
    return found.claim != nullptr ? one_claim(found, {}) : no_such_claim(id);
  }

  [[nodiscard]] answer no_such_claim(std::string_view id) const {
    std::vector<std::string> known;
    for (const auto* const one : articles()) {
      for (const auto& claim : one->claims) known.push_back(claim.id);
    }
    const auto near = near_ids(id, known);
    const auto key = is_plain_id(id) ? "choice.unknown_id" : "choice.unknown";
    if (auto made = choice(near, words_.say(language_, key, {{"id", id}}))) return *made;
    return line("command.unknown_claim");
  }

  [[nodiscard]] answer about_last() const {
    const auto found = find(ask_.memory.last_claim);
    return found.claim != nullptr ? one_claim(found, ask_.memory.last_candidates) : line("command.which_claim");
  }

  [[nodiscard]] answer other() const {
    auto next = ask_.memory.last_candidates;
    std::erase(next, ask_.memory.last_claim);
    if (auto made = choice(next, words_.say(language_, "choice.other"))) return *made;
    auto made = line("command.nothing_else");
    link_to_article(made);
    return made;
  }

  [[nodiscard]] answer pick(std::string_view argument) const {
    const auto& offered = ask_.memory.last_suggested;
    const auto number = number_in(argument);
    if (number == 0 || number > offered.size()) return line("command.no_choice");
    const auto found = find(offered[number - 1]);
    return found.claim != nullptr ? one_claim(found, offered) : line("command.no_choice");
  }

  [[nodiscard]] std::string sentence_of(const snapshot::found& found) const {
    return claim_sentence(*found.claim, language_);
  }

  // The claim that a command means: the one it names, or without a name the one last shown.
  [[nodiscard]] snapshot::found meant(std::string_view argument) const {
    return find(argument.empty() ? std::string_view{ask_.memory.last_claim} : argument);
  }

  [[nodiscard]] answer follow(std::string_view argument) const {
    const auto found = meant(argument);
    if (found.claim == nullptr) return argument.empty() ? line("command.which_claim") : no_such_claim(argument);
    if (!ask_.can_follow) return line("command.follow_not_here");
    auto made = line(answer_kind::command, words_.say(language_, "command.follow", {{"claim", sentence_of(found)}}));
    made.footer = words_.say(language_, "command.follow_end");
    return made;
  }

  [[nodiscard]] answer unfollow(std::string_view argument) const {
    if (argument.empty()) return line("command.unfollow_all");
    const auto found = find(argument);
    if (found.claim == nullptr) return no_such_claim(argument);
    return line(answer_kind::command, words_.say(language_, "command.unfollow", {{"claim", sentence_of(found)}}));
  }

  [[nodiscard]] answer this_is_wrong(std::string_view argument) const {
    const auto found = find(ask_.memory.last_claim);
    if (found.claim == nullptr) return line("command.which_claim");
    if (argument.empty()) return line("command.wrong_how");
    auto made = line(answer_kind::command, words_.say(language_, "command.wrong", {{"claim", sentence_of(found)}}));
    made.article_id = found.article->id;
    made.claim_id = found.claim->id;
    return made;
  }

  const compose_request& ask_;
  const wording& words_;
  std::string_view language_;
};

}  // namespace

answer compose(const compose_request& request) { return composer(request).compose(); }

answer compose_follow_up(const article& of, const claim& what, const wording& words, std::string_view language,
                         std::string_view public_url, day today) {
  answer one;
  one.kind = answer_kind::notice;
  one.language = std::string{language};
  one.lead = words.say(language, "command.followed", {{"claim", claim_sentence(what, language)}});
  one.status = status_line(what, words, language, today);
  one.link = permalink(public_url, of.id, what.id);
  one.link_label = words.say(language, "claim.history");
  one.footer = words.say(language, "command.follow_end");
  one.article_id = of.id;
  one.claim_id = what.id;
  one.status_word = std::string{name_of(what.current().status)};
  return one;
}

answer compose_notice(const wording& words, std::string_view language, std::string_view key) {
  answer one;
  one.kind = answer_kind::notice;
  one.language = std::string{language};
  one.lead = words.say(language, fmt::format("notice.{}", key));
  return one;
}

}  // namespace stillholds
