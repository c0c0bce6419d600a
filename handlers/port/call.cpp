#include "handlers/port/call.hpp"

#include "knowledge/text.hpp"

namespace stillholds {

std::optional<std::string_view> find_header(const headers& all, std::string_view name) noexcept {
  std::optional<std::string_view> found;
  for (const auto& [key, value] : all) {
    if (!same_ascii(key, name)) continue;
    if (found) return std::nullopt;
    found = value;
  }
  return found;
}

}  // namespace stillholds
