// What is particular to the SQLite store: its file, who may open it, and what is left in it.
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "bot/store/keyed_hash.hpp"
#include "bot/store/sqlite.hpp"
#include "tests/bot/store_contract.hpp"

using namespace stillholds;
using namespace stillholds::store_contract;
namespace fs = std::filesystem;

namespace {

struct store_folder {
  fs::path path = fs::temp_directory_path() / fmt::format("store_sqlite_{}", ::getpid());
  fs::path file = path / "run" / "store.db";
  store_folder() { fs::remove_all(path); }
  ~store_folder() { fs::remove_all(path); }
};

std::unique_ptr<store> serve(const fs::path& file) {
  auto opened = open_sqlite(file);
  REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error().detail));
  return std::move(*opened);
}

const sqlite_options operating{.opened_to = sqlite_options::purpose::operate, .busy_wait = 50ms, .vfs = ""};

// Straight at the file, past our own code.
void execute(const fs::path& file, const std::string& statements) {
  sqlite3* connection = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &connection) == SQLITE_OK);
  const int code = sqlite3_exec(connection, statements.c_str(), nullptr, nullptr, nullptr);
  CHECK(code == SQLITE_OK);
  sqlite3_close(connection);
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

unsigned mode_of(const fs::path& file) {
  struct stat about{};
  REQUIRE(::stat(file.c_str(), &about) == 0);
  return about.st_mode & 0777U;
}

}  // namespace

TEST_CASE("a new store is its owner's alone") {
  const store_folder folder;
  const auto on = serve(folder.file);
  put(*on, make_mention(1));
  CHECK(mode_of(folder.file.parent_path()) == 0700);
  CHECK(mode_of(folder.file) == 0600);
  CHECK(mode_of(folder.file.string() + "-wal") == 0600);
}

TEST_CASE("a store keeps what it has over a restart") {
  const store_folder folder;
  const row_id id = put(*serve(folder.file), make_mention(1));
  const auto on = serve(folder.file);
  CHECK(on->put_mention(slack, make_mention(1), noon, no_limit)->id == id);
  CHECK(put(*on, make_mention(2)) > id);
}

TEST_CASE("no number is used twice, even after everything was pruned") {
  const store_folder folder;
  row_id last = 0;
  {
    const auto on = serve(folder.file);
    for (int number = 0; number < 3; ++number) last = put(*on, make_mention(number));
    for (int number = 0; number < 3; ++number) decide(*on, last - number, silent());
    while (*on->prune(noon + 1s, noon + 1s) > 0) continue;
  }
  CHECK(put(*serve(folder.file), make_mention(9)) > last);
}

TEST_CASE("one service, and commands beside it") {
  const store_folder folder;
  const auto service = serve(folder.file);
  CHECK(code_of(open_sqlite(folder.file)) == errc::conflict);
  const row_id waiting = answer_to(*service, make_mention(1));
  const auto command = open_sqlite(folder.file, operating);
  REQUIRE(command.has_value());
  CHECK((*command)->list_outbox(std::nullopt, 10)->size() == 1);
  REQUIRE((*command)->set_paused(true, noon).has_value());
  CHECK(*service->is_paused());
  REQUIRE((*command)->drop_outbox(waiting, noon).has_value());
  CHECK(taken_deliveries(*service).empty());
  put(*service, make_mention(2));  // and the service goes on
  CHECK((*command)->count()->inbox_waiting == 1);
}

TEST_CASE("what another process put in is seen by the service") {
  const store_folder folder;
  const auto service = serve(folder.file);
  const row_id first = put(*service, make_mention(1));
  const auto other = open_sqlite(folder.file, operating);
  REQUIRE(other.has_value());
  const row_id second = put(**other, make_mention(2));
  CHECK(second > first);
  CHECK(put(*service, make_mention(3)) > second);
  const auto full = service->put_mention(slack, make_mention(4), noon, 3);
  REQUIRE(full.has_value());
  CHECK(full->kind == put_kind::full);
}

