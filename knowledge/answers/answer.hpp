// The neutral reply document: composed once, stored in the outbox, rendered for each platform when it is sent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "knowledge/error.hpp"

namespace stillholds {

enum class answer_kind { claim, suggest, article, none, help, command, notice, repeat };

[[nodiscard]] std::string_view name_of(answer_kind kind) noexcept;

// One line of evidence, one suggestion or one change. `label` and `url` may be empty.
struct answer_item {
  std::string label{};  // "Apr 2026, Epoch AI", or digits: then the item is the choice of that number
  std::string text{};
  std::string url{};  // only links that a moderator wrote or that we made ourselves

  friend bool operator==(const answer_item&, const answer_item&) = default;
};

// Every part is plain UTF-8 text without markup; a platform escapes it. Parts may be empty, then they take no line.
// Only the body may hold line feeds. (Each {} lets a maker name only the parts it has.)
struct answer {
  answer_kind kind{answer_kind::none};
  std::string language{"en"};
  std::string lead{};                // Claim (Computing power, Jan 2025): "…"
  std::string gloss{};               // That is: …, where the quoted words do not stand on their own or were translated
  std::string status{};              // Status: never well supported · reviewed 23 Nov 2026
  std::string body{};                // the summary; may be shortened at a sentence end
  std::string heading{};             // Newer evidence; goes with the items
  std::vector<answer_item> items{};  // most important first; dropped from the end when room is short
  std::string link_label{};          // Full history
  std::string link{};                // permalink of ours
  std::string footer{};              // not what you meant? reply "other"
  // What the answer is about, for the ledger: empty where that is no single claim.
  std::string article_id{};
  std::string claim_id{};
  std::string status_word{};  // today's status, where the answer shows it; empty: the claim was named but not shown
  // Claim ids. suggest: in the order of the items, so that "2" can be understood; claim: what came next, for "other".
  std::vector<std::string> suggested{};

  friend bool operator==(const answer&, const answer&) = default;
};

// As JSON text for storage, and back. from: corrupt when the text is not what to_json_text wrote.
[[nodiscard]] std::string to_json_text(const answer& value);
[[nodiscard]] result<answer> answer_from_json_text(std::string_view text);

}  // namespace stillholds
