// Who a question leaves out: "other than Microsoft", "apart from the US", 除了英伟达和谷歌以外.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "knowledge/terms/tokens.hpp"

namespace stillholds {

// What is left of a text, and its tokens as they were read in the whole of it: of "apart from the US, Japan leads"
// Japan is still a name and no sentence's start. The tokens' `begin` is that in the whole text.
struct included {
  std::string text;
  std::vector<token> tokens;
  std::vector<token> left_out;  // the phrases and names that went
};

// Cleaned text without such phrases and the names after them, as a claim about those is just what is not asked for. A
// phrase that no name follows ("other than that", 除了这个) stays.
[[nodiscard]] included without_exclusions(std::string_view cleaned);

}  // namespace stillholds
