// Who a question leaves out: "other than Microsoft", "apart from the US", 除了英伟达以外.
#pragma once

#include <span>
#include <vector>

#include "knowledge/terms/tokens.hpp"

namespace stillholds {

// The tokens without such phrases and the names after them, as a claim about those is just what is not asked for. A
// phrase that no name follows ("other than that") stays.
[[nodiscard]] std::vector<token> without_exclusions(std::span<const token> tokens);

}  // namespace stillholds
