#include "bot/http/server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <unordered_set>

#include "bot/core/async.hpp"
#include "bot/http/body_budget.hpp"

namespace stillholds {

namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t linger_bytes =
    std::size_t{1024} * 1024;  // of a refused body we read at most this much before closing
constexpr auto linger_time = std::chrono::seconds{2};
constexpr auto accept_pause = std::chrono::milliseconds{100};
constexpr auto room_pause = std::chrono::milliseconds{20};
constexpr std::size_t piece_bytes = std::size_t{64} * 1024;

// One connection's things. The set in `state` holds raw pointers for closing at drain; each leaves it on the way out.
struct connection {
  explicit connection(tcp::socket socket) : stream(std::move(socket)) {}
  beast::tcp_stream stream;
  beast::flat_buffer buffer;
  bool busy{false};  // between a full header and the response's last byte
};

// What the client is told when reading failed; nothing: it went away, and nobody is left to tell.
std::optional<http_response> answer_to_read_error(const error_code& code) {
  if (code == http::error::body_limit) return json_error(413, "the body is too large");
  if (code == http::error::header_limit || code == http::error::buffer_overflow)
    return json_error(431, "the header is too large");
  if (code == http::error::end_of_stream || code == beast::error::timeout) return std::nullopt;
  if (code.category() == http::make_error_code(http::error::bad_method).category())
    return json_error(400, "this is not HTTP");
  return std::nullopt;
}

http_request to_request(const http::request<http::buffer_body>& from, std::string body) {
  http_request made;
  made.method = from.method_string();
  const std::string_view target(from.target().data(), from.target().size());
  const auto mark = target.find('?');
  made.path = target.substr(0, mark);
  if (mark != std::string_view::npos) made.query = target.substr(mark + 1);
  for (const auto& field : from) made.headers.emplace_back(field.name_string(), field.value());
  made.body = std::move(body);
  return made;
}

http::response<http::string_body> to_beast(http_response&& from, unsigned version, bool keep_alive, bool head) {
  http::response<http::string_body> made{static_cast<http::status>(from.status), version};
  if (!from.content_type.empty()) made.set(http::field::content_type, from.content_type);
  for (const auto& [name, value] : from.headers) made.set(name, value);
  made.keep_alive(keep_alive);
  const auto size = from.body.size();
  if (!head) made.body() = std::move(from.body);
  if (from.status != 204 && from.status != 304) made.content_length(size);
  return made;
}

}  // namespace

struct http_server::state {
  state(asio::io_context& context, const http_limits& given, http_handler to, logger& lines, metrics& numbers,
        body_allowance more)
      : io(context),
        limits(given),
        handler(std::move(to)),
        allowance(std::move(more)),
        journal(lines),
        counters(numbers),
        acceptor(context),
        left(context.get_executor()),
        bodies{.usual = given.body_bytes, .all = given.large_bytes} {}

  asio::io_context& io;
  http_limits limits;
  http_handler handler;
  body_allowance allowance;
  logger& journal;
  metrics& counters;
  tcp::acceptor acceptor;
  std::unordered_set<connection*> open;
  bell left;  // rings when a connection leaves
  body_budget bodies;
  bool draining{false};
};

