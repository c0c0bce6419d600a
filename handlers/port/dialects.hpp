// The two dialects that most platforms write in, each to be adjusted: Markdown, and plain text with links in the open.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "knowledge/answers/fit.hpp"

namespace stillholds {

// The text with a word joiner after each of these ASCII characters and after their full-width forms, which some
// platforms read alike, so that no name, channel or number in it is live.
[[nodiscard]] std::string join_after(std::string_view text, std::string_view marks);

// Text shows as it is and nothing in it is live; `cut_after`: characters that begin a name, a channel or a reference
// there ("@#"); `finish`: what else is done to escaped text, labels included. Links are [label](address), the status is
// strong.
using finisher = std::string (*)(std::string_view escaped);
[[nodiscard]] dialect markdown_dialect(std::size_t limit, std::string_view cut_after = {}, finisher finish = nullptr);

// Plain text; links stand in the open after their label.
[[nodiscard]] dialect open_dialect(std::size_t limit, std::string_view cut_after = {});

// HTML without attributes but links: text is escaped and not live, lines end with `line_break`.
[[nodiscard]] dialect html_dialect(std::size_t limit, std::string_view line_break, std::string_view cut_after = {});

// An invisible comment at the end of a reply in Markdown, by which we know our own where the platform has no
// idempotency key; and the room that it takes.
[[nodiscard]] std::string hidden_mark(std::string_view key);
inline constexpr std::size_t hidden_mark_room = 64;

}  // namespace stillholds
