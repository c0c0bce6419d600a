// The text that a piece of HTML shows, quotes and code marked as Markdown marks them.
#pragma once

#include <string>
#include <string_view>

namespace stillholds {

// Tags left out (paragraphs and line breaks become line ends), entities read once: the five of XML, &nbsp; and numeric
// ones. Lines of a blockquote begin with "> ", code stands between backticks, pre between fences: so that what finds a
// name outside of quotes and code (addressing.hpp) serves here, too. Total: what is no tag and no entity stays as it
// is.
[[nodiscard]] std::string text_of_html(std::string_view html);

}  // namespace stillholds
