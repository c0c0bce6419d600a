// Load for the webhook benchmark: distinct, signed Slack mentions over keep-alive connections, for a bounded time.
// Prints acknowledged requests a second and the latency's p50 and p99.
// Usage: webhook_load PORT PATH SECRET CONNECTIONS SECONDS RUN_ID
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace asio = boost::asio;
using asio::ip::tcp;
using clock_type = std::chrono::steady_clock;

namespace {

constexpr auto use_result = asio::as_tuple(asio::use_awaitable);

struct load {
  std::string path;
  std::string secret;
  std::string run_id;
  unsigned short port{};
  clock_type::time_point until;
  long next{0};
  long good{0};
  long bad{0};
  std::vector<float> latency_ms;
};

std::string signed_request(load& what) {
  const auto n = std::to_string(++what.next);
  const auto now = std::to_string(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
  const std::string id = what.run_id + n;
  const std::string ts = now + "." + std::string(n.size() < 6 ? 6 - n.size() : 0, '0') + n;
  const std::string body =
      R"({"token":"deprecated","team_id":"T0LAB0001","api_app_id":"A0CLAIMBT","event":{"client_msg_id":"7f5d1c1e-1111-4222-8333-)" +
      id +
      R"(","type":"app_mention","text":"<@U0CLAIMBT> does the US really have 90% of the world's AI compute?","user":"U)" +
      id + R"(","ts":")" + ts + R"(","team":"T0LAB0001","channel":"C)" + std::to_string(what.next % 997) +
      R"(","event_ts":")" + ts + R"("},"type":"event_callback","event_id":"Ev)" + id + R"(","event_time":)" + now +
      R"(,"authorizations":[{"enterprise_id":null,"team_id":"T0LAB0001","user_id":"U0CLAIMBT","is_bot":true}],"is_ext_shared_channel":false})";
  const std::string base = "v0:" + now + ":" + body;
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), what.secret.data(), static_cast<int>(what.secret.size()),
       reinterpret_cast<const unsigned char*>(base.data()), base.size(), mac, &size);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    constexpr std::string_view digits = "0123456789abcdef";
    hex += digits[mac[i] >> 4U];
    hex += digits[mac[i] & 15U];
  }
  return "POST " + what.path +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Slack-Request-Timestamp: " + now +
         "\r\nX-Slack-Signature: v0=" + hex + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// Header and body of a small response; true when it was a 200.
asio::awaitable<bool> read_response(tcp::socket& socket, std::string& buffer) {
  std::array<char, 4096> part{};
  std::size_t end = std::string::npos;
  std::size_t length = 0;
  for (;;) {
    if (end == std::string::npos && (end = buffer.find("\r\n\r\n")) != std::string::npos) {
      const auto at = buffer.find("Content-Length: ");
      length = at < end ? std::strtoul(buffer.c_str() + at + 16, nullptr, 10) : 0;
    }
    if (end != std::string::npos && buffer.size() >= end + 4 + length) break;
    const auto [code, n] = co_await socket.async_read_some(asio::buffer(part), use_result);
    if (code) co_return false;
    buffer.append(part.data(), n);
  }
  const bool good = buffer.compare(9, 3, "200") == 0;
  buffer.erase(0, end + 4 + length);
  co_return good;
}

asio::awaitable<void> keep_asking(load& what, asio::io_context& context) {
  tcp::socket socket(context);
  const tcp::endpoint to(asio::ip::address_v4::loopback(), what.port);
  const auto [code] = co_await socket.async_connect(to, use_result);
  if (code) co_return;
  socket.set_option(tcp::no_delay(true));
  std::string buffer;
  while (clock_type::now() < what.until) {
    const auto request = signed_request(what);
    const auto begun = clock_type::now();
    const auto [write_code, n] = co_await asio::async_write(socket, asio::buffer(request), use_result);
    if (write_code) co_return;
    const bool good = co_await read_response(socket, buffer);
    ++(good ? what.good : what.bad);
    what.latency_ms.push_back(std::chrono::duration<float, std::milli>(clock_type::now() - begun).count());
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  load what;
  what.port = static_cast<unsigned short>(std::atoi(argv[1]));
  what.path = argv[2];
  what.secret = argv[3];
  what.run_id = argv[6];
  const double seconds = std::atof(argv[5]);
  what.until = clock_type::now() + std::chrono::milliseconds(static_cast<long>(seconds * 1000));
  what.latency_ms.reserve(4'000'000);
  asio::io_context context{1};
  for (int i = 0; i < std::atoi(argv[4]); ++i) asio::co_spawn(context, keep_asking(what, context), asio::detached);
  context.run();
  std::ranges::sort(what.latency_ms);
  const auto at = [&](double q) {
    return what.latency_ms.empty()
               ? 0.F
               : what.latency_ms[static_cast<std::size_t>(q * static_cast<double>(what.latency_ms.size() - 1))];
  };
  std::printf("%.0f %.2f %.2f %ld\n", static_cast<double>(what.good) / seconds, at(.5), at(.99), what.bad);
}
