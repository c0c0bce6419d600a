// HTTP messages as plain values, so that only the server and the client know the library underneath.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "handlers/port/platform.hpp"

namespace stillholds {

struct http_request {
  std::string method{};
  std::string path{};   // without query, still percent-encoded
  std::string query{};  // without '?'
  stillholds::headers headers;
  std::string body{};
};

struct http_response {
  unsigned status{200};
  std::string content_type{"application/json"};
  std::string body{};
  stillholds::headers headers{};  // further ones: ETag, Retry-After, Allow …
};

// {"error": "…"}: what went wrong, for whoever reads the response. `what` is our own words and needs no escaping.
[[nodiscard]] inline http_response json_error(unsigned status, std::string_view what) {
  return {.status = status,
          .content_type = "application/json",
          .body = "{\"error\":\"" + std::string(what) + "\"}",
          .headers = {}};
}

// 503 for what is worth sending again.
[[nodiscard]] inline http_response come_back(std::string_view what) {
  auto made = json_error(503, what);
  made.headers.emplace_back("Retry-After", "5");
  return made;
}

// Answers one request. Takes it by value: it suspends.
using http_handler = std::function<boost::asio::awaitable<http_response>(http_request)>;

// How many bytes of body a request to this path (with its query) may have, where that is more than the server's own
// limit; 0: that limit holds.
using body_allowance = std::function<std::size_t(std::string_view target)>;

}  // namespace stillholds
