// What a question turned out to be about, and why: the matcher's whole answer as a value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "knowledge/calendar.hpp"

namespace stillholds {

enum class outcome_kind { claim, suggest, article, command, none };
enum class article_topic { update, changed, list, overview, provenance };
enum class command_kind {
  help,
  list,
  show_claim,
  changes_since,
  follow,
  unfollow,
  forget_me,
  this_is_wrong,
  other,
  pick,
  about_last  // "did this hold in June 2025?": the claim last shown in the thread, as of outcome::as_of
};

[[nodiscard]] std::string_view name_of(outcome_kind kind) noexcept;
[[nodiscard]] std::string_view name_of(command_kind kind) noexcept;

struct candidate {
  std::string article_id;
  std::string claim_id;
  double confidence{0};                // that this claim is meant, 0..1: of ten answers given with .9, nine are right
  double score{0};                     // what ranked it
  std::vector<std::string> matched{};  // the question's words that met the claim's, for people
  std::vector<std::string> missed{};   // the others that say something
  std::vector<std::pair<std::string_view, double>> signals{};  // what was measured, by name
};

struct command {
  command_kind kind{command_kind::help};
  std::string argument;              // a claim id, the text of a correction, "2"; may be empty
  std::optional<partial_date> date;  // changes since …; set as well for an article question "what changed since …"
};

struct outcome {
  outcome_kind kind{outcome_kind::none};
  std::string article_id;                // claim and article: whose; may be empty when several articles are in play
  std::string claim_id;                  // kind == claim only
  bool asks_nothing{false};              // kind == none only: thanks or praise, which wants no answer
  std::string second_claim_id;           // kind == claim only: the question asks about that one as well; mostly empty
  double confidence{0};                  // of the best candidate, whatever the kind
  std::vector<candidate> candidates;     // best first, at most 5, whatever the kind
  std::vector<std::string> suggestions;  // kind == suggest: up to three claim ids, best first
  article_topic topic{article_topic::overview};  // kind == article
  std::string section;                           // kind == article: asked about that part of it alone
  stillholds::command command;                   // kind == command
  std::optional<partial_date> as_of;             // the reader asked about that date
  std::string language{"en"};                    // the answer's: the question's, or "en"
  bool in_another_language{false};               // the question is in none that answers are written in
  std::string why;                               // one line for a moderator: answered, suggested or refused because …
};

}  // namespace stillholds
