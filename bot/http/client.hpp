// Outgoing HTTP calls: one connection a call, certificate and host name verified, a deadline on every step, the
// response capped, no redirect followed, no private address called unless the admin wrote it down.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "handlers/port/platform.hpp"
#include "knowledge/error.hpp"

namespace boost::asio::ssl {
class context;
}

namespace stillholds {

struct http_client_limits {
  std::chrono::milliseconds resolve{std::chrono::seconds{5}};
  std::chrono::milliseconds connect{std::chrono::seconds{5}};
  std::chrono::milliseconds handshake{std::chrono::seconds{5}};
  std::chrono::milliseconds exchange{std::chrono::seconds{15}};
  std::size_t response_bytes{std::size_t{1024} * 1024};
  std::size_t page_bytes{std::size_t{16} * 1024 * 1024};  // of an answer to a call that reads a page
};

class http_client {
 public:
  http_client(boost::asio::io_context& context, const http_client_limits& limits);
  ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  // Makes the call. Every failure is in the result's transport: not_sent while the request cannot have been understood,
  // unknown afterwards. `allow_private`: the host may be, or resolve to, a loopback, private or link-local address.
  [[nodiscard]] boost::asio::awaitable<call_result> make(call what, bool allow_private);

 private:
  boost::asio::io_context& context_;
  http_client_limits limits_;
  std::unique_ptr<boost::asio::ssl::context> tls_;
};

// Loopback, private, link-local, carrier-grade NAT, multicast, unspecified or mapped forms of those ("10.1.2.3").
// True as well for what is no address at all. Source: the IANA special-purpose address registries (RFC 6890).
[[nodiscard]] bool is_private_address(std::string_view address);

// The host of an absolute http or https URL, lower case, without brackets; malformed otherwise.
[[nodiscard]] result<std::string> host_of(std::string_view url);

}  // namespace stillholds
