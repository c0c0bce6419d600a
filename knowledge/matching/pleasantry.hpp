// Thanks and praise, in which nothing is asked.
#pragma once

#include <span>
#include <string_view>

#include "knowledge/terms/tokens.hpp"

namespace stillholds {

// "thanks!", "good bot, thank you so much": nothing else is said. A question mark, a figure or any other word makes it
// more than that.
[[nodiscard]] bool is_pleasantry(std::span<const token> tokens);

// Without the thanks that a request begins or ends with: "unfollow" of "thanks, unfollow". `tidied` is tidied text;
// what is returned lies within it.
[[nodiscard]] std::string_view without_thanks(std::string_view tidied);

}  // namespace stillholds
