// Which claim ids were probably meant by a text that is none of them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stillholds {

// Up to three of `ids` that look like what was written, the nearest first; none when nothing is near.
[[nodiscard]] std::vector<std::string> near_ids(std::string_view written, std::span<const std::string> ids);

}  // namespace stillholds
