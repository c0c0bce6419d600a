// The yardstick for the webhook benchmark: a Beast server that reads a request, checks its Slack signature and answers
// 200 {} — no parsing, no storage. One thread. Usage: bare_server PORT SECRET
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <string>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

namespace {

constexpr auto use_result = asio::as_tuple(asio::use_awaitable);
constexpr auto deadline = std::chrono::seconds{30};

bool is_genuine(const http::request<http::string_body>& request, const std::string& secret) {
  const std::string_view given = request["X-Slack-Signature"];
  const std::string base = "v0:" + std::string(request["X-Slack-Request-Timestamp"]) + ":" + request.body();
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(base.data()), base.size(), mac, &size);
  std::string made = "v0=";
  for (unsigned i = 0; i < size; ++i) {
    constexpr std::string_view digits = "0123456789abcdef";
    made += digits[mac[i] >> 4U];
    made += digits[mac[i] & 15U];
  }
  return given.size() == made.size() && CRYPTO_memcmp(given.data(), made.data(), made.size()) == 0;
}

asio::awaitable<void> serve(tcp::socket socket, const std::string& secret) {
  beast::tcp_stream stream(std::move(socket));
  stream.socket().set_option(tcp::no_delay(true));
  beast::flat_buffer buffer;
  for (;;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(256UL * 1024);
    stream.expires_after(deadline);
    const auto [read_code, read] = co_await http::async_read(stream, buffer, parser, use_result);
    if (read_code) co_return;
    const auto request = parser.release();
    http::response<http::string_body> response{
        is_genuine(request, secret) ? http::status::ok : http::status::unauthorized, 11};
    response.set(http::field::content_type, "application/json");
    response.body() = "{}";
    response.keep_alive(request.keep_alive());
    response.prepare_payload();
    stream.expires_after(deadline);
    const auto [write_code, written] = co_await http::async_write(stream, response, use_result);
    if (write_code || !response.keep_alive()) co_return;
  }
}

asio::awaitable<void> accept_all(tcp::acceptor& acceptor, const std::string& secret) {
  for (;;) {
    auto [code, socket] = co_await acceptor.async_accept(use_result);
    if (!code) asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), secret), asio::detached);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  asio::io_context context{1};
  tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), static_cast<unsigned short>(std::atoi(argv[1]))});
  const std::string secret = argv[2];
  asio::co_spawn(context, accept_all(acceptor, secret), asio::detached);
  context.run();
}
