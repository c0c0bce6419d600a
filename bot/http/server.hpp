// The HTTP edge: reads requests within hard limits, hands them to one handler, writes the responses. Knows nothing of
// platforms. Everything runs on the thread of the given io_context.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "bot/core/log.hpp"
#include "bot/core/metrics.hpp"
#include "bot/http/message.hpp"
#include "knowledge/error.hpp"

namespace stillholds {

struct http_limits {
  std::size_t connections{1024};
  std::size_t requests_per_connection{10000};
  std::size_t header_bytes{std::size_t{16} * 1024};
  std::size_t body_bytes{std::size_t{256} * 1024};
  std::size_t large_bytes{std::size_t{64} * 1024 * 1024};  // of all bodies beyond body_bytes that are in memory at once
  std::chrono::milliseconds idle{std::chrono::seconds{60}};  // from one request's end to the next one's full header
  std::chrono::milliseconds body{std::chrono::seconds{10}};
  std::chrono::milliseconds handler{std::chrono::seconds{10}};
  std::chrono::milliseconds write{std::chrono::seconds{10}};
};

class http_server {
 public:
  // `journal` and `counters` must outlive the server. limits.body_bytes holds where `allowance` says no more. What
  // comes in while limits.large_bytes are used up waits; within limits.body, then it is told 503 and to come back.
  http_server(boost::asio::io_context& context, const http_limits& limits, http_handler handler, logger& journal,
              metrics& counters, body_allowance allowance = {});
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  // Binds and listens on "127.0.0.1:8080" or "[::1]:8080"; unreachable, with the reason, when that fails. Port 0 picks
  // one.
  [[nodiscard]] result<void> listen(const std::string& address);
  [[nodiscard]] std::uint16_t port() const;

  // Stops accepting, closes idle connections and lets requests in flight finish with "connection: close".
  // Returns when the last one is gone, or at the deadline, when what is left is closed.
  [[nodiscard]] boost::asio::awaitable<void> drain(std::chrono::steady_clock::time_point deadline);

  // Shared with the connections' tasks, so that they may outlive the server object.
  struct state;

 private:
  std::shared_ptr<state> state_;
};

}  // namespace stillholds
