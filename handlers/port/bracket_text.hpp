// Messages in the markup that puts people, channels and links into angle brackets, "<@U1> see <https://x|x>", and the
// characters & < > of the text itself into entities.
#pragma once

#include <string>
#include <string_view>

#include "handlers/port/addressing.hpp"

namespace stillholds {

struct bracket_text {
  bool names_bot{false};        // as a mention of its own, not in a quote or in code
  bool begins_with_bot{false};  // the mention comes first
  std::string words;            // links opened, the bot's mentions gone, entities decoded once
};

// `bot_user` is the id that stands after "<@".
[[nodiscard]] bracket_text read_bracket_text(std::string_view raw, std::string_view bot_user, const quoting& marks);

}  // namespace stillholds
