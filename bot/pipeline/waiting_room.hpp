// Where a request waits whose answer goes into its own HTTP response, until the responder has decided.
#pragma once

#include <chrono>
#include <map>
#include <memory>

#include "bot/core/async.hpp"
#include "bot/store/store.hpp"

namespace stillholds {

class waiting_room {
 public:
  explicit waiting_room(asio::any_io_executor on) : on_(std::move(on)) {}

  // Returns when the mention is decided, or at the deadline.
  [[nodiscard]] asio::awaitable<void> wait(row_id mention, std::chrono::steady_clock::time_point until) {
    const auto own = std::make_shared<bell>(on_);
    const auto place = waiting_.emplace(mention, own);
    co_await own->wait(until);
    waiting_.erase(place);
  }

  void decided(row_id mention) {
    const auto [first, last] = waiting_.equal_range(mention);
    for (auto it = first; it != last; ++it) it->second->ring();
  }

 private:
  asio::any_io_executor on_;
  std::multimap<row_id, std::shared_ptr<bell>> waiting_;
};

}  // namespace stillholds
