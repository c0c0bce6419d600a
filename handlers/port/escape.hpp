// Pieces from which platforms build their dialects: text that may hold anything is made to show as it is, and nothing
// in it becomes a link, a mention or markup.
#pragma once

#include <string>
#include <string_view>

namespace stillholds {

// U+2060, invisible and without width: put between two characters, a platform's link and mention finders stop there.
inline constexpr std::string_view word_joiner = "\xE2\x81\xA0";

// Tidied text (see `tidy`) in which no address is live: word joiners stand after "scheme:" and "www", before the last
// label of a host name, and inside a leading "//".
[[nodiscard]] std::string defang(std::string_view text);

// & < > as entities.
[[nodiscard]] std::string escape_entities(std::string_view text);

// &amp; &lt; &gt; as the characters they stand for, once: "&amp;lt;" becomes "&lt;".
[[nodiscard]] std::string decode_entities(std::string_view text);

// Markdown (CommonMark and the usual extensions) as it stands: & and < as entities, a backslash before what starts
// markup, and before what starts a list or a heading only at the beginning of a line.
[[nodiscard]] std::string escape_markdown(std::string_view text);

// An http or https address that cannot end the markup around it: blanks, quotes, brackets, backslashes, bars, controls
// and bytes beyond ASCII percent-encoded. Empty when it is no such address.
[[nodiscard]] std::string safe_address(std::string_view url);

// Marks put around text make it strong only when no blank touches them and it is a single line; else the text itself.
[[nodiscard]] std::string emphasise(std::string_view text, std::string_view mark);

}  // namespace stillholds
