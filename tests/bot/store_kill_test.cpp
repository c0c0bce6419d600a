// The process is killed at random moments of real work: everything that was acknowledged exists afterwards, once.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <thread>

#include "bot/store/sqlite.hpp"
#include "tests/bot/store_contract.hpp"

using namespace stillholds;
using namespace stillholds::store_contract;

namespace {

struct report {
  char what;  // p: put, a: answered, d: delivered
  int number;
};

// The child's life: puts, answers and delivers until it is killed, and tells what the store has acknowledged.
[[noreturn]] void work_until_killed(const std::filesystem::path& file, int tell, int first) {
  auto opened = open_sqlite(file);
  if (!opened) ::_exit(3);
  store& on = **opened;
  if (!on.recover(noon)) ::_exit(4);
  const auto say = [tell](char what, int number) {
    const report line{what, number};
    if (::write(tell, &line, sizeof line) != sizeof line) ::_exit(5);
  };
  const auto number_of = [](const mention& what) { return std::stoi(what.message_id) - 1000; };
  for (int number = first;; number += 8) {
    if (!on.begin()) ::_exit(6);
    for (int index = 0; index < 8; ++index) {
      if (!on.put_mention(slack, make_mention(number + index), noon, no_limit)) ::_exit(7);
    }
    if (!on.commit()) ::_exit(8);
    for (int index = 0; index < 8; ++index) say('p', number + index);
    const auto open = on.take_mentions(5, noon, 10s);
    if (!open) ::_exit(9);
    for (const inbox_row& row : *open) {
      if (!on.finish(row.id, noon, {}, [](const conversation&) { return answered(); })) ::_exit(10);
      say('a', number_of(row.mention));
    }
    const auto rows = on.take_deliveries(3, noon);
    if (!rows) ::_exit(11);
    for (const outbox_row& row : *rows) {
      const int which = number_of(row.question);
      if (!on.settle(row.id, attempt(outbox_state::delivered, noon, fmt::format("R{}", which)), noon)) ::_exit(12);
      say('d', which);
    }
  }
}

// Killed a while after it has told of so many: on a slow disk it lives the longer.
std::vector<report> live_and_die(const std::filesystem::path& file, int first, std::size_t told,
                                 std::chrono::microseconds after) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    work_until_killed(file, ends[1], first);
  }
  ::close(ends[1]);
  std::vector<report> said;
  std::jthread executioner;
  const auto strike_if_due = [&] {
    if (said.size() != told) return;
    executioner = std::jthread([child, after] {
      std::this_thread::sleep_for(after);
      ::kill(child, SIGKILL);
    });
  };
  strike_if_due();
  report line{};
  while (::read(ends[0], &line, sizeof line) == sizeof line) {
    said.push_back(line);
    strike_if_due();
  }
  CHECK(said.size() >= told);
  ::close(ends[0]);
  if (executioner.joinable()) executioner.join();  // before the child's number can be given to another process
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));  // otherwise it ended by itself, on an error
  return said;
}

}  // namespace

TEST_CASE("what was acknowledged survives SIGKILL") {
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("store_kill_{}", ::getpid());
  std::filesystem::remove_all(folder);
  const auto file = folder / "store.db";
  REQUIRE(open_sqlite(file).has_value());
  std::mt19937 random(20'26'11'23);
  std::uniform_int_distribution<std::size_t> told(0, 40);
  std::uniform_int_distribution<int> microseconds(0, 20'000);
  std::size_t acknowledged = 0;
  int first = 0;
  for (int round = 0; round < 12; ++round) {
    CAPTURE(round);
    const auto said = live_and_die(file, first, told(random), std::chrono::microseconds(microseconds(random)));
    acknowledged += said.size();
    auto opened = open_sqlite(file);
    REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error().detail));
    store& on = **opened;
    REQUIRE(on.recover(noon).has_value());
    for (const report& line : said) {
      const auto known = on.put_mention(slack, make_mention(line.number), noon, no_limit);
      REQUIRE(known.has_value());
      REQUIRE(known->kind == put_kind::repeated);
      first = std::max(first, line.number + 1);
      const auto row = on.find_outbox(known->id);
      if (line.what != 'p') REQUIRE(row.has_value());
      if (line.what == 'd') {
        CHECK(row->state == outbox_state::delivered);
        CHECK(*on.is_own_reply(slack, fmt::format("R{}", line.number)));
      }
    }
    CHECK(on.list_outbox(outbox_state::sending, 10)->empty());
    const auto delivered = on.list_outbox(outbox_state::delivered, no_limit);
    REQUIRE(delivered.has_value());
    CHECK(on.ledger(no_limit)->size() == delivered->size());
    first += 1000;  // what the child put without saying so is not in the next one's way
  }
  CHECK(acknowledged > 50);
  std::filesystem::remove_all(folder);
}
