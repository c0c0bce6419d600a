// Everything that can go wrong with a call that posts a reply, over every platform: made on a real connection where it
// is the connection that fails, then judged, then what must happen before the next call.
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <string>
#include <vector>

#include "bot/core/async.hpp"
#include "bot/http/client.hpp"
#include "bot/pipeline/fate.hpp"
#include "knowledge/text.hpp"
#include "tests/bot/run_test.hpp"
#include "tests/conformance/fixtures.hpp"

using namespace stillholds;
using namespace stillholds::conformance;
using namespace std::chrono_literals;

namespace {

using boost::asio::ip::tcp;
using transport = call_result::transport;

// One connection's other end: reads the request (or nothing of it), says these bytes, and leaves like that.
struct other_end {
  enum class manner { close, reset, stay };
  bool reads{true};
  std::string says;
  manner leaves{manner::close};
};

asio::awaitable<void> play(tcp::acceptor& door, other_end part, int& connections) {
  auto [code, socket] = co_await door.async_accept(use_result);
  if (code) co_return;
  ++connections;
  std::string heard;
  if (part.reads)
    (void)co_await asio::async_read_until(socket, asio::dynamic_buffer(heard), "\r\n\r\nhello", use_result);
  if (!part.says.empty()) (void)co_await asio::async_write(socket, asio::buffer(part.says), use_result);
  boost::system::error_code ignored;
  if (part.leaves == other_end::manner::reset) socket.set_option(asio::socket_base::linger(true, 0), ignored);
  if (part.leaves == other_end::manner::stay) {
    asio::steady_timer timer(door.get_executor(), 400ms);
    (void)co_await timer.async_wait(use_result);
  }
  socket.close(ignored);
}

// What the real client makes of it; `scheme` "https" lets it wait for a handshake that never comes.
call_result call_to(const other_end& part, const std::string& scheme = "http") {
  asio::io_context context{1};
  tcp::acceptor door(context, {boost::asio::ip::address_v4::loopback(), 0});
  http_client client(context, {.handshake = 100ms, .exchange = 150ms});
  const auto url = scheme + "://127.0.0.1:" + std::to_string(door.local_endpoint().port()) + "/post";
  int connections = 0;
  call_result made;
  asio::co_spawn(context, play(door, part, connections), asio::detached);
  auto test = [&]() -> asio::awaitable<void> {
    made = co_await client.make({.method = "POST", .url = url, .headers = {}, .body = "hello"}, true);
  };
  run_test(context, 5s, test());
  CHECK_EQ(connections, 1);
  return made;
}

std::string answer_of(const std::string& status_line, const std::string& header_lines, const std::string& body) {
  return "HTTP/1.1 " + status_line + "\r\n" + header_lines + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

// Every platform that is called at all, with a call as it would be made at once.
template <class Trial>
void with_every_platform(Trial trial) {
  for (const auto& of : all_fixtures()) {
    if (answers_in_response(of)) continue;
    CAPTURE(of.entry->name);
    const auto on = make_platform(of);
    const auto made = on->render(sample_reply(of, sample_mention(of, *on)));
    REQUIRE(made.has_value());
    trial(of, *on, call_manners{.repeat_is_harmless = made->repeat_is_harmless, .can_look = on->traits().can_look});
  }
}

// After an unknown outcome nothing is posted that might stand there twice.
void check_reconciled(call_manners of) {
  const auto state = state_after(judgement_kind::unknown, of);
  if (!of.repeat_is_harmless && !of.can_look) {
    CHECK(state == outbox_state::held);
    CHECK(step_before(outbox_state::unknown, false, of) == next_step::hold);
    return;
  }
  REQUIRE(state == outbox_state::unknown);
  CHECK(step_before(state, false, of) == (of.repeat_is_harmless ? next_step::send : next_step::look));
  // By then the platform may have forgotten the key of our first attempt.
  CHECK(step_before(state, false, {.repeat_is_harmless = false, .can_look = of.can_look}) ==
        (of.can_look ? next_step::look : next_step::hold));
}

// The answers of answers.json that say the reply is there.
std::vector<call_result> good_answers(const platform_fixtures& of) {
  std::vector<call_result> found;
  for (const auto& row : of.answers) {
    if (row.at("kind") == "delivered") found.push_back(response_from(row));
  }
  return found;
}

}  // namespace

TEST_CASE("a call that never reached the platform whole is made again, whatever the platform") {
  asio::io_context nobody{1};
  const auto closed = [&] {
    tcp::acceptor door(nobody, {boost::asio::ip::address_v4::loopback(), 0});
    return door.local_endpoint().port();
  }();
  http_client client(nobody, {});
  call_result refused_connection;
  auto test = [&]() -> asio::awaitable<void> {
    refused_connection = co_await client.make(
        {.method = "POST", .url = "http://127.0.0.1:" + std::to_string(closed), .headers = {}, .body = "hello"}, true);
  };
  run_test(nobody, 5s, test());
  using manner = other_end::manner;
  const std::vector<std::pair<const char*, call_result>> troubles{
      {"nobody listens", refused_connection},
      {"timeout before the request was sent", call_to({.reads = false, .says = "", .leaves = manner::stay}, "https")},
      {"reset before the request was sent", call_to({.reads = false, .says = "", .leaves = manner::reset}, "https")},
      {"no TLS there",
       call_to({.reads = false, .says = answer_of("400 Bad Request", "", ""), .leaves = manner::close}, "https")}};
  for (const auto& [name, response] : troubles) {
    CAPTURE(name);
    CAPTURE(response.detail);
    CHECK(response.how == transport::not_sent);
    CHECK(!response.detail.empty());
    with_every_platform([&response](const platform_fixtures&, const platform& on, call_manners of) {
      const auto judged = judge_call(on, response);
      CHECK_EQ(judgement_name(judged.kind), "retry");
      CHECK(!judged.retry_after.has_value());
      CHECK(state_after(judged.kind, of) == outbox_state::queued);
      CHECK(step_before(outbox_state::queued, false, of) == next_step::send);
    });
  }
}

TEST_CASE("a call whose answer never came whole leaves the outcome open, and it is found out or held") {
  using manner = other_end::manner;
  const auto whole = answer_of("200 OK", "Content-Type: application/json\r\n", "{\"ok\":true,\"id\":\"9\"}");
  const std::vector<std::pair<const char*, call_result>> troubles{
      {"connection reset", call_to({.says = "", .leaves = manner::reset})},
      {"closed without a word", call_to({.says = "", .leaves = manner::close})},
      {"timeout after the body was sent", call_to({.says = "", .leaves = manner::stay})},
      {"an answer cut in its headers", call_to({.says = whole.substr(0, 30), .leaves = manner::close})},
      {"an answer cut in its body", call_to({.says = whole.substr(0, whole.size() - 3), .leaves = manner::close})},
      {"an answer that stops in its body",
       call_to({.says = whole.substr(0, whole.size() - 3), .leaves = manner::stay})},
      {"an answer reset in its body", call_to({.says = whole.substr(0, whole.size() - 3), .leaves = manner::reset})},
      {"no HTTP", call_to({.says = "220 smtp.example.org\r\n\r\n", .leaves = manner::close})}};
  for (const auto& [name, response] : troubles) {
    CAPTURE(name);
    CAPTURE(response.detail);
    CHECK(response.how == transport::unknown);
    with_every_platform([&response](const platform_fixtures&, const platform& on, call_manners of) {
      CHECK_EQ(judgement_name(judge_call(on, response).kind), "unknown");
      check_reconciled(of);
    });
  }
}

TEST_CASE("a redirect is not followed and delivers nothing") {
  for (const auto* status :
       {"301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"}) {
    CAPTURE(status);
    const auto response = call_to({.says = answer_of(status, "Location: http://127.0.0.1:1/post\r\n", "<html>moved")});
    REQUIRE(response.how == transport::answered);
    with_every_platform([&response](const platform_fixtures&, const platform& on, call_manners of) {
      const auto judged = judge_call(on, response);
      // It was not taken there: nothing is in doubt, and nothing was posted.
      CHECK(
          (judged.kind == judgement_kind::refused || (judged.kind == judgement_kind::retry && of.repeat_is_harmless)));
    });
  }
}

TEST_CASE("a good answer whose JSON is cut at any byte is no reason to post again") {
  with_every_platform([](const platform_fixtures& of, const platform& on, call_manners manners) {
    for (const auto& good : good_answers(of)) {
      CAPTURE(good.body);
      if (good.status < 200 || good.status > 299) continue;  // "known already": a refusal with a meaning of its own
      auto cut = good;
      for (std::size_t size = 0; size < good.body.size(); ++size) {
        cut.body = good.body.substr(0, size);
        CAPTURE(size);
        const auto judged = judge_call(on, cut);
        CHECK((judged.kind == judgement_kind::delivered || judged.kind == judgement_kind::unknown));
        // An id that is only half there would be changed or taken away in its place.
        if (!judged.reply_id.empty()) CHECK_EQ(judged.reply_id, judge_call(on, good).reply_id);
        if (judged.kind == judgement_kind::unknown) check_reconciled(manners);
      }
    }
  });
}

TEST_CASE("a page in place of the API's answer delivers nothing, unless a status alone says so there") {
  const std::string page = "<!DOCTYPE html><html><body><h1>Please log in</h1>{\"ok\":true,\"id\":9}</body></html>";
  with_every_platform([&page](const platform_fixtures& of, const platform& on, call_manners manners) {
    const auto judged = [&](unsigned status) {
      return judge_call(on, {.status = status, .headers = {{"Content-Type", "text/html"}}, .body = page, .detail = {}});
    };
    const bool by_status = get_bool(of.account, "reply.delivered_by_status").value_or(false);
    CHECK_EQ(judgement_name(judged(200).kind), by_status ? "delivered" : "unknown");
    CHECK(judged(200).reply_id.empty());
    for (const unsigned status : {500U, 502U, 503U, 504U, 520U, 524U, 599U}) {
      CAPTURE(status);
      const auto kind = judged(status).kind;
      // 503 says that it did not even try; what any other left behind nobody knows.
      const bool again = kind == judgement_kind::retry && (status == 503 || manners.repeat_is_harmless);
      CHECK((again || kind == judgement_kind::unknown));
    }
    for (const unsigned status : {400U, 403U, 404U, 405U, 407U, 410U, 413U, 451U}) {
      CAPTURE(status);
      const auto kind = judged(status).kind;
      CHECK((kind == judgement_kind::refused || (kind == judgement_kind::retry && manners.repeat_is_harmless)));
    }
  });
}

TEST_CASE("what an answer says counts, not the content type it is labelled with") {
  with_every_platform([](const platform_fixtures& of, const platform& on, call_manners) {
    for (const auto& row : of.answers) {
      CAPTURE(row.at("name"));
      const auto plain = judge_call(on, response_from(row));
      for (const auto* type : {"text/html", "text/plain; charset=utf-16", "application/octet-stream", "", "x/y; z"}) {
        auto labelled = response_from(row);
        std::erase_if(labelled.headers, [](const header& one) { return same_ascii(one.first, "content-type"); });
        labelled.headers.emplace_back("Content-Type", type);
        const auto judged = judge_call(on, labelled);
        CHECK_EQ(judgement_name(judged.kind), judgement_name(plain.kind));
        CHECK_EQ(judged.reply_id, plain.reply_id);
        CHECK(judged.retry_after == plain.retry_after);
      }
    }
  });
}

TEST_CASE("a rate limit in a header is waited for as long as it says") {
  with_every_platform([](const platform_fixtures&, const platform& on, call_manners of) {
    const auto judged = [&](const char* pause, const std::string& body) {
      return judge_call(on, {.status = 429, .headers = {{"retry-after", pause}}, .body = body, .detail = {}});
    };
    for (const std::string body : {"", "{}", "<html>slow down</html>", "{\"id\":\"1", "[]"}) {
      CAPTURE(body);
      CHECK_EQ(judgement_name(judged("7", body).kind), "retry");
      CHECK(judged("7", body).retry_after == 7s);
      for (const auto* odd : {"", "-1", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "1e9", "99999999999999999999"}) {
        CAPTURE(odd);
        CHECK_EQ(judgement_name(judged(odd, body).kind), "retry");
        CHECK(judged(odd, body).retry_after.value_or(0s) <= 24h);
      }
    }
    CHECK(state_after(judgement_kind::retry, of) == outbox_state::queued);
  });
}

TEST_CASE("a rate limit that stands in the body alone is a rate limit") {
  with_every_platform([](const platform_fixtures& of, const platform& on, call_manners) {
    int shown = 0;
    for (const auto& row : of.answers) {
      if (!row.value("limit_in_body", false)) continue;
      CAPTURE(row.at("name"));
      ++shown;
      auto response = response_from(row);
      response.headers.clear();
      CHECK_EQ(judgement_name(judge_call(on, response).kind), "retry");
      response.body = "{}";
      const auto without = judge_call(on, response);
      // It is the body that said so: without it this would have been judged another way, or without a time.
      CHECK((without.kind != judgement_kind::retry ||
             without.retry_after != judge_call(on, response_from(row)).retry_after));
    }
    CHECK((shown > 0) != get_string(of.account, "no_limit_in_body").has_value());
  });
}
