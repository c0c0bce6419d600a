// What a reader may tell the bot to do: help, list, claim <id>, changes since <date>, follow, other, a bare number …
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "knowledge/matching/outcome.hpp"

namespace stillholds {

// The command that the whole text is, in English or Chinese; nothing when it is a question. Nothing at all counts as
// help. `is_claim` tells whether an id is known: a claim's id alone shows that claim. `today` bounds and completes
// dates.
[[nodiscard]] std::optional<command> parse_command(std::string_view text, day today,
                                                   const std::function<bool(std::string_view)>& is_claim);

}  // namespace stillholds
