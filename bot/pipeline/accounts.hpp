// The configured accounts, each with its platform made and ready: found by the words in a webhook's address.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "bot/config/config.hpp"

namespace stillholds {

struct account {
  account_config settings;
  std::unique_ptr<platform> on;
  origin from;

  // May this call go to a private address? Only where the admin wrote that very host down, or allowed it.
  [[nodiscard]] bool may_call_private(std::string_view url) const;
};

class accounts {
 public:
  explicit accounts(std::vector<account> all) : all_(std::move(all)) {}
  // malformed when a platform refuses its settings (the configuration's check has said so before).
  [[nodiscard]] static result<accounts> make(std::vector<account_config> configured);

  [[nodiscard]] const account* find(std::string_view platform, std::string_view name) const noexcept;
  [[nodiscard]] const account* find(const origin& from) const noexcept { return find(from.platform, from.account); }
  [[nodiscard]] const std::vector<account>& all() const noexcept { return all_; }

 private:
  std::vector<account> all_;
};

}  // namespace stillholds