namespace {

using state_ptr = std::shared_ptr<http_server::state>;

asio::awaitable<bool> write_response(state_ptr s, connection& c, http_response answer, unsigned version,
                                     bool keep_alive, bool head) {
  s->counters.count_http(answer.status);
  const auto message = to_beast(std::move(answer), version, keep_alive, head);
  c.stream.expires_after(s->limits.write);
  http::response_serializer<http::string_body> serializer{message};
  // A HEAD response carries the length of a body that is not there.
  auto [code, bytes] = head ? co_await http::async_write_header(c.stream, serializer, use_result)
                            : co_await http::async_write(c.stream, message, use_result);
  co_return !code && keep_alive;
}

// After a refusal: stop sending, then read and drop a bounded amount, or the client loses our answer to a reset.
asio::awaitable<void> linger(connection& c) {
  error_code ignored;
  c.stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  std::array<char, std::size_t{16} * 1024> dropped{};
  std::size_t total = 0;
  c.stream.expires_after(linger_time);
  while (total < linger_bytes) {
    const auto [code, bytes] = co_await c.stream.async_read_some(asio::buffer(dropped), use_result);
    if (code) break;
    total += bytes;
  }
}

// Runs the handler under its deadline. What escapes from it becomes a 500: one request must not end the service.
asio::awaitable<http_response> run_handler(state_ptr s, http_request request) {
  // The handler is not cancelled: what it has begun (a commit) it finishes. Its deadlines lie in its own awaits;
  // this one only notes when they were not enough.
  const auto begun = steady_clock::now();
  std::optional<http_response> answer;
  std::string escaped;
  try {
    answer = co_await s->handler(std::move(request));
  } catch (const std::exception& problem) {
    escaped = problem.what();
  }
  if (!answer) {
    s->journal.error("request_failed", {{"detail", escaped}});
    co_return json_error(500, "internal error; it is in the log");
  }
  const auto took = steady_clock::now() - begun;
  if (took > s->limits.handler) {
    s->journal.warning("request_slow", {{"ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
  }
  co_return std::move(*answer);
}

// The body is taken piece by piece, so that no more memory is used than really arrived: a length can be announced for
// nothing.
using request_parser = http::request_parser<http::buffer_body>;

std::size_t body_limit_of(const http_server::state& s, const request_parser& parser) {
  const auto target = parser.get().target();
  const auto more = s.allowance ? s.allowance(std::string_view(target.data(), target.size())) : 0;
  return std::max(s.limits.body_bytes, more);
}

struct read_request {
  std::optional<http_response> refusal{};  // what the client is told when nothing could be read, if it is still there
  bool good{false};
};

// How much of `most` may be read now; 0 when there was no room for as long as a body may take. `until`, by which the
// body is to be there, moves on by the time waited: the sender is not to blame for it.
asio::awaitable<std::size_t> wait_for_room(state_ptr s, const budgeted_body& body, std::size_t most,
                                           steady_clock::time_point& until) {
  const auto begun = steady_clock::now();
  asio::steady_timer pause(s->io);
  auto room = body.room_for(most);
  while (room == 0 && !s->draining && steady_clock::now() - begun < s->limits.body) {
    pause.expires_after(room_pause);
    co_await pause.async_wait(use_result);
    room = body.room_for(most);
  }
  until += steady_clock::now() - begun;
  co_return room;
}

// What is left of a request after its header.
asio::awaitable<read_request> read_body(state_ptr s, connection& c, request_parser& parser, budgeted_body& body) {
  auto until = steady_clock::now() + s->limits.body;
  const auto announced = static_cast<std::size_t>(parser.content_length().value_or(0));
  std::string piece(announced == 0 ? piece_bytes : std::min(announced, piece_bytes), '\0');
  while (!parser.is_done()) {
    const auto most = co_await wait_for_room(s, body, piece.size(), until);
    if (most == 0) co_return read_request{.refusal = come_back("too many large requests at once")};
    auto& place = parser.get().body();
    place.data = piece.data();
    place.size = most;
    c.stream.expires_at(until);
    const auto [code, bytes] = co_await http::async_read(c.stream, c.buffer, parser, use_result);
    if (code && code != http::error::need_buffer) co_return read_request{.refusal = answer_to_read_error(code)};
    body.add(std::string_view(piece).substr(0, most - parser.get().body().size), announced);
  }
  co_return read_request{.good = true};
}

asio::awaitable<read_request> read_into(state_ptr s, connection& c, request_parser& parser, budgeted_body& body) {
  parser.header_limit(static_cast<std::uint32_t>(s->limits.header_bytes));
  parser.body_limit(boost::none);  // known once the header is there, which holds the path
  c.stream.expires_after(s->limits.idle);
  const auto [header_code, header_bytes] = co_await http::async_read_header(c.stream, c.buffer, parser, use_result);
  c.busy = true;
  if (header_code) co_return read_request{.refusal = answer_to_read_error(header_code)};
  // Beast looks at Content-Length when the header ends, and at chunks as they come: here is the first look.
  const auto limit = body_limit_of(*s, parser);
  if (parser.content_length().value_or(0) > limit)
    co_return read_request{.refusal = answer_to_read_error(http::error::body_limit)};
  parser.body_limit(limit);
  if (parser.is_done()) co_return read_request{.good = true};
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    http::response<http::empty_body> go_on{http::status::continue_, parser.get().version()};
    c.stream.expires_after(s->limits.write);
    const auto [write_code, written] = co_await http::async_write(c.stream, go_on, use_result);
    if (write_code) co_return read_request{};
  }
  co_return co_await read_body(s, c, parser, body);
}

// One request and its response; false when the connection is to be closed.
asio::awaitable<bool> serve_one(state_ptr s, connection& c, bool last) {
  request_parser parser;
  auto body = std::make_unique<budgeted_body>(s->bodies);
  auto read = co_await read_into(s, c, parser, *body);
  if (!read.good) {
    body.reset();
    if (!read.refusal) co_return false;
    co_await write_response(s, c, std::move(*read.refusal), 11, false, false);
    co_await linger(c);
    co_return false;
  }
  const auto& message = parser.get();
  const auto version = message.version();
  const bool head = message.method() == http::verb::head;
  const bool keep_alive = message.keep_alive() && !last;
  if (version >= 11 && message.count(http::field::host) != 1) {
    co_return co_await write_response(s, c, json_error(400, "exactly one Host header is needed"), 11, false, false);
  }
  auto answer = co_await run_handler(s, to_request(message, body->take()));
  body.reset();
  co_return co_await write_response(s, c, std::move(answer), version, keep_alive && !s->draining, head);
}

asio::awaitable<void> serve_connection(state_ptr s, tcp::socket socket) {
  connection c(std::move(socket));
  s->open.insert(&c);
  s->counters.set_connections(s->open.size());
  struct leave {
    state_ptr s;
    connection* c;
    ~leave() {
      s->open.erase(c);
      s->counters.set_connections(s->open.size());
      s->left.ring();
    }
  } const on_exit{s, &c};
  error_code ignored;
  c.stream.socket().set_option(tcp::no_delay(true), ignored);
  for (std::size_t served = 1; !s->draining; ++served) {
    const bool go_on = co_await serve_one(s, c, served >= s->limits.requests_per_connection);
    c.busy = false;
    if (!go_on) break;
  }
  c.stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
}

// Never ends on an error: only when the acceptor is closed.
asio::awaitable<void> accept_all(state_ptr s) {
  while (s->acceptor.is_open()) {
    if (s->open.size() >= s->limits.connections) {
      co_await s->left.wait(steady_clock::now() + accept_pause);
      continue;
    }
    auto [code, socket] = co_await s->acceptor.async_accept(use_result);
    if (!code) {
      launch(s->io.get_executor(), "connection", serve_connection(s, std::move(socket)), s->journal);
    } else if (s->acceptor.is_open() && code != asio::error::connection_aborted) {
      // Out of descriptors or memory: it passes, and an accept loop that gave up would not come back.
      s->journal.warning("accept_failed", {{"detail", code.message()}});
      asio::steady_timer pause(s->io, accept_pause);
      co_await pause.async_wait(use_result);
    }
  }
}

}  // namespace

http_server::http_server(asio::io_context& context, const http_limits& limits, http_handler handler, logger& journal,
                         metrics& counters, body_allowance allowance)
    : state_(std::make_shared<state>(context, limits, std::move(handler), journal, counters, std::move(allowance))) {}

http_server::~http_server() {
  error_code ignored;
  state_->acceptor.close(ignored);
}

result<void> http_server::listen(const std::string& address) {
  const auto colon = address.rfind(':');
  error_code code;
  std::string host = colon == std::string::npos ? address : address.substr(0, colon);
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const auto ip = asio::ip::make_address(host, code);
  unsigned long port = 65536;
  if (colon != std::string::npos) {
    try {
      port = std::stoul(address.substr(colon + 1));
    } catch (const std::exception&) {
      port = 65536;
    }
  }
  if (code || port > 65535)
    return fail(errc::malformed, "\"" + address + "\" is not ADDRESS:PORT, as in 127.0.0.1:8080");
  const tcp::endpoint endpoint(ip, static_cast<std::uint16_t>(port));
  auto& acceptor = state_->acceptor;
  if (!code) acceptor.open(endpoint.protocol(), code);
  if (!code) acceptor.set_option(asio::socket_base::reuse_address(true), code);
  if (!code) acceptor.bind(endpoint, code);
  if (!code) acceptor.listen(asio::socket_base::max_listen_connections, code);
  if (code) return fail(errc::unreachable, "cannot listen on " + address + ": " + code.message());
  launch(state_->io.get_executor(), "accept", accept_all(state_), state_->journal);
  return {};
}

std::uint16_t http_server::port() const {
  error_code code;
  return state_->acceptor.local_endpoint(code).port();
}

asio::awaitable<void> http_server::drain(steady_clock::time_point deadline) {
  const auto s = state_;
  s->draining = true;
  error_code ignored;
  s->acceptor.close(ignored);
  for (auto* c : s->open) {
    if (!c->busy) c->stream.cancel();
  }
  while (!s->open.empty() && steady_clock::now() < deadline) co_await s->left.wait(deadline);
  for (auto* c : s->open) c->stream.cancel();
}

}  // namespace stillholds
