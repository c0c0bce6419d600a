// Places in a text that are counted in UTF-16 code units, as some platforms do; ours are bytes of UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "handlers/port/addressing.hpp"

namespace stillholds {

// The bytes of `length` units from unit `offset` on; nothing when that goes beyond the text or cuts a character.
[[nodiscard]] std::optional<text_range> utf16_range(std::string_view text, std::int64_t offset, std::int64_t length);

}  // namespace stillholds
