// Platforms without webhooks: each account's task asks what is new, and what it is told goes the way of a webhook. The
// cursor moves in the same transaction that keeps what was read, so nothing is skipped and nothing is read twice.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "bot/core/async.hpp"
#include "bot/core/metrics.hpp"
#include "bot/core/retry.hpp"
#include "bot/core/seldom.hpp"
#include "bot/http/client.hpp"
#include "bot/pipeline/accounts.hpp"
#include "bot/pipeline/ingest.hpp"
#include "bot/pipeline/provisions.hpp"
#include "bot/store/store_thread.hpp"

namespace stillholds {

struct poller_needs {
  asio::any_io_executor on;
  const accounts& who;
  store_thread& storage;
  ingest& webhooks;
  http_client& http;
  provisions& lent;
  metrics& counters;
  logger& journal;
  service_clock now;
  std::function<double()> random;  // uniform in [0, 1)
  retry_policy retry;              // pauses after failures
};

class poller {
 public:
  explicit poller(poller_needs needs) : needs_(std::move(needs)), finished_(needs_.on) {}

  // Starts a task for each account whose platform is polled. They run until stop().
  void start();
  void stop();
  // Returns when no task runs any more, or at the deadline. Call after stop().
  [[nodiscard]] asio::awaitable<void> idle(std::chrono::steady_clock::time_point deadline);

 private:
  // How a poll went; where it failed, with the pause that the platform asked for.
  struct outcome {
    bool good{true};
    bool more{false};      // ask again at once
    bool too_long{false};  // the page was too long, or could not be read
    std::optional<std::chrono::seconds> asked{};
  };
  [[nodiscard]] asio::awaitable<void> poll_account(const account& at);
  [[nodiscard]] asio::awaitable<outcome> poll_once(const account& at, std::size_t most);
  // `what` is a fixed phrase.
  [[nodiscard]] outcome failed(const account& at, std::string_view what, std::string_view detail);
  // One poll's question, and what may be needed when the platform says no to it.
  struct asked_poll {
    std::string cursor;
    std::string provision_name;
    std::string provision;
    std::string place;  // the path that was asked, for the log
  };
  // The platform said no: by its own word, wait that long, begin with a new token, or go on at the next place.
  [[nodiscard]] asio::awaitable<outcome> turned_down(const account& at, const call_result& response,
                                                     const asked_poll& about);

  poller_needs needs_;
  bell finished_;
  std::vector<std::shared_ptr<bell>> sleeping_;
  std::size_t running_{0};
  bool stopping_{false};
  seldom said_{std::chrono::hours{1}};  // which failures are in the log already
};

}  // namespace stillholds
