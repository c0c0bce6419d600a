#include "handlers/port/utf16.hpp"

namespace stillholds {
namespace {

bool begins_character(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }
std::size_t units_of(char first) noexcept { return static_cast<unsigned char>(first) >= 0xF0 ? 2 : 1; }

}  // namespace

std::optional<text_range> utf16_range(std::string_view text, std::int64_t offset, std::int64_t length) {
  if (offset < 0 || length < 0 || offset > static_cast<std::int64_t>(text.size()) ||
      length > static_cast<std::int64_t>(text.size())) {
    return std::nullopt;
  }
  const auto begin = static_cast<std::size_t>(offset);
  const auto end = begin + static_cast<std::size_t>(length);
  std::optional<std::size_t> from;
  std::size_t units = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && !begins_character(text[i])) continue;
    if (units == begin && !from) from = i;
    if (units == end) return from ? std::optional{text_range{*from, i}} : std::nullopt;
    if (i < text.size()) units += units_of(text[i]);
  }
  return std::nullopt;
}

}  // namespace stillholds
