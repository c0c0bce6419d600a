#include "handlers/port/registry.hpp"

#include <algorithm>

namespace stillholds {

std::string_view account_settings::get(std::string_view key) const noexcept {
  const auto found = settings.find(key);
  return found == settings.end() ? std::string_view{} : std::string_view{found->second};
}

const platform_entry* find_platform(std::string_view name) noexcept {
  const auto all = known_platforms();
  const auto found = std::ranges::find(all, name, &platform_entry::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace stillholds
