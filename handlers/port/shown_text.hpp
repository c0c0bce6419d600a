// Text as a page shows it, compared with text as somebody wrote it.
#pragma once

#include <string_view>

namespace stillholds {

// Does the page's HTML (or plain text) still show what was written? Markup is left out, and the few characters that
// renderers improve (quotes, dashes, emoji names) do not count: at least three words in four must be there, in any
// order. An ideograph counts as a word. True when nothing with letters or digits was written.
[[nodiscard]] bool shows_words(std::string_view shown, std::string_view written);

}  // namespace stillholds
