// The HTTP edge against real sockets on loopback: what it accepts, what it refuses, and that it says so.
#include <doctest/doctest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "bot/core/async.hpp"
#include "bot/http/client.hpp"
#include "bot/http/server.hpp"
#include "tests/bot/run_test.hpp"

using namespace stillholds;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

// A server that answers with what it was asked. /roomy may be sent 100 bytes whatever the limit is.
struct echo {
  explicit echo(const http_limits& limits = {})
      : server(
            context, limits, [](http_request r) { return answer(std::move(r)); }, journal, counters,
            [](std::string_view target) { return target.starts_with("/roomy") ? std::size_t{100} : 0; }) {
    REQUIRE(server.listen("127.0.0.1:0").has_value());
  }
  static asio::awaitable<http_response> answer(http_request request) {
    if (request.path == "/throw") throw std::runtime_error("on purpose");
    if (request.path.ends_with("slow")) {
      asio::steady_timer timer(co_await asio::this_coro::executor, 200ms);
      co_await timer.async_wait(use_result);
    }
    co_return http_response{.content_type = "text/plain",
                            .body = request.method + " " + request.path + "|" + request.query + "|" + request.body};
  }
  std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(server.port()) + path; }

  logger journal{log_level::error};
  metrics counters;
  asio::io_context context{1};  // goes before what its tasks' last breaths touch
  http_server server;
};

// Sends raw bytes, shuts down sending unless told otherwise, and reads until the server closes.
asio::awaitable<std::string> raw(echo& on, std::string bytes) {
  tcp::socket socket(on.context);
  const tcp::endpoint to(asio::ip::address_v4::loopback(), on.server.port());
  co_await socket.async_connect(to, use_result);
  co_await asio::async_write(socket, asio::buffer(bytes), use_result);
  std::string got;
  std::array<char, 4096> part{};
  for (;;) {
    const auto [code, n] = co_await socket.async_read_some(asio::buffer(part), use_result);
    got.append(part.data(), n);
    if (code) break;
  }
  co_return got;
}

}  // namespace

