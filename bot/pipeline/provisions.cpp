#include "bot/pipeline/provisions.hpp"

#include <algorithm>

namespace stillholds {
namespace {

constexpr auto failure_stands = std::chrono::seconds{10};
constexpr auto renew_before_end = std::chrono::seconds{60};  // nothing may run out between here and the platform
constexpr auto wait_longest = std::chrono::seconds{40};      // longer than any one call may take
constexpr std::size_t kept_most = 10000;                     // names may come from outside ("installation:42")

}  // namespace

bool turns_down_provision(const platform& on, const call_result& response) {
  return response.status == 401 || on.judge(response).renew_provision;
}

asio::awaitable<result<std::string>> provisions::get(const account& at, std::string name) {
  if (name.empty()) co_return std::string{};
  const key which{at.from.platform, at.from.account, name};
  if (const auto found = kept_.find(which); found != kept_.end()) {
    if (found->second.fetching) {
      const auto own = std::make_shared<bell>(on_);
      found->second.waiting.push_back(own);
      co_await own->wait(std::chrono::steady_clock::now() + wait_longest);
    }
    const auto now_there = kept_.find(which);
    if (now_there != kept_.end() && !now_there->second.fetching && now_() < now_there->second.good_until) {
      co_return now_there->second.value;
    }
    if (now_there != kept_.end() && now_there->second.fetching) {
      co_return fail(errc::busy, "the platform takes too long to hand out " + name);
    }
  }
  co_await fetch(at, std::move(name), which);
  co_return kept_[which].value;
}

asio::awaitable<void> provisions::fetch(const account& at, std::string name, key which) {
  if (kept_.size() >= kept_most) {
    std::erase_if(kept_, [&](const auto& one) { return !one.second.fetching && one.second.good_until <= now_(); });
  }
  kept_[which].fetching = true;
  const auto asked_at = std::chrono::floor<std::chrono::seconds>(now_());
  auto request = at.on->fetch_provision(name, asked_at);
  result<provision> read = fail(errc::unreachable, "");
  if (!request) {
    read = std::unexpected(request.error());
  } else {
    const bool allow_private = at.may_call_private(request->url);
    const auto response = co_await http_.make(std::move(*request), allow_private);
    read = response.how == call_result::transport::answered ? at.on->read_provision(name, response, asked_at)
                                                            : fail(errc::unreachable, response.detail);
  }
  auto& place = kept_[which];
  place.fetching = false;
  place.fetched = now_();
  if (read) {
    place.value = std::move(read->value);
    place.good_until = std::max<instant>(read->good_until - renew_before_end, place.fetched + std::chrono::seconds{1});
  } else {
    journal_.warning("provision_not_fetched", {{"platform", at.from.platform},
                                               {"account", at.from.account},
                                               {"error", name_of(read.error().code)},
                                               {"detail", read.error().detail}});
    place.value = std::unexpected(read.error());
    place.good_until = place.fetched + failure_stands;
  }
  const auto waiting = std::exchange(place.waiting, {});
  for (const auto& one : waiting) one->ring();
}

void provisions::renew(const account& at, const std::string& name, const std::string& value,
                       std::chrono::seconds youngest) {
  const auto found = kept_.find(key{at.from.platform, at.from.account, name});
  if (found == kept_.end() || found->second.fetching || found->second.value != value) return;
  if (now_() - found->second.fetched >= youngest) found->second.good_until = {};
}

}  // namespace stillholds
