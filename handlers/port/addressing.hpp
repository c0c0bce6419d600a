// Who is spoken to: the bot's name in what a person wrote, outside of what they quote or show as code.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stillholds {

struct text_range {
  std::size_t begin{0};
  std::size_t end{0};
};

// How a platform marks quotes and code.
struct quoting {
  std::string_view quote_mark{">"};  // at the beginning of a line
  std::string_view quote_all_mark;   // at the beginning of a line: everything after it is quoted; empty: none such
  bool fence_may_stay_open{true};    // a code fence without an end reaches to the end of the text
  bool tilde_fences{true};           // "~~~" as well as "```"
  bool code_may_cross_lines{true};   // `code` may go on in the next line, though never past an empty one
};

// The parts of the text that are quotes or code, in order and apart from each other.
[[nodiscard]] std::vector<text_range> not_own_words(std::string_view text, const quoting& marks);

[[nodiscard]] bool lies_in(const std::vector<text_range>& ranges, std::size_t offset) noexcept;

// Where "@name" stands as a word of its own, ASCII case ignored, outside `skip`: not in "@name2", "@name.example",
// "@name-x", "x@name" or "@@name". The ranges cover the "@" and the name.
[[nodiscard]] std::vector<text_range> find_at_name(std::string_view text, std::string_view name,
                                                   const std::vector<text_range>& skip);

// The text without these ranges (in order, apart from each other).
[[nodiscard]] std::string without(std::string_view text, const std::vector<text_range>& ranges);

// What is left once the name is gone, as a question: tidied and cut at 4,000 characters. `began_with_name`: the comma
// or colon that followed the name goes as well.
[[nodiscard]] std::string as_question(std::string_view text, bool began_with_name);

// What is asked of "@name" for any of these names: the text without the names, as a question; nothing when none of them
// is spoken to outside of quotes and code.
[[nodiscard]] std::optional<std::string> question_to(std::string_view text, std::span<const std::string> names,
                                                     const quoting& marks);

// "a, b,c" -> a b c: how a list stands in one setting.
[[nodiscard]] std::vector<std::string> list_in(std::string_view setting);

}  // namespace stillholds
