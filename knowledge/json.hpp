// JSON from outside: parsed within limits of bytes and depth, read through getters that never guess.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "knowledge/error.hpp"

namespace stillholds {

using json = nlohmann::json;

// What becomes of arrays and objects below the depth limit.
enum class too_deep { refuse, read_as_null };

struct json_limits {
  std::size_t bytes{256UL * 1024};
  std::size_t depth{32};
  too_deep deeper{too_deep::refuse};
};

// Parses one JSON text. too_large beyond the byte limit; malformed on bad syntax, invalid UTF-8, too deep nesting
// (unless that is to be read as null), or an object key that stands twice. Never throws, never recurses with the
// input's depth.
[[nodiscard]] result<json> parse_json(std::string_view text, json_limits limits = {});

// Compact text; invalid UTF-8 in strings becomes U+FFFD instead of an exception.
[[nodiscard]] std::string dump_json(const json& value);

// The member at a path of object keys ("event.user"), or nullptr where any step is missing or not an object. The empty
// path is the value itself.
[[nodiscard]] const json* at_path(const json& value, std::string_view dotted_path) noexcept;

// Typed reads: nothing when the member is missing or of another type. No conversions, no wrapping.
[[nodiscard]] std::optional<std::string> get_string(const json& value, std::string_view dotted_path);
[[nodiscard]] std::optional<std::int64_t> get_integer(const json& value, std::string_view dotted_path);
[[nodiscard]] std::optional<bool> get_bool(const json& value, std::string_view dotted_path);
// An id that a platform sends as text or as an integer, always as text; empty text counts as missing.
[[nodiscard]] std::optional<std::string> get_id(const json& value, std::string_view dotted_path);

}  // namespace stillholds
