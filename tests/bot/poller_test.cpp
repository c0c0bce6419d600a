// Polls: what they bring is answered, the cursor moves with it, and failures only cost time.
#include "bot/pipeline/poller.hpp"
#include "tests/bot/pipeline_world.hpp"

using namespace stillholds;
using namespace stillholds::pipeline_world;
using namespace std::chrono_literals;

namespace {

// Polls until `rows` answers are settled or the time is up.
std::vector<outbox_row> polled(world& w, std::size_t rows, std::chrono::milliseconds limit = 5s) {
  poller asking({w.context.get_executor(),
                 *w.who,
                 *w.storage,
                 *w.webhooks,
                 w.outgoing,
                 w.lent,
                 w.counters,
                 w.journal,
                 world::now,
                 [] { return 0.0; },
                 {.first = 20ms, .longest = 50ms, .asked_longest = 1s, .give_up_after = 20s}});
  std::vector<outbox_row> all;
  auto test = [&]() -> asio::awaitable<void> {
    w.start();
    asking.start();
    all = co_await w.settled(rows, limit);
    asking.stop();
    co_await asking.idle(std::chrono::steady_clock::now() + 5s);
  };
  run_test(w.context, 15s, test());
  return all;
}

std::string cursor_in(world& w) {
  return w.storage->run_now<std::string>([](store& s) { return s.cursor_of({"test", "a"}); }).value_or("?");
}

}  // namespace

TEST_CASE("what a poll brings is answered once, and the next poll goes on behind it") {
  world w({.can_look = true, .poll_every = 1s});
  w.poll_answers = {{"", "c1 m1 m2"}, {"c1", "c2 m2 m3"}};
  const auto rows = polled(w, 3);
  CHECK(rows.size() == 3);
  CHECK(w.posted == std::map<std::string, int>{{"m1", 1}, {"m2", 1}, {"m3", 1}});
  REQUIRE(w.polls.size() >= 2);
  CHECK(w.polls[0].empty());
  CHECK(w.polls[1] == "c1");
  CHECK(cursor_in(w) == "c2");
}

TEST_CASE("a page that says there is more is followed at once, but not if it leads back to itself") {
  world w({.can_look = true, .poll_every = 1s});
  w.poll_answers = {{"", "c1 m1 more"}, {"c1", "c2 m2 more"}, {"c2", "c2 more"}};
  const auto rows = polled(w, 2, 700ms);  // a second page asked for at the next turn would come too late
  CHECK(rows.size() == 2);
  CHECK(w.polls.size() == 3);
}

TEST_CASE("a place that is closed to us is passed over, and the others are read") {
  world w({.can_look = true, .poll_every = 1s});
  w.poll_answers = {{"", "closed-c1 m1"}, {"c1", "c1 m2"}};
  const auto rows = polled(w, 2);
  CHECK(rows.size() == 2);
  CHECK(cursor_in(w) == "c1");
  CHECK(std::ranges::count(w.polls, "closed-c1") == 1);
}

TEST_CASE("when the inbox is full the cursor stays, and everything comes again") {
  world w({.can_look = true, .poll_every = 1s}, 1);
  w.poll_answers = {{"", "c1 m1 m2 m3"}};
  const auto rows = polled(w, 1, 500ms);
  CHECK(cursor_in(w).empty());
  CHECK(rows.empty());  // a page is kept whole or not at all
  CHECK(w.polls.size() >= 1);
}

TEST_CASE("a platform that is down is asked again, and a token is fetched first") {
  world w({.can_look = true, .poll_every = 1s}, 1000, {}, false, {.needs_token = true});
  w.poll_status = 503;
  w.poll_answers = {{"", "c1 m1"}};
  asio::steady_timer mended(w.context, 1500ms);
  mended.async_wait([&w](auto) { w.poll_status = 200; });
  const auto rows = polled(w, 1);
  CHECK(rows.size() == 1);
  CHECK(w.polls.size() >= 2);
  CHECK(w.tokens == 1);
}

TEST_CASE("of a page that cannot be read less is asked for, and more again when that came") {
  world w({.can_look = true, .poll_every = 1s});
  const std::map<std::string, std::string> good_answers{
      {"", "c1 m1 more"}, {"c1", "c2 more"}, {"c2", "c3 more"}, {"c3", "c4 m2"}};
  SUBCASE("it is no page") { w.poll_answers = {{"", "unreadable"}}; }
  SUBCASE("it is too long") { w.poll_answers = {{"", std::string(3000, 'x')}}; }
  asio::steady_timer mended(w.context, 1500ms);
  mended.async_wait([&](auto) { w.poll_answers = good_answers; });
  (void)polled(w, 2);
  const auto good = std::ranges::find(w.polls, "c1") - w.polls.begin();
  REQUIRE(good > 2);
  CHECK(w.most[0] == "most=100");
  CHECK(w.most[1] == "most=50");
  CHECK(w.most[2] == "most=25");
  CHECK(std::ranges::find(w.most, "most=0") == w.most.end());
  const auto asked = [&](std::ptrdiff_t at) { return std::stoi(w.most.at(static_cast<std::size_t>(at)).substr(5)); };
  CHECK(asked(good) == std::min(100, asked(good - 1) * 2));
  CHECK(asked(good + 1) == std::min(100, asked(good) * 2));
}

TEST_CASE("a closed place or a platform in trouble is no reason to ask for less") {
  world w({.can_look = true, .poll_every = 1s});
  w.poll_answers = {{"", "closed-c1 more"}, {"c1", "c1"}};
  asio::steady_timer broken(w.context, 1500ms);
  broken.async_wait([&w](auto) { w.poll_status = 503; });
  (void)polled(w, 1, 3500ms);
  REQUIRE(w.most.size() >= 4);
  CHECK(std::ranges::count(w.most, "most=100") == std::ssize(w.most));
}

TEST_CASE("without its token a reply waits, and goes out when there is one") {
  world w({.can_look = true}, 1000, {}, false, {.needs_token = true});
  w.token_status = 500;
  std::vector<outbox_row> rows;
  auto test = [&]() -> asio::awaitable<void> {
    w.start();
    (void)co_await w.mentioned(question);
    rows = co_await w.settled(1, 3s);
    // That look may fall into the middle of a try; a try without a token is over at once.
    for (int look = 0; look < 200 && rows.size() == 1 && rows[0].state == outbox_state::sending; ++look)
      rows = co_await w.settled(1, 10ms);
    CHECK(w.calls == 0);
    CHECK(w.tokens == 1);  // a failure stands for a while: the platform is not hammered
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].state == outbox_state::queued);
    CHECK(rows[0].reason == "no_provision");
  };
  run_test(w.context, 15s, test());
}
