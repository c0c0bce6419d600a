// The way of a mention through the real parts, with a platform made for the test.
#include "tests/bot/pipeline_world.hpp"

using namespace stillholds;
using namespace stillholds::pipeline_world;
using namespace std::chrono_literals;

TEST_CASE("a mention is answered once, with the claim it is about, and its repeats change nothing") {
  world w({.can_look = true});
  std::vector<outbox_row> rows;
  auto test = [&]() -> asio::awaitable<void> {
    w.start();
    for (int i = 0; i < 5; ++i) {
      const auto response = co_await w.mentioned(question);
      CHECK(response.status == 200);
    }
    rows = co_await w.settled(1);
    const auto late = co_await w.mentioned(question);
    CHECK(late.status == 200);
    rows = co_await w.settled(1);
  };
  run_test(w.context, 15s, test());
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].state == outbox_state::delivered);
  CHECK(rows[0].reply_id == "reply-m1");
  CHECK(rows[0].answer.claim_id == sample_claim_id);
  CHECK(w.posted == std::map<std::string, int>{{"m1", 1}});
  CHECK(w.looks == 0);
}

TEST_CASE("who comes second with the same message is told so; who repeats a delivery hears what the first heard") {
  world w({});
  std::vector<std::string> heard;
  std::vector<outbox_row> rows;
  auto test = [&]() -> asio::awaitable<void> {
    w.start();
    for (const auto* route : {"first", "second", "first", "second"}) {
      const auto response = co_await w.mentioned(R"({"id":"m1","route":")" + std::string(route) + R"(","text":")" +
                                                 sample_question + "\"}");
      CHECK(response.status == 200);
      heard.push_back(response.body);
    }
    rows = co_await w.settled(1);
  };
  run_test(w.context, 15s, test());
  CHECK(heard == std::vector<std::string>{"{}", "asked before", "{}", "asked before"});
  CHECK(rows.size() == 1);
  CHECK(w.posted == std::map<std::string, int>{{"m1", 1}});
}

TEST_CASE("rate limits and server errors are tried again with the same key until it is there") {
  world w({.can_look = true});
  const auto row = one_mention(w, {act::limited, act::broken, act::broken});
  CHECK(row.state == outbox_state::delivered);
  CHECK(row.attempts == 4);
  CHECK(w.keys.size() == 1);
  CHECK(w.posted["m1"] == 1);
}

TEST_CASE("an unknown outcome is looked up before anything is sent again") {
  SUBCASE("it had been posted") {
    world w({.can_look = true});
    const auto row = one_mention(w, {act::post_then_hang});
    CHECK(row.state == outbox_state::delivered);
    CHECK(row.reply_id == "seen-m1");
    CHECK(w.calls == 1);
  }
  SUBCASE("it had not") {
    world w({.can_look = true});
    const auto row = one_mention(w, {act::hang});
    CHECK(row.state == outbox_state::delivered);
    CHECK(w.calls == 2);
    CHECK(w.posted["m1"] == 1);
  }
  SUBCASE("nobody can tell: it waits for a person") {
    world w({});
    const auto row = one_mention(w, {act::post_then_hang});
    CHECK(row.state == outbox_state::held);
    CHECK(w.calls == 1);
  }
  SUBCASE("a repeat is harmless: it is simply sent again") {
    world w({}, 1000, {}, false, {.repeat_is_harmless = true});
    const auto row = one_mention(w, {act::hang});
    CHECK(row.state == outbox_state::delivered);
    CHECK(w.looks == 0);
  }
}

TEST_CASE("a refusal is final; a question that is gone is not answered") {
  {
    world w({.can_look = true});
    const auto row = one_mention(w, {act::forbidden});
    CHECK(row.state == outbox_state::refused);
    CHECK(row.reason == "forbidden");
    CHECK(w.calls == 1);
  }
  world w({.can_look = true}, 1000, {}, false, {.looks_first = true});
  w.question_gone = true;
  const auto row = one_mention(w, {});
  CHECK(row.state == outbox_state::refused);
  CHECK(row.reason == "question_gone");
  CHECK(w.calls == 0);
}

TEST_CASE("a look that is turned down for its token gets a new one") {
  world w({.can_look = true}, 1000, {}, false, {.looks_first = true, .needs_token = true});
  w.look_status = 401;
  const auto row = one_mention(w, {});
  CHECK(row.state == outbox_state::delivered);
  CHECK(w.looks == 2);
  CHECK(w.tokens == 2);
}

TEST_CASE("where an answer was promised, silence takes the promise away, and does not count as an answer") {
  world w({}, 1000, {.per_person = 1, .per_thread = 0, .per_space_per_minute = 0}, false,
          {.repeat_is_harmless = true, .shows_waiting = true});
  std::vector<outbox_row> rows;
  auto test = [&]() -> asio::awaitable<void> {
    w.start();
    for (const char* author : {"pest", "pest", "reader", "reader", "reader"}) {
      const auto number = std::to_string(rows.size());
      (void)co_await w.mentioned(dump_json({{"id", "w" + number}, {"author", author}, {"text", sample_question}}));
      rows = co_await w.settled(rows.size() + 1);
    }
  };
  run_test(w.context, 20s, test());
  REQUIRE(rows.size() == 5);  // newest first
  CHECK(w.changes == std::vector<std::string>(3, "DELETE  "));
  CHECK(w.posted.size() == 2);  // the answer, and the one notice of the cap
  for (const auto& row : rows) CHECK(row.state == outbox_state::delivered);
}

