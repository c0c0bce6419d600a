#include "bot/http/client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "bot/core/async.hpp"

namespace stillholds {

namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

struct target {
  bool tls{true};
  std::string host;       // for the resolver and the certificate
  std::string host_port;  // for the Host header
  std::string port;
  std::string path;
};

call_result failed(call_result::transport how, std::string detail) {
  return {.how = how, .status = 0, .headers = {}, .body = {}, .detail = std::move(detail)};
}

result<target> parse_target(const std::string& url) {
  auto host = host_of(url);
  if (!host) return std::unexpected(host.error());
  const auto parsed = *boost::urls::parse_uri({url.data(), url.size()});
  target made;
  made.tls = parsed.scheme() == "https";
  made.host = std::move(*host);
  made.port = parsed.has_port() && !parsed.port().empty() ? std::string(parsed.port()) : (made.tls ? "443" : "80");
  made.host_port = std::string(parsed.encoded_host_and_port());
  made.path = std::string(parsed.encoded_resource());
  if (made.path.empty() || made.path.front() != '/') made.path.insert(0, "/");
  if (const auto hash = made.path.find('#'); hash != std::string::npos) made.path.resize(hash);
  return made;
}

http::request<http::string_body> to_beast(call&& what, const target& to) {
  http::request<http::string_body> made{http::string_to_verb(what.method), to.path, 11};
  made.set(http::field::host, to.host_port);
  made.set(http::field::user_agent, "stillholds/" STILLHOLDS_VERSION);
  for (const auto& [name, value] : what.headers) made.set(name, value);
  made.keep_alive(false);
  made.body() = std::move(what.body);
  made.prepare_payload();
  return made;
}

// Sends and reads. What fails before the whole request is written cannot have been acted on: it is incomplete.
template <class Stream>
asio::awaitable<call_result> exchange(Stream& stream, http::request<http::string_body> request,
                                      http_client_limits limits, bool reads_page) {
  beast::get_lowest_layer(stream).expires_after(limits.exchange);
  const auto [write_code, written] = co_await http::async_write(stream, request, use_result);
  if (write_code) co_return failed(call_result::transport::not_sent, "sending: " + write_code.message());
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(reads_page ? limits.page_bytes : limits.response_bytes);
  const auto [read_code, read] = co_await http::async_read(stream, buffer, parser, use_result);
  if (read_code) {
    auto made = failed(call_result::transport::unknown, "reading the answer: " + read_code.message());
    made.too_long = read_code == http::error::body_limit;
    co_return made;
  }
  auto message = parser.release();
  call_result made;
  made.status = message.result_int();
  for (const auto& field : message) made.headers.emplace_back(field.name_string(), field.value());
  made.body = std::move(message.body());
  co_return made;
}

asio::awaitable<result<tcp::resolver::results_type>> resolve(asio::io_context& context, std::string host,
                                                             std::string port, std::chrono::milliseconds limit) {
  // Shared with the timer's handler, which may already be queued when the answer comes and then runs after us.
  struct pending {
    explicit pending(asio::io_context& on) : resolver(on) {}
    tcp::resolver resolver;
    bool late{false};
  };
  const auto state = std::make_shared<pending>(context);
  asio::steady_timer timer(context, limit);
  timer.async_wait([state](const error_code& code) {
    if (code) return;
    state->late = true;
    state->resolver.cancel();
  });
  auto [code, found] = co_await state->resolver.async_resolve(host, port, use_result);
  timer.cancel();
  if (code && state->late) co_return fail(errc::timed_out, "resolving took too long");
  if (code) co_return fail(errc::unreachable, "resolving: " + code.message());
  co_return std::move(found);
}

}  // namespace

http_client::http_client(asio::io_context& context, const http_client_limits& limits)
    : context_(context), limits_(limits), tls_(std::make_unique<ssl::context>(ssl::context::tls_client)) {
  tls_->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                    ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  error_code ignored;  // without a certificate store every https call fails its verification, with that reason
  tls_->set_default_verify_paths(ignored);
  tls_->set_verify_mode(ssl::verify_peer);
}

http_client::~http_client() = default;

asio::awaitable<call_result> http_client::make(call what, bool allow_private) {
  using transport = call_result::transport;
  const auto to = parse_target(what.url);
  if (!to) co_return failed(transport::not_sent, to.error().detail);
  auto found = co_await resolve(context_, to->host, to->port, limits_.resolve);
  if (!found) co_return failed(transport::not_sent, found.error().detail);
  std::vector<tcp::endpoint> endpoints;
  for (const auto& entry : *found) {
    if (allow_private || !is_private_address(entry.endpoint().address().to_string()))
      endpoints.push_back(entry.endpoint());
  }
  if (endpoints.empty()) {
    co_return failed(transport::not_sent, "the host resolves to a private address; set allow_private to call it");
  }
  const bool reads_page = what.reads_page;
  auto request = to_beast(std::move(what), *to);
  beast::tcp_stream plain(context_);
  plain.expires_after(limits_.connect);
  const auto [connect_code, endpoint] = co_await plain.async_connect(endpoints, use_result);
  if (connect_code) co_return failed(transport::not_sent, "connecting: " + connect_code.message());
  if (!to->tls) co_return co_await exchange(plain, std::move(request), limits_, reads_page);

  beast::ssl_stream<beast::tcp_stream> secure(std::move(plain), *tls_);
  if (SSL_set_tlsext_host_name(secure.native_handle(), to->host.c_str()) != 1) {
    co_return failed(transport::not_sent, "the host name does not fit TLS");
  }
  secure.set_verify_callback(ssl::host_name_verification(to->host));
  beast::get_lowest_layer(secure).expires_after(limits_.handshake);
  const auto [shake_code] = co_await secure.async_handshake(ssl::stream_base::client, use_result);
  if (shake_code) co_return failed(transport::not_sent, "TLS: " + shake_code.message());
  co_return co_await exchange(secure, std::move(request), limits_, reads_page);
}

}  // namespace stillholds
