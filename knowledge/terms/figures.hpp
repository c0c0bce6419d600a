// Questions for a figure ("how many", "what share", 几倍), and texts that hold one.
#pragma once

#include <span>

#include "knowledge/terms/query.hpp"
#include "knowledge/terms/tokens.hpp"

namespace stillholds {

[[nodiscard]] bool asks_for_figure(std::span<const token> tokens);

// An amount, a share, a count; a year is none.
[[nodiscard]] bool states_figure(std::span<const term> terms);

}  // namespace stillholds
