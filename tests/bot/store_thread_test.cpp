// The store's thread: who is told what, when, and on which thread; and what a failure takes along.
#include <unistd.h>

#include <boost/asio/detached.hpp>
#include <filesystem>
#include <latch>
#include <stdexcept>
#include <thread>

#include "bot/store/sqlite.hpp"
#include "bot/store/store_thread.hpp"
#include "tests/bot/failing_disk.hpp"
#include "tests/bot/run_test.hpp"
#include "tests/bot/store_contract.hpp"

using namespace stillholds;
using namespace stillholds::store_contract;
namespace asio = boost::asio;

namespace {

struct thread_folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / fmt::format("store_thread_{}", ::getpid());
  std::filesystem::path file = path / "store.db";
  thread_folder() { std::filesystem::remove_all(path); }
  ~thread_folder() { std::filesystem::remove_all(path); }
  [[nodiscard]] std::unique_ptr<store> open(const sqlite_options& options = {}) const {
    auto opened = open_sqlite(file, options);
    REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error().detail));
    return std::move(*opened);
  }
};

void never_broken() { FAIL("the store broke"); }

std::function<result<put_outcome>(store&)> putting(int number) {
  return [number](store& on) { return on.put_mention(slack, make_mention(number), noon, no_limit); };
}

asio::awaitable<void> put_into(store_thread& on, int number, std::vector<result<put_outcome>>& outcomes) {
  auto outcome = co_await on.run<put_outcome>(putting(number));
  outcomes.push_back(std::move(outcome));
}

// A job that keeps the store's thread busy until the latch opens: what is queued meanwhile shares the next commit.
asio::awaitable<void> hold(store_thread& on, std::latch& started, std::latch& open) {
  static_cast<void>(co_await on.run<void>([&started, &open](store&) -> result<void> {
    started.count_down();
    open.wait();
    return {};
  }));
}

asio::awaitable<void> put_and_count(store_thread& on, int& next, int last, int& stored) {
  while (next < last) {
    const int number = next++;
    const auto outcome = co_await on.run<put_outcome>(putting(number));
    if (outcome && outcome->kind == put_kind::stored) ++stored;
  }
}

}  // namespace

TEST_CASE("a caller hears the outcome on its own thread") {
  const thread_folder folder;
  asio::io_context context;
  store_thread on(folder.open(), never_broken);
  const auto here = std::this_thread::get_id();
  run_test(context, 20s, [](store_thread& storage, std::thread::id own) -> asio::awaitable<void> {
    std::thread::id worked;
    const auto outcome = co_await storage.run<put_outcome>([&worked](store& s) {
      worked = std::this_thread::get_id();
      return s.put_mention(slack, make_mention(1), noon, no_limit);
    });
    REQUIRE(outcome.has_value());
    CHECK(outcome->id > 0);
    CHECK(worked != own);
    CHECK(std::this_thread::get_id() == own);
    const auto failed = co_await storage.run<void>([](store& s) { return s.drop_outbox(77, noon); });
    CHECK(code_of(failed) == errc::not_found);
    const auto thrown = co_await storage.run<int>([](store&) -> result<int> { throw std::runtime_error("a bug"); });
    REQUIRE(code_of(thrown) == errc::internal);
    CHECK(thrown.error().detail.find("a bug") != std::string::npos);
  }(on, here));
}

TEST_CASE("the io_context waits for jobs that are under way") {
  const thread_folder folder;
  asio::io_context context;
  store_thread on(folder.open(), never_broken);
  std::vector<result<put_outcome>> outcomes;
  asio::co_spawn(context, put_into(on, 1, outcomes), asio::detached);
  context.run();
  CHECK(outcomes.size() == 1);
}

TEST_CASE("waiting jobs share a commit, and one that fails undoes only itself") {
  const thread_folder folder;
  asio::io_context context;
  store_thread on(folder.open(), never_broken);
  std::latch started(1);
  std::latch open(1);
  asio::co_spawn(context, hold(on, started, open), asio::detached);
  context.poll();
  started.wait();
  const auto before = on.so_far();
  std::vector<result<put_outcome>> outcomes;
  std::vector<result<put_outcome>> failures;
  for (int number = 0; number < 3; ++number) asio::co_spawn(context, put_into(on, number, outcomes), asio::detached);
  asio::co_spawn(
      context,
      [](store_thread& storage, std::vector<result<put_outcome>>& into) -> asio::awaitable<void> {
        auto outcome = co_await storage.run<put_outcome>([](store& s) -> result<put_outcome> {
          put(s, make_mention(99));
          return fail(errc::refused, "changed my mind");
        });
        into.push_back(std::move(outcome));
      }(on, failures),
      asio::detached);
  for (int number = 3; number < 6; ++number) asio::co_spawn(context, put_into(on, number, outcomes), asio::detached);
  context.poll();
  open.count_down();
  context.run();
  CHECK(on.so_far().commits == before.commits + 2);  // the holder's own, and one for all the others
  CHECK(on.so_far().jobs == before.jobs + 8);
  REQUIRE(outcomes.size() == 6);
  for (const auto& outcome : outcomes) CHECK(outcome->kind == put_kind::stored);
  REQUIRE(failures.size() == 1);
  CHECK(code_of(failures.front()) == errc::refused);
  const auto undone = on.run_now<put_outcome>(putting(99));
  REQUIRE(undone.has_value());
  CHECK(undone->kind == put_kind::stored);
}

