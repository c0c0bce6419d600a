// The platforms that this program knows: name, the settings each understands, and how to make one.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "handlers/port/platform.hpp"
#include "knowledge/error.hpp"

namespace stillholds {

// What an admin configures for one account of a platform. Secrets are already read from their files.
struct account_settings {
  std::string account;               // the account's name, as in /hooks/{platform}/{account}
  std::vector<std::string> secrets;  // proofs of incoming requests; all are accepted, the first one signs
  std::string token;                 // authorises our calls; may be empty where the platform needs none
  std::string api_url;               // where the platform's API is; empty: the platform's public one
  std::map<std::string, std::string, std::less<>> settings;  // the platform's own keys

  [[nodiscard]] std::string_view get(std::string_view key) const noexcept;  // "" when missing
};

struct setting_rule {
  std::string_view key;
  bool required;
  std::string_view help;  // one line for the error message: what it is and where the admin finds it
};

struct platform_entry {
  std::string_view name;                   // as in /hooks/{platform}/…
  std::span<const setting_rule> settings;  // the keys it understands beside secrets, token and api_url
  bool needs_secret;
  // malformed, with a sentence for the admin, when a value cannot work.
  result<std::unique_ptr<platform>> (*make)(const account_settings& settings);
  // The name under which recorded-request manifests keep this platform's settings, where it differs from `name`.
  std::string_view manifest_name;
};

[[nodiscard]] std::span<const platform_entry> known_platforms() noexcept;
[[nodiscard]] const platform_entry* find_platform(std::string_view name) noexcept;

}  // namespace stillholds