TEST_CASE("who asks about a message that another one got no answer for is answered") {
  world w({}, 1000, {}, false, {.repeat_is_harmless = true});
  const auto asked = [](std::string_view route, std::string_view author) {
    return dump_json({{"id", "r1"}, {"route", route}, {"author", author}, {"text", sample_question}});
  };
  std::string third;
  std::vector<outbox_row> rows;
  auto test = [&]() -> asio::awaitable<void> {
    w.start();
    (void)co_await w.mentioned(asked("one", "pest"));
    (void)co_await w.settled(1, 300ms);
    (void)co_await w.mentioned(asked("two", "reader"));
    rows = co_await w.settled(1);
    third = (co_await w.mentioned(asked("three", "another"))).body;
  };
  run_test(w.context, 15s, test());
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].question.author_id == "reader");
  CHECK(w.posted == std::map<std::string, int>{{"r1", 1}});
  CHECK(third == "asked before");
}

TEST_CASE("a path may carry as long a body as its account's platform sends") {
  world w({.body_bytes = 1'000'000});
  CHECK(w.webhooks->body_allowance("/hooks/test/a") == 1'000'000);
  CHECK(w.webhooks->body_allowance("/hooks/test/a/more?x=/hooks") == 1'000'000);
  for (const char* path :
       {"/", "/hooks/", "/hooks/test", "/hooks/test/b", "/hooks/other/a", "/x/hooks/test/a", "/hooks/test?a"})
    CHECK(w.webhooks->body_allowance(path) == 0);
}

TEST_CASE("the answer goes into the response where that is its place, and a repeat gets the same one") {
  world w({});
  std::string first;
  std::string second;
  std::vector<outbox_row> rows;
  const std::string here = "{\"id\":\"m2\",\"inline\":true,\"text\":\"" + sample_question + "\"}";
  auto test = [&]() -> asio::awaitable<void> {
    w.start();
    const auto one = co_await w.mentioned(here);
    first = one.body;
    const auto two = co_await w.mentioned(here);
    second = two.body;
    rows = co_await w.settled(1);
  };
  run_test(w.context, 15s, test());
  CHECK(first == "{\"claim\":\"" + sample_claim_id + "\"}");
  CHECK(second == first);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].state == outbox_state::delivered);
  CHECK(w.calls == 0);
}

TEST_CASE("a full inbox says come back; unknown places, wrong methods and strangers are told so") {
  world w({}, 1);
  auto test = [&]() -> asio::awaitable<void> {
    const auto kept = co_await w.mentioned(question);
    CHECK(kept.status == 200);
    const auto full = co_await w.mentioned("{\"id\":\"m3\",\"text\":\"x\"}");
    CHECK(full.status == 503);
    CHECK(find_header(full.headers, "retry-after").has_value());
    const auto nowhere = co_await w.mentioned(question, "POST", "/hooks/test/b");
    CHECK(nowhere.status == 404);
    const auto method = co_await w.mentioned(question, "DELETE");
    CHECK(method.status == 405);
    CHECK(find_header(method.headers, "Allow") == "POST");
    const auto stranger = co_await w.mentioned("");
    CHECK(stranger.status == 401);
  };
  run_test(w.context, 15s, test());
}

TEST_CASE("dry run records and posts nothing; the blocked get silence; pause holds everything until resume") {
  {
    world w({.can_look = true}, 1000, {}, true);
    const auto row = one_mention(w, {});
    CHECK(row.state == outbox_state::dry);
    CHECK(row.answer.claim_id == sample_claim_id);
    CHECK(w.calls == 0);
  }
  world w({.can_look = true});
  std::vector<outbox_row> rows;
  int calls_while_paused = -1;
  auto test = [&]() -> asio::awaitable<void> {
    (void)co_await w.storage->run<void>([](store& s) { return s.set_paused(true, world::now()); });
    w.start();
    (void)co_await w.mentioned(question);
    (void)co_await w.mentioned("{\"id\":\"m4\",\"author\":\"pest\",\"thread\":\"u\",\"text\":\"" + sample_question +
                               "\"}");
    (void)co_await w.settled(1, 600ms);
    calls_while_paused = w.calls;
    (void)co_await w.storage->run<void>([](store& s) { return s.set_paused(false, world::now()); });
    rows = co_await w.settled(1);
  };
  run_test(w.context, 15s, test());
  CHECK(calls_while_paused == 0);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].state == outbox_state::delivered);
  CHECK(w.posted == std::map<std::string, int>{{"m1", 1}});
}

TEST_CASE("a person's cap: one polite notice, then silence") {
  world w({.can_look = true}, 1000, {.per_person = 2, .per_thread = 0, .per_space_per_minute = 0});
  std::vector<outbox_row> rows;
  auto test = [&]() -> asio::awaitable<void> {
    w.start();
    for (int i = 0; i < 5; ++i) {
      (void)co_await w.mentioned("{\"id\":\"c" + std::to_string(i) + "\",\"thread\":\"t" + std::to_string(i) +
                                 "\",\"text\":\"" + sample_question + "\"}");
      rows = co_await w.settled(static_cast<std::size_t>(std::min(i + 1, 3)), i < 3 ? 8s : 300ms);
    }
  };
  run_test(w.context, 20s, test());
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].answer.kind == answer_kind::notice);  // newest first
  CHECK(w.posted.size() == 3);
}
