// One UTF-8 character at a time, for units that walk over text; strict, and total over broken bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace stillholds {

struct utf8_character {
  char32_t point{0xFFFD};  // U+FFFD where the byte is broken
  std::size_t size{1};     // bytes taken: 1..4, a broken byte is taken alone
  bool valid{false};
};

// The character that starts at `offset`. Precondition: offset < text.size().
// Overlong forms, surrogates and values beyond U+10FFFF are broken.
[[nodiscard]] inline utf8_character utf8_at(std::string_view text, std::size_t offset) noexcept {
  const auto byte = [&](std::size_t at) -> std::uint32_t { return static_cast<unsigned char>(text[offset + at]); };
  const auto lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() - offset < size) return {};
  std::uint32_t point = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    point = point << 6U | (byte(i) & 0x3FU);
  }
  const bool too_small = (size == 3 && point < 0x800) || (size == 4 && point < 0x10000);
  if (too_small || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return {};
  return {point, size, true};
}

// Appends one character. Precondition: no surrogate, and at most U+10FFFF.
inline void append_utf8(std::string& out, char32_t point) {
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xC0U | point >> 6U);
    byte(0x80U | (point & 0x3FU));
  } else {
    if (point < 0x10000) {
      byte(0xE0U | point >> 12U);
    } else {
      byte(0xF0U | point >> 18U);
      byte(0x80U | (point >> 12U & 0x3FU));
    }
    byte(0x80U | (point >> 6U & 0x3FU));
    byte(0x80U | (point & 0x3FU));
  }
}

// How many bytes at the start are ASCII; eight at a time, since most text is nothing else.
[[nodiscard]] inline std::size_t ascii_prefix(std::string_view text) noexcept {
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + i, 8);
    if ((eight & 0x8080808080808080U) != 0) break;
  }
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i;
}

}  // namespace stillholds
