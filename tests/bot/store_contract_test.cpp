// The store contract on every backend we have: SQLite in a folder of its own, a fresh file for each trial.
#include <unistd.h>

#include <filesystem>

#include "bot/store/sqlite.hpp"
#include "tests/bot/store_contract.hpp"

using namespace stillholds;

namespace {

void run_all(std::span<const store_contract::trial> trials) {
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("store_contract_{}", ::getpid());
  for (const auto& each : trials) {
    CAPTURE(each.name);
    std::filesystem::remove_all(folder);
    auto opened = open_sqlite(folder / "store.db");
    REQUIRE(opened.has_value());
    each.run(**opened);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace

TEST_CASE("store contract on SQLite: inbox") { run_all(store_contract::inbox_trials()); }
TEST_CASE("store contract on SQLite: outbox") { run_all(store_contract::outbox_trials()); }
TEST_CASE("store contract on SQLite: conversation") { run_all(store_contract::conversation_trials()); }
TEST_CASE("store contract on SQLite: records") { run_all(store_contract::record_trials()); }
