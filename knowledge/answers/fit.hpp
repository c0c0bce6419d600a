// The forms of one answer from the longest to the shortest, and the choice of the longest that fits a limit.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "knowledge/answers/answer.hpp"

namespace stillholds {

// How a platform writes the parts of an answer. All functions are pure; an empty one leaves the text as it is.
struct dialect {
  // Escapes one line of text that may hold anything, so that it shows as it is: no mention, no markup, no live link.
  std::function<std::string(std::string_view)> escape;
  // A live link to an address of ours or a moderator's, with an (unescaped) label; label may be empty.
  std::function<std::string(std::string_view url, std::string_view label)> link;
  // Already escaped text made strong; identity where the platform has none. Used for the status.
  std::function<std::string(std::string_view)> strong;
  std::string_view item_mark{"· "};   // stands before each item
  std::string_view line_break{"\n"};  // between lines
  std::string_view part_break{"\n"};  // between parts (lead, body, items, footer)
  std::size_t limit{4000};
  std::function<std::size_t(std::string_view)> measure;  // length in the platform's unit; empty: code points
  // True where link() hides the address behind its label: then an item's own label is its link ("[Apr 2026, Epoch AI]:
  // finding"); otherwise the address follows the item's text.
  bool labels_carry_links{false};
};

// The whole answer in this dialect, shortened step by step until it fits the limit. Evidence and changes: items from
// the last, then the body at a sentence end, the gloss, the footer; what is left is lead, status and link. Choices:
// footer first, then each choice's text is cut, and only then choices are dropped from the last. If even the rest is
// too long, the lead is cut at a character with "…", then the status goes, then the lead. The link is never cut and
// markup is never broken: every form is shortened as a document and written anew. Where not even the link fits, the
// lead stands alone, cut. Never longer than the limit; empty when not one character fits.
[[nodiscard]] std::string write(const answer& what, const dialect& in);

// Plain text without markup, links in the open: the terminal and the neutral webhook.
[[nodiscard]] dialect plain_dialect(std::size_t limit = 4000);

// What stands between a label and an address in the open: behind Chinese a full-width colon.
[[nodiscard]] std::string_view colon_after(std::string_view label) noexcept;

}  // namespace stillholds
