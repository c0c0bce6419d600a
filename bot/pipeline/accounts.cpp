#include "bot/pipeline/accounts.hpp"

#include <algorithm>

#include "bot/http/client.hpp"

namespace stillholds {

bool account::may_call_private(std::string_view url) const {
  if (settings.allow_private) return true;
  const auto host = host_of(url);
  if (!host || std::ranges::find(settings.own_hosts, *host) == settings.own_hosts.end()) return false;
  // A name may change what it points to; an address written out is what the admin meant.
  return *host == "localhost" || host->find_first_not_of("0123456789.:abcdef") == std::string::npos;
}

result<accounts> accounts::make(std::vector<account_config> configured) {
  std::vector<account> made;
  for (auto& one : configured) {
    const auto* entry = find_platform(one.platform);
    if (entry == nullptr) return fail(errc::malformed, "unknown platform " + one.platform);
    auto on = entry->make(one.settings);
    if (!on) return std::unexpected(on.error());
    origin from{one.platform, one.settings.account};
    made.push_back({std::move(one), std::move(*on), std::move(from)});
  }
  return accounts(std::move(made));
}

const account* accounts::find(std::string_view platform, std::string_view name) const noexcept {
  const auto it = std::ranges::find_if(
      all_, [&](const account& one) { return one.from.platform == platform && one.from.account == name; });
  return it == all_.end() ? nullptr : &*it;
}

}  // namespace stillholds