TEST_CASE("a request comes back; several on one connection; the last one closes") {
  echo on;
  std::string got;
  auto test = [&]() -> asio::awaitable<void> {
    got = co_await raw(on,
                       "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
                       "GET /d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  };
  run_test(on.context, 5s, test());
  CHECK(got.find("POST /a|b=c|hi") != std::string::npos);
  CHECK(got.find("GET /d||") != std::string::npos);
}

TEST_CASE("what is too large, malformed or not HTTP is refused with a status, and the service goes on") {
  echo on({.header_bytes = 1024, .body_bytes = 64});
  struct row {
    const char* what;
    std::string bytes;
    const char* expected;
  };
  const std::vector<row> rows{
      {"announced body over the limit",
       "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65\r\n\r\n" + std::string(65, 'x'), "HTTP/1.1 413"},
      {"chunked body over the limit",
       "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n" + std::string(80, 'x') +
           "\r\n0\r\n\r\n",
       "HTTP/1.1 413"},
      {"announced body where more is allowed",
       "POST /roomy?a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 65\r\n\r\n" + std::string(65, 'x'),
       "HTTP/1.1 200"},
      {"chunked body where more is allowed",
       "POST /roomy HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n" +
           std::string(80, 'x') + "\r\n0\r\n\r\n",
       "HTTP/1.1 200"},
      {"announced body over what is allowed there",
       "POST /roomy HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x'), "HTTP/1.1 413"},
      {"chunked body over what is allowed there",
       "POST /roomy HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n70\r\n" + std::string(112, 'x') +
           "\r\n0\r\n\r\n",
       "HTTP/1.1 413"},
      {"huge header", "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(4000, 'y') + "\r\n\r\n", "HTTP/1.1 431"},
      {"garbage", std::string("\x16\x03\x01\x02\0\x01\0", 7) + "\r\n\r\n", "HTTP/1.1 400"},
      {"no host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", "HTTP/1.1 400"},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", "HTTP/1.1 400"},
      {"handler throws", "GET /throw HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 500"},
      {"after all that", "GET /ok HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 200"},
  };
  for (const auto& one : rows) {
    CAPTURE(one.what);
    std::string got;
    auto test = [&]() -> asio::awaitable<void> { got = co_await raw(on, one.bytes); };
    on.context.restart();
    run_test(on.context, 5s, test());
    CHECK(got.substr(0, 12) == one.expected);
  }
}

TEST_CASE("large bodies share what there is: further ones wait, or are told to come back, and small ones do neither") {
  const std::string large =
      "POST /roomy-slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 80\r\n\r\n" + std::string(80, 'x');
  const std::string chunked =
      "POST /roomy-slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
  const std::string small = "POST /roomy HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi";
  struct row {
    std::chrono::milliseconds patience;
    std::string second;
    const char* expected;
  };
  for (const auto& one :
       {row{2s, large, "HTTP/1.1 200"}, row{2s, chunked, "HTTP/1.1 200"}, row{60ms, large, "HTTP/1.1 503"},
        row{60ms, chunked, "HTTP/1.1 200"}, row{60ms, small, "HTTP/1.1 200"}}) {
    CAPTURE(one.patience.count());
    CAPTURE(one.second);
    echo on({.body_bytes = 64, .large_bytes = 100, .body = one.patience});
    std::string first;
    std::string second;
    auto test = [&]() -> asio::awaitable<void> {
      auto ask = [&]() -> asio::awaitable<void> { first = co_await raw(on, large); };
      asio::co_spawn(on.context, ask, asio::detached);
      asio::steady_timer timer(on.context, 30ms);
      co_await timer.async_wait(use_result);
      second = co_await raw(on, one.second);
      while (first.empty()) {
        timer.expires_after(10ms);
        co_await timer.async_wait(use_result);
      }
      CHECK((co_await raw(on, large)).substr(0, 12) == "HTTP/1.1 200");  // every place was given back
    };
    run_test(on.context, 5s, test());
    CHECK(first.substr(0, 12) == "HTTP/1.1 200");
    CHECK(second.substr(0, 12) == one.expected);
    CHECK(second.contains("Retry-After") == second.starts_with("HTTP/1.1 503"));
  }
}

TEST_CASE("more large bodies at once than there is room for all come in, one after another") {
  echo on({.body_bytes = 64, .large_bytes = 100, .body = 1s});
  std::vector<std::string> got(6);
  std::size_t left = got.size();
  auto test = [&]() -> asio::awaitable<void> {
    for (auto& one : got) {
      auto ask = [&on, &one, &left]() -> asio::awaitable<void> {
        const std::string begun = "POST /roomy HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100\r\n\r\n";
        one = co_await raw(on, begun + std::string(100, 'z'));
        --left;
      };
      asio::co_spawn(on.context, ask, asio::detached);
    }
    asio::steady_timer timer(on.context);
    while (left > 0) {
      timer.expires_after(10ms);
      co_await timer.async_wait(use_result);
    }
  };
  run_test(on.context, 8s, test());
  for (const auto& one : got) CHECK(one.ends_with("POST /roomy||" + std::string(100, 'z')));
}

TEST_CASE("who only announces large bodies takes nobody's room") {
  echo on({.body_bytes = 64, .large_bytes = 100, .body = 2s});
  std::vector<tcp::socket> idle;
  std::string got;
  auto test = [&]() -> asio::awaitable<void> {
    for (int i = 0; i < 8; ++i) {
      idle.emplace_back(on.context);
      const tcp::endpoint to(asio::ip::address_v4::loopback(), on.server.port());
      co_await idle.back().async_connect(to, use_result);
      const std::string begun = "POST /roomy HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n" + std::string(20, 'x');
      co_await asio::async_write(idle.back(), asio::buffer(begun), use_result);
    }
    asio::steady_timer timer(on.context, 50ms);
    co_await timer.async_wait(use_result);
    const auto begun = std::chrono::steady_clock::now();
    got = co_await raw(on, "POST /roomy HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 90\r\n\r\n" +
                               std::string(90, 'y'));
    CHECK(std::chrono::steady_clock::now() - begun < 1s);
    idle.clear();
  };
  run_test(on.context, 8s, test());
  CHECK(got.ends_with("POST /roomy||" + std::string(90, 'y')));
}

TEST_CASE("HEAD has the length and no body; 100-continue is answered before the body") {
  echo on;
  std::string got;
  auto head = [&]() -> asio::awaitable<void> {
    got = co_await raw(on, "HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  };
  run_test(on.context, 5s, head());
  CHECK(got.find("Content-Length: 9") != std::string::npos);
  CHECK(got.ends_with("\r\n\r\n"));
  auto expect = [&]() -> asio::awaitable<void> {
    got = co_await raw(
        on, "POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
  };
  on.context.restart();
  run_test(on.context, 5s, expect());
  CHECK(got.starts_with("HTTP/1.1 100"));
  CHECK(got.find("POST /x||hi") != std::string::npos);
}

TEST_CASE("an idle connection and a body that never comes are closed at their deadline") {
  echo on({.idle = 100ms, .body = 100ms});
  for (const std::string bytes : {"", "GET /", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab"}) {
    CAPTURE(bytes);
    const auto begun = std::chrono::steady_clock::now();
    auto test = [&]() -> asio::awaitable<void> { (void)co_await raw(on, bytes); };
    on.context.restart();
    run_test(on.context, 5s, test());
    CHECK(std::chrono::steady_clock::now() - begun < 3s);
  }
}

TEST_CASE("the client reads answers, caps them, and calls no private address unless allowed") {
  echo on;
  http_client client(on.context, {});
  call_result good;
  call_result refused;
  call_result dead;
  auto test = [&]() -> asio::awaitable<void> {
    good = co_await client.make(
        {.method = "POST", .url = on.url("/p?q=1"), .headers = {{"Content-Type", "text/plain"}}, .body = "b"}, true);
    refused = co_await client.make({.method = "GET", .url = on.url("/p"), .headers = {}, .body = ""}, false);
    dead = co_await client.make({.method = "GET", .url = "http://127.0.0.1:1/", .headers = {}, .body = ""}, true);
  };
  run_test(on.context, 10s, test());
  CHECK(good.how == call_result::transport::answered);
  CHECK(good.status == 200);
  CHECK(good.body == "POST /p|q=1|b");
  CHECK(refused.how == call_result::transport::not_sent);
  CHECK(refused.detail.find("private") != std::string::npos);
  CHECK(dead.how == call_result::transport::not_sent);
}

TEST_CASE("an answer that does not come in time leaves the outcome unknown; one too large as well") {
  echo on;
  http_client impatient(on.context, {.exchange = 50ms, .response_bytes = 1024});
  http_client small(on.context, {.response_bytes = 4});
  call_result late;
  call_result large;
  auto test = [&]() -> asio::awaitable<void> {
    late = co_await impatient.make({.method = "POST", .url = on.url("/slow"), .headers = {}, .body = ""}, true);
    large = co_await small.make({.method = "POST", .url = on.url("/x"), .headers = {}, .body = ""}, true);
  };
  run_test(on.context, 10s, test());
  CHECK(late.how == call_result::transport::unknown);
  CHECK(large.how == call_result::transport::unknown);
}

TEST_CASE("draining lets the request in flight finish, closes idle connections and takes no new ones") {
  echo on;
  std::string slow;
  bool drained_in_time = false;
  auto test = [&]() -> asio::awaitable<void> {
    auto ask = [&]() -> asio::awaitable<void> { slow = co_await raw(on, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"); };
    auto idle = [&]() -> asio::awaitable<void> { (void)co_await raw(on, ""); };
    asio::co_spawn(on.context, ask, asio::detached);
    asio::co_spawn(on.context, idle, asio::detached);
    asio::steady_timer timer(on.context, 50ms);
    co_await timer.async_wait(use_result);
    const auto begun = std::chrono::steady_clock::now();
    co_await on.server.drain(begun + 3s);
    drained_in_time = std::chrono::steady_clock::now() - begun < 2s;
    timer.expires_after(50ms);
    co_await timer.async_wait(use_result);
  };
  run_test(on.context, 5s, test());
  CHECK(drained_in_time);
  CHECK(slow.find("GET /slow") != std::string::npos);
  CHECK(slow.find("Connection: close") != std::string::npos);
}
