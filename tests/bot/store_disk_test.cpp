// The disk fails at every single write, sync, truncation and deletion in turn: nothing that was acknowledged is lost,
// failures are values, and the store opens again.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "bot/store/sqlite.hpp"
#include "tests/bot/failing_disk.hpp"
#include "tests/bot/store_contract.hpp"

using namespace stillholds;
using namespace stillholds::store_contract;
namespace fs = std::filesystem;

namespace {

// In memory where there is such a place: the disk that fails is the test's own anyway.
struct temporary_folder {
  fs::path path = (fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path()) /
                  fmt::format("store_disk_{}", ::getpid());
  temporary_folder() { renew(); }
  ~temporary_folder() { fs::remove_all(path); }
  void renew() const {
    fs::remove_all(path);
    fs::create_directory(path);
  }
};

// What the store said is done, by mention number.
struct acknowledged {
  std::vector<int> put, answered, delivered;
};

// One commit of up to three jobs, each in its savepoint, as store_thread does it. What succeeded counts only once the
// commit did.
template <class Job>
void commit_three(store& on, std::vector<int>& into, int first, Job&& job) {
  if (!on.begin()) return;
  std::vector<int> done;
  for (int number = first; number < first + 3; ++number) {
    if (!on.begin_job()) continue;
    if (job(number) && on.end_job()) {
      done.push_back(number);
    } else {
      on.undo_job();
    }
  }
  if (on.commit()) into.insert(into.end(), done.begin(), done.end());
}

// Nine mentions come in, are answered and delivered.
acknowledged run_script(store& on) {
  acknowledged said;
  for (int first = 0; first < 9; first += 3) {
    commit_three(on, said.put, first, [&](int number) {
      const auto done = on.put_mention(slack, make_mention(number), noon, no_limit);
      return done && done->kind == put_kind::stored;
    });
    const auto open = on.take_mentions(10, noon, 10s);
    commit_three(on, said.answered, first, [&](int number) {
      if (!open) return false;
      for (const inbox_row& row : *open) {
        if (row.mention.delivery_key != make_mention(number).delivery_key) continue;
        return on.finish(row.id, noon, {}, [](const conversation&) { return answered(); }).has_value();
      }
      return false;
    });
    const auto rows = on.take_deliveries(10, noon);
    commit_three(on, said.delivered, first, [&](int number) {
      if (!rows) return false;
      for (const outbox_row& row : *rows) {
        if (row.question.delivery_key != make_mention(number).delivery_key) continue;
        return on.settle(row.id, attempt(outbox_state::delivered, noon, fmt::format("R{}", number)), noon).has_value();
      }
      return false;
    });
  }
  return said;
}

// The id of a mention that must be there already.
row_id id_of(store& on, int number) {
  const auto known = on.put_mention(slack, make_mention(number), noon, no_limit);
  REQUIRE(known.has_value());
  REQUIRE(known->kind == put_kind::repeated);
  return known->id;
}

void check_kept(store& on, const acknowledged& said) {
  REQUIRE(on.recover(noon).has_value());
  for (const int number : said.put) id_of(on, number);
  for (const int number : said.answered) {
    const auto row = on.outbox_of_mention(id_of(on, number));
    REQUIRE(row.has_value());
    CHECK(row->question == make_mention(number));
    CHECK(row->answer == *answered().answer);
  }
  for (const int number : said.delivered) {
    CHECK(row_of(on, id_of(on, number)).state == outbox_state::delivered);
    CHECK(*on.is_own_reply(slack, fmt::format("R{}", number)));
  }
  const auto shown = on.ledger(100);
  REQUIRE(shown.has_value());
  std::vector<std::string> replies;
  for (const shown_row& row : *shown) replies.push_back(row.reply_id);
  std::ranges::sort(replies);
  CHECK(std::ranges::adjacent_find(replies) == replies.end());  // nothing stands there twice
  put(on, make_mention(100));                                   // and it goes on
}

std::string words_for(failing_disk::failure how) {
  switch (how) {
    case failing_disk::failure::once: return "once";
    case failing_disk::failure::for_good: return "for good";
    case failing_disk::failure::power_cut: return "power cut";
  }
  return "";
}

constexpr failing_disk::failure all_failures[] = {failing_disk::failure::once, failing_disk::failure::for_good,
                                                  failing_disk::failure::power_cut};

}  // namespace

TEST_CASE("a disk that fails at any point loses nothing acknowledged") {
  failing_disk disk;
  const temporary_folder folder;
  const fs::path made = folder.path / "made.db";
  const fs::path file = folder.path / "store.db";
  REQUIRE(open_sqlite(made).has_value());
  const sqlite_options options{.vfs = failing_disk::name()};
  for (const auto how : all_failures) {
    int change = 1;
    for (bool failed = true; failed; ++change) {
      CAPTURE(words_for(how));
      CAPTURE(change);
      for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(file.string() + suffix);
      fs::copy_file(made, file);
      disk.fail_at(change, how);
      acknowledged said;
      if (auto opened = open_sqlite(file, options)) said = run_script(**opened);
      failed = disk.failed();
      disk.restart();
      if (!failed) REQUIRE(said.delivered.size() == 9);
      auto again = open_sqlite(file, options);
      REQUIRE_MESSAGE(again.has_value(), (again ? "" : again.error().detail));
      check_kept(**again, said);
    }
    CHECK(change > 50);  // the script does write
  }
}

TEST_CASE("a disk that fails while the store is made leaves nothing that cannot be opened") {
  failing_disk disk;
  const temporary_folder folder;
  const fs::path file = folder.path / "store.db";
  const sqlite_options options{.vfs = failing_disk::name()};
  for (const auto how : all_failures) {
    int change = 1;
    for (bool failed = true; failed; ++change) {
      CAPTURE(words_for(how));
      CAPTURE(change);
      folder.renew();
      disk.fail_at(change, how);
      static_cast<void>(open_sqlite(file, options));
      failed = disk.failed();
      disk.restart();
      auto again = open_sqlite(file, options);
      REQUIRE_MESSAGE(again.has_value(), (again ? "" : again.error().detail));
      put(**again, make_mention(1));
    }
    CHECK(change > 5);
  }
}
