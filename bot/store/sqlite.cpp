#include "bot/store/sqlite.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>

#include "bot/store/sqlite_schema.hpp"
#include "bot/store/sqlite_store.hpp"

namespace stillholds {
namespace {

namespace fs = std::filesystem;

// A file larger than this is not read through at start: SQLite's journal makes damage by a crash unlikely, and a start
// must not take minutes.
constexpr std::uintmax_t check_max_bytes = std::uintmax_t{256} * 1024 * 1024;

std::unexpected<error> system_failure(std::string_view what, const fs::path& file, int code) {
  const errc meaning = code == EACCES || code == EPERM || code == EROFS ? errc::refused : errc::internal;
  return fail(meaning, fmt::format("{} {}: {}", what, file.string(), std::generic_category().message(code)));
}

// Never opens a file that is there already: closing it again would drop the locks of another connection of ours.
result<void> create_file(const fs::path& file) {
  const fs::path folder = file.parent_path();
  std::error_code code;
  if (!folder.empty() && !fs::exists(folder, code)) {
    fs::create_directories(folder, code);
    if (code) return system_failure("cannot make the folder", folder, code.value());
    fs::permissions(folder, fs::perms::owner_all, code);
    if (code) return system_failure("cannot protect the folder", folder, code.value());
  }
  const int descriptor = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor >= 0) {
    ::close(descriptor);
    return {};
  }
  if (errno == EEXIST) return {};
  return system_failure("cannot create the store", file, errno);
}

// Two services on one file would send each other's answers twice. The kernel lets the lock go with the process.
result<file_lock> lock_out_others(const fs::path& file) {
  const fs::path beside = file.string() + ".lock";
  const int descriptor = ::open(beside.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0) return system_failure("cannot open", beside, errno);
  file_lock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return system_failure("cannot lock", beside, errno);
  return fail(errc::conflict, fmt::format("another service has the store {} open; stop it first, or name another store",
                                          file.string()));
}

result<void> check_integrity(sqlite_database& database) {
  std::string verdict;
  const auto read = database.each("PRAGMA quick_check(1)", {}, [&verdict](const sql_row& row) {
    verdict = row.string(0);
    return false;
  });
  if (!read) return std::unexpected(read.error());
  if (verdict != "ok") return fail(errc::corrupt, fmt::format("the store is damaged ({}); restore a backup", verdict));
  return {};
}

result<void> set_up(sqlite_database& database) {
  std::string mode;
  const auto asked = database.each("PRAGMA journal_mode = WAL", {}, [&mode](const sql_row& row) {
    mode = row.string(0);
    return false;
  });
  if (!asked) return std::unexpected(asked.error());
  if (mode != "wal")
    return fail(errc::refused, "the store's file system cannot do write-ahead logging; use a local disk");
  // FULL: we answer 200 after the commit. The log is folded back every 16 MiB: random pages written twice fold once.
  return database.run(
      "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096;"
      "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; PRAGMA secure_delete = FAST;"
      "PRAGMA cell_size_check = ON;");
}

result<keyed_hash> read_hash_key(sqlite_database& database) {
  keyed_hash::secret_key key{};
  std::size_t size = 0;
  const auto read = database.each("SELECT value FROM setting WHERE name = 'hash_key'", {}, [&](const sql_row& row) {
    const std::string_view bytes = row.text(0);
    size = bytes.size();
    if (size == key.size()) std::ranges::copy(bytes, reinterpret_cast<char*>(key.data()));
    return false;
  });
  if (!read) return std::unexpected(read.error());
  if (size != key.size()) return fail(errc::corrupt, "the store has lost its hash key; restore a backup");
  return keyed_hash(key);
}

bool ended_uncleanly(const fs::path& file) {
  std::error_code code;
  const auto log_bytes = fs::file_size(file.string() + "-wal", code);
  if (code || log_bytes == 0) return false;  // the last clean end removes the log
  const auto bytes = fs::file_size(file, code);
  return !code && bytes <= check_max_bytes;
}

result<file_lock> prepare_to_serve(const fs::path& file) {
  if (const auto made = create_file(file); !made) return std::unexpected(made.error());
  return lock_out_others(file);
}

result<std::unique_ptr<store>> open_prepared(const fs::path& file, const sqlite_options& options, file_lock lock) {
  const bool serving = options.opened_to == sqlite_options::purpose::serve;
  const bool suspicious = serving && ended_uncleanly(file);
  auto database = sqlite_database::open(file, options.vfs, options.busy_wait);
  if (!database) return std::unexpected(database.error());
  if (!serving) {
    if (const auto current = require_current_schema(*database); !current) return std::unexpected(current.error());
  }
  if (const auto done = set_up(*database); !done) return std::unexpected(done.error());
  if (suspicious) {
    if (const auto sound = check_integrity(*database); !sound) return std::unexpected(sound.error());
  }
  if (serving) {
    if (const auto done = bring_up_to_date(*database); !done) return std::unexpected(done.error());
  }
  auto hash = read_hash_key(*database);
  if (!hash) return std::unexpected(hash.error());
  return std::make_unique<sqlite_store>(std::move(*database), *hash, std::move(lock));
}

}  // namespace