TEST_CASE("a file that another process holds is busy, not broken") {
  const store_folder folder;
  serve(folder.file);
  const auto patient = open_sqlite(folder.file, {.busy_wait = 50ms, .vfs = ""});
  REQUIRE(patient.has_value());
  const auto holder = open_sqlite(folder.file, operating);
  REQUIRE(holder.has_value());
  REQUIRE((*holder)->begin().has_value());
  CHECK(code_of((*patient)->begin()) == errc::busy);
  CHECK(code_of((*patient)->put_mention(slack, make_mention(1), noon, no_limit)) == errc::busy);
  CHECK_FALSE(*(*patient)->is_paused());  // reading goes on
  (*holder)->roll_back();
  put(**patient, make_mention(1));
}

TEST_CASE("commands make no store") {
  const store_folder folder;
  CHECK(code_of(open_sqlite(folder.file, operating)) == errc::not_found);
  CHECK_FALSE(fs::exists(folder.file));
  fs::create_directories(folder.file.parent_path());
  std::ofstream(folder.file).flush();
  CHECK(code_of(open_sqlite(folder.file, operating)) == errc::conflict);
  CHECK(fs::file_size(folder.file) == 0);
}

TEST_CASE("a newer store is left alone") {
  const store_folder folder;
  serve(folder.file);
  execute(folder.file, "PRAGMA user_version = 999");
  const auto refused = open_sqlite(folder.file);
  CHECK(code_of(refused) == errc::conflict);
  CHECK(refused.error().detail.find("newer Stillholds (schema 999") != std::string::npos);
  CHECK(code_of(open_sqlite(folder.file, operating)) == errc::conflict);
  execute(folder.file, "PRAGMA user_version = 2");
  serve(folder.file);
}

TEST_CASE("a store of the first schema is brought up to date") {
  const store_folder folder;
  serve(folder.file);
  execute(folder.file, "ALTER TABLE outbox DROP COLUMN action");
  execute(folder.file, "ALTER TABLE outbox DROP COLUMN follows");
  execute(folder.file, "PRAGMA user_version = 1");
  CHECK(code_of(open_sqlite(folder.file, operating)) == errc::conflict);
  serve(folder.file);
  CHECK(open_sqlite(folder.file, operating).has_value());
}

TEST_CASE("another program's file is left alone") {
  const store_folder folder;
  fs::create_directories(folder.file.parent_path());
  execute(folder.file, "CREATE TABLE songs(title)");
  CHECK(code_of(open_sqlite(folder.file)) == errc::conflict);
  execute(folder.file, "INSERT INTO songs VALUES('still there')");
  const fs::path text = folder.path / "text.db";
  std::ofstream(text) << std::string(5000, 'x');
  CHECK(code_of(open_sqlite(text)) == errc::corrupt);
  CHECK(bytes_of(text) == std::string(5000, 'x'));
}

TEST_CASE("a folder that cannot be written is said") {
  const auto refused = open_sqlite("/proc/stillholds/store.db");
  CHECK_FALSE(refused.has_value());
  CHECK(refused.error().detail.find("/proc/stillholds") != std::string::npos);
}

