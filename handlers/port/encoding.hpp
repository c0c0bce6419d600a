// Hex, base64 and percent forms of bytes: strict readers, because a signature must have exactly one spelling.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stillholds {

// The bytes behind lower-case hex; nothing on an odd length or any other character (upper case included).
[[nodiscard]] std::optional<std::string> decode_hex(std::string_view text);

// The bytes behind padded standard base64; nothing on blanks, missing padding, or stray bits in the last character.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

[[nodiscard]] std::string encode_base64(std::span<const unsigned char> bytes);

// Everything but letters, digits and "-._~" as %XX: safe as one query value or one path segment.
[[nodiscard]] std::string percent_encode(std::string_view text);

// Nothing on a broken %XX. `plus_is_blank` as in form bodies.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank);

// The fields of an application/x-www-form-urlencoded body, in order; nothing when it is broken or has over 256 fields.
using form_fields = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] std::optional<form_fields> parse_form(std::string_view body);

// The value of the only field of that name; nothing when it is missing or stands more than once.
[[nodiscard]] std::optional<std::string_view> form_value(const form_fields& fields, std::string_view name) noexcept;

// Sixteen hex digits that tell one text from another (FNV-1a, 64 bit); for keys, not for secrets.
[[nodiscard]] std::string content_mark(std::string_view text);

// "https://host:port" of an absolute http or https address, in lower case, the scheme's own port left out; nothing
// when it is no such address, names a user, or holds anything but printable ASCII.
[[nodiscard]] std::optional<std::string> web_origin(std::string_view url);

}  // namespace stillholds
