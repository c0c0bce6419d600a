// The phrases by which questions about a whole article are known, in English and Chinese. Words only, no logic: this is
// the place to teach the bot another way of asking.
#pragma once

#include <span>
#include <string_view>

#include "knowledge/matching/outcome.hpp"

namespace stillholds {

// Classes of words; a pattern refers to one by its letter. Folded, without apostrophes.
struct word_class {
  char letter;
  std::string_view list;
};
[[nodiscard]] std::span<const word_class> intent_classes() noexcept;

// Words in order; a capital letter stands for its class, '*' skips up to five words, "a|b" is either. "= " at the
// beginning wants the whole text, "^ " its first word, "? " a question mark; "$" at the end wants its last word.
struct intent_pattern {
  article_topic topic;
  std::string_view form;
};
[[nodiscard]] std::span<const intent_pattern> intent_patterns() noexcept;

// Words that such questions are made of, beside the classes and the stop words.
[[nodiscard]] std::string_view intent_frame_words() noexcept;

// Pieces in order, with at most eight characters between; "a|b" is either, "$" behind a last piece ends the text.
[[nodiscard]] std::span<const intent_pattern> intent_han_patterns() noexcept;

// Forms of asking for advice of one's own, as in the patterns.
[[nodiscard]] std::span<const std::string_view> advice_patterns() noexcept;
[[nodiscard]] std::span<const std::string_view> advice_han_patterns() noexcept;
// Questions for what something costs.
[[nodiscard]] std::span<const std::string_view> price_patterns() noexcept;
[[nodiscard]] std::span<const std::string_view> price_han_patterns() noexcept;

// Cut out of a Chinese question before looking at what it is about; the longest that fits is taken.
[[nodiscard]] std::span<const std::string_view> intent_han_frame() noexcept;

}  // namespace stillholds
