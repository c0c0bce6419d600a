// Who a question leaves out: "other than Microsoft", "apart from the US", 除了英伟达和谷歌以外.
#pragma once

#include <string>
#include <string_view>

namespace stillholds {

// Cleaned text without such phrases and the names after them, as a claim about those is just what is not asked for. A
// phrase that no name follows ("other than that", 除了这个) stays.
[[nodiscard]] std::string without_exclusions(std::string_view cleaned);

}  // namespace stillholds
