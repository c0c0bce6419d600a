// What people paste around a question, taken away before it is read.
#pragma once

#include <string>
#include <string_view>

namespace stillholds {

// Without addresses, picture links, HTML entities and a quoted post's signature ("— Name (@x) June 3, 2020");
// @handles and #CamelCase tags are split into words; traditional Chinese characters become simplified ones.
[[nodiscard]] std::string clean(std::string_view text);

}  // namespace stillholds
