// Inbox to outbox: takes waiting mentions, matches each against the snapshot it holds for that one mention, decides,
// and commits mention and reply in one transaction.
#pragma once

#include <string>

#include "bot/core/async.hpp"
#include "bot/core/metrics.hpp"
#include "bot/pipeline/accounts.hpp"
#include "bot/pipeline/ingest.hpp"
#include "bot/pipeline/waiting_room.hpp"
#include "bot/store/store_thread.hpp"
#include "knowledge/snapshot/snapshot.hpp"

namespace stillholds {

struct responder_needs {
  asio::any_io_executor on;
  const accounts& who;
  store_thread& storage;
  ingest& webhooks;
  asio::thread_pool& workers;
  const snapshot_slot& knowledge;
  waiting_room& waiting;
  bell& new_mention;
  bell& new_reply;
  metrics& counters;
  logger& journal;
  service_clock now;
  cap_limits caps;
  std::string public_url;
};

class responder {
 public:
  explicit responder(responder_needs needs) : needs_(std::move(needs)), finished_(needs_.on), breath_(needs_.on) {}

  // Until stop(). One task; mentions are worked on concurrently.
  [[nodiscard]] asio::awaitable<void> run();
  void stop();
  // Returns when nothing is being worked on any more, or at the deadline. Call after stop().
  [[nodiscard]] asio::awaitable<void> idle(std::chrono::steady_clock::time_point deadline);

 private:
  [[nodiscard]] asio::awaitable<void> work_on(inbox_row row);
  [[nodiscard]] asio::awaitable<void> answer(inbox_row row, const account& at);

  responder_needs needs_;
  bell finished_;
  bell breath_;
  std::size_t in_flight_{0};
  bool stopping_{false};
};

}  // namespace stillholds
