// The answer about one claim: its words, the verdict in force on a day, and the evidence for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "knowledge/answers/answer.hpp"
#include "knowledge/answers/wording.hpp"
#include "knowledge/model/article.hpp"

namespace stillholds {

// One claim as of a day, without any conversation: for pages, diff and lint. `as_of` empty or not before today:
// today's verdict. An answer as of an earlier day shows only evidence that had certainly appeared by then.
[[nodiscard]] answer compose_claim(const article& of, const claim& what, const wording& words,
                                   std::string_view language, std::string_view public_url, day today,
                                   std::optional<partial_date> as_of = std::nullopt);

// "{public_url}/a/{article}" or "{public_url}/a/{article}/{claim}".
[[nodiscard]] std::string permalink(std::string_view public_url, std::string_view article_id,
                                    std::string_view claim_id = {});

// The claim as a sentence of its own: translated where there is a translation, else in the article's language.
[[nodiscard]] const std::string& claim_sentence(const claim& what, std::string_view language);

// The section's title for a reader of that language; the id where the article has no such section.
[[nodiscard]] std::string section_title(const article& of, std::string_view section_id, std::string_view language);

// Whether the article's words need the claim's sentence beside them: "and is expanding its lead".
[[nodiscard]] bool leans_on_context(std::string_view quote, const wording& words, std::string_view language);

// "Status: outdated · reviewed 23 Nov 2026", with a word when the review is overdue or the claim is retired.
[[nodiscard]] std::string status_line(const claim& what, const wording& words, std::string_view language, day today);

// "Apr 2026, Epoch AI".
[[nodiscard]] std::string evidence_label(const evidence_item& item, const wording& words, std::string_view language);

// The last day that a date before today may mean; nothing when there is no date or it reaches today.
[[nodiscard]] std::optional<day> earlier_day(const std::optional<partial_date>& as_of, day today);

// One line for a text that a reader of `language` gets in the article's own.
[[nodiscard]] std::string only_in_note(const article& of, const wording& words, std::string_view language);

}  // namespace stillholds