TEST_CASE("a commit takes no more jobs than it may") {
  const thread_folder folder;
  asio::io_context context;
  store_thread on(folder.open(), never_broken, {.queue_max = 100, .batch_max = 4});
  std::latch started(1);
  std::latch open(1);
  asio::co_spawn(context, hold(on, started, open), asio::detached);
  context.poll();
  started.wait();
  std::vector<result<put_outcome>> outcomes;
  for (int number = 0; number < 10; ++number) asio::co_spawn(context, put_into(on, number, outcomes), asio::detached);
  context.poll();
  open.count_down();
  context.run();
  CHECK(outcomes.size() == 10);
  CHECK(on.so_far().commits == 1 + 3);
}

TEST_CASE("a full queue says so at once") {
  const thread_folder folder;
  asio::io_context context;
  store_thread on(folder.open(), never_broken, {.queue_max = 2, .batch_max = 512});
  std::latch started(1);
  std::latch open(1);
  asio::co_spawn(context, hold(on, started, open), asio::detached);
  context.poll();
  started.wait();
  std::vector<result<put_outcome>> outcomes;
  for (int number = 0; number < 3; ++number) asio::co_spawn(context, put_into(on, number, outcomes), asio::detached);
  context.poll();  // the store's thread stands still: only a caller that did not suspend has its outcome
  REQUIRE(outcomes.size() == 1);
  CHECK(code_of(outcomes.front()) == errc::busy);
  open.count_down();
  context.run();
  REQUIRE(outcomes.size() == 3);
  CHECK(outcomes[1].has_value());
  CHECK(outcomes[2].has_value());
}

TEST_CASE("a failed commit fails all it carried, breaks the store, and acknowledges nothing more") {
  failing_disk disk;
  const thread_folder folder;
  folder.open().reset();
  asio::io_context context;
  std::atomic<int> broken{0};
  std::vector<result<put_outcome>> outcomes;
  {
    store_thread on(folder.open({.vfs = failing_disk::name()}), [&broken] { ++broken; });
    REQUIRE(on.run_now<put_outcome>(putting(1)).has_value());
    std::latch started(1);
    std::latch open(1);
    asio::co_spawn(context, hold(on, started, open), asio::detached);
    context.poll();
    started.wait();
    for (int number = 2; number < 5; ++number) asio::co_spawn(context, put_into(on, number, outcomes), asio::detached);
    context.poll();
    disk.fail_at(1, failing_disk::failure::for_good);
    open.count_down();
    context.run();
    REQUIRE(outcomes.size() == 3);
    for (const auto& outcome : outcomes) CHECK(code_of(outcome) == errc::internal);
    CHECK(broken == 1);
    disk.restart();  // the disk is well again, but nobody knows what it holds
    CHECK(code_of(on.run_now<put_outcome>(putting(6))) == errc::internal);
    CHECK(broken == 1);
  }
  const auto again = folder.open();
  CHECK(again->put_mention(slack, make_mention(1), noon, no_limit)->kind == put_kind::repeated);
  CHECK(again->put_mention(slack, make_mention(6), noon, no_limit)->kind == put_kind::stored);
}

TEST_CASE("another process at the file is waited for and does not break the store") {
  const thread_folder folder;
  store_thread on(folder.open({.busy_wait = 30ms, .vfs = ""}), never_broken);
  const auto other = folder.open({.opened_to = sqlite_options::purpose::operate, .vfs = ""});
  REQUIRE(other->begin().has_value());
  CHECK(code_of(on.run_now<put_outcome>(putting(1))) == errc::busy);
  other->roll_back();
  CHECK(on.run_now<put_outcome>(putting(1)).has_value());
}

TEST_CASE("ending finishes what waits") {
  const thread_folder folder;
  asio::io_context context;
  std::vector<result<put_outcome>> outcomes;
  {
    store_thread on(folder.open(), never_broken);
    for (int number = 0; number < 50; ++number) asio::co_spawn(context, put_into(on, number, outcomes), asio::detached);
    context.poll();
  }
  context.run();
  REQUIRE(outcomes.size() == 50);
  for (const auto& outcome : outcomes) CHECK(outcome.has_value());
  CHECK(folder.open()->count()->inbox_waiting == 50);
}

TEST_CASE("many callers, few commits, nothing lost") {
  const thread_folder folder;
  asio::io_context context;
  int next = 0;
  int stored = 0;
  store_thread on(folder.open(), never_broken);
  for (int index = 0; index < 256; ++index) {
    asio::co_spawn(context, put_and_count(on, next, 4000, stored), asio::detached);
  }
  context.run();
  CHECK(stored == 4000);
  CHECK(on.so_far().jobs == 4000);
  CHECK(on.so_far().commits < 1000);
  CHECK(on.run_now<store::counts>([](store& s) { return s.count(); })->inbox_waiting == 4000);
}