file_lock::~file_lock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

result<std::unique_ptr<store>> open_sqlite(const fs::path& file, const sqlite_options& options) {
  file_lock lock;
  if (options.opened_to == sqlite_options::purpose::serve) {
    auto locked = prepare_to_serve(file);
    if (!locked) return std::unexpected(locked.error());
    lock = std::move(*locked);
  } else if (std::error_code code; !fs::exists(file, code)) {
    return fail(errc::not_found,
                fmt::format("there is no store at {}; the service makes it when it first starts", file.string()));
  }
  auto opened = open_prepared(file, options, std::move(lock));
  if (!opened) return fail(opened.error().code, fmt::format("{}: {}", file.string(), opened.error().detail));
  return opened;
}

// --- transactions

result<void> sqlite_store::begin() {
  if (in_batch_) return fail(errc::internal, "a batch is open already");
  if (auto begun = database_.run("BEGIN IMMEDIATE"); !begun) return begun;
  in_batch_ = true;
  if (auto looked = notice_other_writers(); !looked) {
    roll_back();
    return looked;
  }
  return {};
}

result<void> sqlite_store::commit() {
  if (!in_batch_) return fail(errc::internal, "no batch is open");
  in_batch_ = false;
  result<void> done = fail(errc::internal, "the batch was rolled back");
  if (database_.in_transaction()) done = database_.run("COMMIT");
  if (!done) {
    if (database_.in_transaction()) static_cast<void>(database_.run("ROLLBACK"));
    forget_memory();
  }
  return done;
}

void sqlite_store::roll_back() {
  in_batch_ = false;
  if (database_.in_transaction()) static_cast<void>(database_.run("ROLLBACK"));
  forget_memory();
}

result<void> sqlite_store::begin_job() {
  // Outside a transaction SAVEPOINT would begin one of its own, and RELEASE would commit it.
  if (!in_batch_ || !database_.in_transaction()) return fail(errc::internal, "the batch was rolled back");
  inbox_before_job_ = inbox_;
  const auto done = database_.change("SAVEPOINT job");
  if (!done) return std::unexpected(done.error());
  return {};
}

result<void> sqlite_store::end_job() {
  if (!database_.in_transaction()) return fail(errc::internal, "the batch was rolled back");
  const auto done = database_.change("RELEASE job");
  if (!done) return std::unexpected(done.error());
  return {};
}

void sqlite_store::undo_job() {
  if (!database_.in_transaction()) return;  // commit will say so
  inbox_ = inbox_before_job_;
  origin_numbers_.clear();
  origins_.clear();
  const auto undone = database_.change("ROLLBACK TO job");
  const auto released = database_.change("RELEASE job");
  // What could not be undone must not be committed.
  if ((!undone || !released) && database_.in_transaction()) static_cast<void>(database_.run("ROLLBACK"));
}

void sqlite_store::forget_memory() {
  inbox_.known = false;
  origin_numbers_.clear();
  origins_.clear();
}

result<void> sqlite_store::notice_other_writers() {
  const auto version = database_.number("PRAGMA data_version");
  if (!version) return std::unexpected(version.error());
  if (version->value_or(0) != data_version_) forget_memory();
  data_version_ = version->value_or(0);
  return {};
}

}  // namespace stillholds
