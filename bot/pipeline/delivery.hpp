// Outbox to platform: renders each reply when it is sent, lets the platform judge the response, and settles the row:
// delivered, again later, refused, or to be looked for in the thread first.
#pragma once

#include <cstddef>
#include <functional>

#include "bot/core/async.hpp"
#include "bot/core/metrics.hpp"
#include "bot/core/retry.hpp"
#include "bot/http/client.hpp"
#include "bot/pipeline/accounts.hpp"
#include "bot/pipeline/ingest.hpp"
#include "bot/store/store_thread.hpp"

namespace stillholds {

struct delivery_needs {
  asio::any_io_executor on;
  const accounts& who;
  store_thread& storage;
  http_client& http;
  provisions& lent;
  bell& new_reply;
  metrics& counters;
  logger& journal;
  service_clock now;
  std::function<double()> random;  // uniform in [0, 1)
  retry_policy retry;
  std::size_t concurrency{16};
};

class delivery {
 public:
  explicit delivery(delivery_needs needs) : needs_(std::move(needs)), finished_(needs_.on) {}

  // Until stop(). One task; at most `concurrency` replies are on their way, one per conversation.
  [[nodiscard]] asio::awaitable<void> run();
  void stop();
  // Returns when nothing is on its way any more, or at the deadline. Call after stop().
  [[nodiscard]] asio::awaitable<void> idle(std::chrono::steady_clock::time_point deadline);

 private:
  // What an attempt has in hand: the row, the reply as the platform sees it, and the call that is to be made.
  struct errand {
    outbox_row row;
    const account& at;
    reply what;
    std::string provision_name;
    stillholds::call call;
  };

  [[nodiscard]] asio::awaitable<void> carry(outbox_row row);
  [[nodiscard]] asio::awaitable<attempt_result> attempt(outbox_row row, const account& at);
  // What the thread shows: a settled result when the look decides the row's fate, nothing when it is to be sent.
  [[nodiscard]] asio::awaitable<std::optional<attempt_result>> look_first(errand& on_it);
  [[nodiscard]] asio::awaitable<attempt_result> send(errand on_it);
  [[nodiscard]] asio::awaitable<void> settle(outbox_row row, attempt_result what);
  // Back into the queue, or dead when the time is up.
  [[nodiscard]] attempt_result again(const outbox_row& row, outbox_state as, std::optional<std::chrono::seconds> asked,
                                     std::string reason) const;

  delivery_needs needs_;
  bell finished_;
  std::size_t in_flight_{0};
  bool stopping_{false};
};

}  // namespace stillholds
