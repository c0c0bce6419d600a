// Webhook in, acknowledgement out: the platform admits it, the store commits it, and only then the sender hears 200.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "bot/core/rate_meter.hpp"
#include "bot/http/message.hpp"
#include "bot/pipeline/accounts.hpp"
#include "bot/pipeline/provisions.hpp"
#include "bot/pipeline/waiting_room.hpp"
#include "bot/store/store_thread.hpp"

namespace stillholds {

struct ingest_limits {
  std::size_t inbox_max{10000};
  std::chrono::milliseconds answer_in_response{std::chrono::seconds{4}};  // tighter than any platform's own deadline
};

class ingest {
 public:
  // All referred-to things must outlive it. `new_mention` rings when something was stored.
  ingest(const accounts& who, store_thread& storage, provisions& lent, waiting_room& waiting, bell& new_mention,
         metrics& counters, logger& journal, service_clock now, const ingest_limits& limits);

  // A request whose path begins with /hooks/.
  [[nodiscard]] asio::awaitable<http_response> receive(http_request request);

  // What the account that this path belongs to may be sent, in bytes; 0: no such account.
  [[nodiscard]] std::size_t body_allowance(std::string_view path) const;

  // What polls brought goes the same way: kept, with the cursor, in one job. busy when the inbox is full.
  [[nodiscard]] asio::awaitable<result<void>> take_polled(const account& at, admission admitted);

  // Mentions stored a second, lately.
  [[nodiscard]] std::uint64_t rate() { return arrivals_.per_second(std::chrono::steady_clock::now()); }

 private:
  [[nodiscard]] asio::awaitable<admission> admit(const account& at, incoming raw);
  // All mentions in one job, in which those of our own replies are left out; the last one's outcome.
  [[nodiscard]] asio::awaitable<result<put_outcome>> keep(const account& at, std::vector<mention> mentions,
                                                          std::string cursor);
  [[nodiscard]] asio::awaitable<http_response> store_all(const account& at, admission admitted);
  [[nodiscard]] asio::awaitable<http_response> answer_now(const account& at, put_outcome stored,
                                                          acknowledgement otherwise);

  const accounts& who_;
  store_thread& storage_;
  provisions& lent_;
  waiting_room& waiting_;
  bell& new_mention_;
  metrics& counters_;
  logger& journal_;
  service_clock now_;
  ingest_limits limits_;
  rate_meter arrivals_;
};

}  // namespace stillholds