TEST_CASE("damage is found at the start after a crash") {
  const store_folder folder;
  const fs::path crashed = folder.path / "crashed.db";
  {
    const auto on = serve(folder.file);
    REQUIRE(on->begin().has_value());
    for (int number = 0; number < 300; ++number) put(*on, make_mention(number));
    REQUIRE(on->commit().has_value());
    // As a crash leaves them: the log has not been folded back.
    fs::copy_file(folder.file, crashed);
    fs::copy_file(folder.file.string() + "-wal", crashed.string() + "-wal");
  }
  const fs::path damaged = folder.path / "damaged.db";
  fs::copy_file(folder.file, damaged);
  std::fstream bytes(damaged, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(static_cast<std::streamoff>(fs::file_size(damaged) / 4096 / 2 * 4096));
  bytes << std::string(3000, '\xff');
  bytes.close();
  std::ofstream(damaged.string() + "-wal") << "a log that was cut off";
  CHECK(code_of(open_sqlite(damaged)) == errc::corrupt);
  const auto sound = serve(crashed);
  CHECK(sound->count()->inbox_waiting == 300);
}

TEST_CASE("an answer that cannot be read does not hold up the others") {
  const store_folder folder;
  auto on = serve(folder.file);
  const row_id bad = answer_to(*on, make_mention(1));
  const row_id good = answer_to(*on, make_mention(2));
  on.reset();
  execute(folder.file, fmt::format("UPDATE document SET answer = '{{\"kind\":' WHERE mention = {}", bad));
  on = serve(folder.file);
  CHECK(taken_deliveries(*on) == ids{good});
  CHECK(on->count()->dead == 1);
  CHECK(code_of(on->find_outbox(bad)) == errc::corrupt);
  CHECK(on->list_outbox(std::nullopt, 10)->size() == 1);
}

TEST_CASE("forgotten words are not in the file any more, and a person never is beside the mention") {
  const store_folder folder;
  auto on = serve(folder.file);
  mention asked = make_mention(1);
  asked.author_id = "U-very-own-name";
  asked.question = "my unmistakable words";
  resolution verdict = answered();
  verdict.gap = asked.question;
  verdict.correction = asked.question;
  bring_to(*on, answer_to(*on, asked, verdict), outbox_state::delivered);
  on.reset();
  CHECK(bytes_of(folder.file).find("unmistakable") != std::string::npos);
  on = serve(folder.file);
  mention command = make_mention(2);
  command.author_id = asked.author_id;
  resolution forget = answered("");
  forget.forget_author = true;
  bring_to(*on, answer_to(*on, command, forget), outbox_state::delivered);
  on.reset();
  const std::string left = bytes_of(folder.file);
  CHECK(left.find("unmistakable") == std::string::npos);
  CHECK(left.find("very-own-name") == std::string::npos);
  CHECK_FALSE(fs::exists(folder.file.string() + "-wal"));
}

TEST_CASE("people are counted by a hash that is each store's own") {
  const store_folder folder;
  const fs::path second = folder.path / "second.db";
  const auto person_in = [](const fs::path& file) {
    resolution gap = silent();
    gap.gap = "a question";
    {
      const auto on = serve(file);
      answer_to(*on, make_mention(1), gap);
    }
    sqlite3* connection = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &connection) == SQLITE_OK);
    sqlite3_stmt* row = nullptr;
    REQUIRE(sqlite3_prepare_v2(connection, "SELECT person FROM gap_person", -1, &row, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_step(row) == SQLITE_ROW);
    const auto person = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(connection);
    return person;
  };
  CHECK(person_in(folder.file) != person_in(second));
}

TEST_CASE("the keyed hash is SipHash-2-4 with 128 bits") {
  keyed_hash::secret_key key{};
  for (std::size_t index = 0; index < key.size(); ++index) key[index] = static_cast<unsigned char>(index * 7 + 1);
  const keyed_hash hash(key);
  EVP_MAC* const kind = EVP_MAC_fetch(nullptr, "SIPHASH", nullptr);
  REQUIRE(kind != nullptr);
  std::string text;
  for (int length = 0; length < 70; ++length) {
    EVP_MAC_CTX* const reference = EVP_MAC_CTX_new(kind);
    std::size_t size = 16;
    const OSSL_PARAM wanted[] = {OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size), OSSL_PARAM_construct_end()};
    keyed_hash::digest expected{};
    std::size_t written = 0;
    REQUIRE(EVP_MAC_init(reference, key.data(), key.size(), wanted) == 1);
    REQUIRE(EVP_MAC_update(reference, reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1);
    REQUIRE(EVP_MAC_final(reference, expected.data(), &written, expected.size()) == 1);
    EVP_MAC_CTX_free(reference);
    CHECK(hash.over(text) == expected);
    text.push_back(static_cast<char>(length * 31));
  }
  EVP_MAC_free(kind);
  CHECK(hash.wide('x', {"ab", "c"}) != hash.wide('x', {"a", "bc"}));
  CHECK(hash.wide('x', {"ab"}) != hash.wide('y', {"ab"}));
}
