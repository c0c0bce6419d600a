// Answers follow their questions: edited ones change the reply, deleted ones take it away, others change nothing.
#include "tests/bot/pipeline_world.hpp"

using namespace stillholds;
using namespace stillholds::pipeline_world;
using namespace std::chrono_literals;

namespace {

std::string changed(std::string_view how, std::string_view text = sample_question) {
  return dump_json({{"id", "m1"}, {"change", how}, {"text", text}});
}

// Asks, waits for the answer, then sends the changes one after another; each must have settled `rows` rows.
std::vector<outbox_row> after_changes(world& w, const std::vector<std::string>& changes, std::size_t rows) {
  std::vector<outbox_row> all;
  auto test = [&]() -> asio::awaitable<void> {
    w.start();
    (void)co_await w.mentioned(question);
    all = co_await w.settled(1);
    for (const auto& one : changes) {
      const auto response = co_await w.mentioned(one);
      CHECK(response.status == 200);
      all = co_await w.settled(rows, 1s);
    }
    all = co_await w.settled(rows);
  };
  run_test(w.context, 20s, test());
  return all;
}

}  // namespace

TEST_CASE("an edited question changes the reply that it got, once") {
  world w({.can_look = true, .can_amend = true});
  const auto rows = after_changes(w, {changed("edited"), changed("edited")}, 2);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].action == outbox_action::amend);
  CHECK(rows[0].state == outbox_state::delivered);
  CHECK(rows[0].reply_id == "reply-m1");
  CHECK(w.changes == std::vector<std::string>{"PUT reply-m1 " + sample_claim_id});
  CHECK(w.posted == std::map<std::string, int>{{"m1", 1}});
}

TEST_CASE("a second edit changes the same reply, and a deletion takes it away") {
  world w({.can_look = true, .can_amend = true});
  const auto rows = after_changes(w, {changed("edited"), changed("edited 2"), changed("deleted")}, 4);
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].action == outbox_action::retract);
  CHECK(rows[0].state == outbox_state::delivered);
  CHECK(rows[0].question.question.empty());
  REQUIRE(w.changes.size() == 3);
  CHECK(w.changes[1] == "PUT reply-m1 " + sample_claim_id);
  CHECK(w.changes[2] == "DELETE reply-m1 ");
  CHECK(w.posted["m1"] == 1);
}

TEST_CASE("an edit while the one before could not be sent yet changes the same reply; a deletion takes it away") {
  world w({.can_look = true, .can_amend = true});
  std::vector<outbox_row> rows;
  auto test = [&]() -> asio::awaitable<void> {
    w.start();
    (void)co_await w.mentioned(question);
    rows = co_await w.settled(1);
    w.changes_status = 429;
    (void)co_await w.mentioned(changed("edited"));
    (void)co_await w.settled(2, 300ms);
    (void)co_await w.mentioned(changed("edited 2"));
    (void)co_await w.settled(3, 300ms);
    w.changes_status = 200;
    rows = co_await w.settled(3);
    w.changes_status = 429;
    (void)co_await w.mentioned(changed("edited 3"));
    (void)co_await w.settled(4, 300ms);
    (void)co_await w.mentioned(changed("deleted"));
    (void)co_await w.settled(5, 300ms);
    w.changes_status = 200;
    rows = co_await w.settled(5);
  };
  run_test(w.context, 30s, test());
  REQUIRE(rows.size() == 5);
  CHECK(w.posted == std::map<std::string, int>{{"m1", 1}});
  CHECK(w.changes == std::vector<std::string>{"PUT reply-m1 " + sample_claim_id, "DELETE reply-m1 "});
}

TEST_CASE("edits that come before the first answer went out lead to one answer, to the last of them") {
  world w({.can_look = true, .can_amend = true});
  std::vector<outbox_row> rows;
  auto test = [&]() -> asio::awaitable<void> {
    (void)co_await w.storage->run<void>([](store& s) { return s.set_paused(true, world::now()); });
    w.start();
    (void)co_await w.mentioned(question);
    (void)co_await w.settled(1, 300ms);
    (void)co_await w.mentioned(changed("edited"));
    (void)co_await w.settled(2, 300ms);
    (void)co_await w.mentioned(changed("edited 2"));
    (void)co_await w.settled(3, 300ms);
    (void)co_await w.storage->run<void>([](store& s) { return s.set_paused(false, world::now()); });
    rows = co_await w.settled(3);
  };
  run_test(w.context, 20s, test());
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].state == outbox_state::delivered);
  CHECK(rows[1].state == outbox_state::dropped);
  CHECK(rows[2].state == outbox_state::dropped);
  CHECK(w.posted == std::map<std::string, int>{{"m1", 1}});
}

TEST_CASE("after a deletion nothing is changed any more") {
  world w({.can_look = true, .can_amend = true});
  const auto rows = after_changes(w, {changed("deleted"), changed("edited")}, 2);
  CHECK(rows.size() == 2);
  CHECK(w.changes == std::vector<std::string>{"DELETE reply-m1 "});
  CHECK(w.posted["m1"] == 1);
}

TEST_CASE("where replies cannot be changed, an edit changes nothing") {
  world w({.can_look = true});
  const auto rows = after_changes(w, {changed("edited"), changed("deleted")}, 1);
  CHECK(rows.size() == 1);
  CHECK(w.changes.empty());
  CHECK(w.calls == 1);
}

TEST_CASE("a change of a question that nobody asked us is not even stored") {
  world w({.can_look = true, .can_amend = true});
  std::vector<outbox_row> rows;
  auto test = [&]() -> asio::awaitable<void> {
    w.start();
    const auto response = co_await w.mentioned(changed("edited"));
    CHECK(response.status == 200);
    rows = co_await w.settled(1, 500ms);
    const auto waiting = co_await w.storage->run<store::counts>([](store& s) { return s.count(); });
    CHECK(waiting->inbox_waiting == 0);
  };
  run_test(w.context, 15s, test());
  CHECK(rows.empty());
  CHECK(w.calls == 0);
}
