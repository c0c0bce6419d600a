#include "bot/store/sqlite_database.hpp"

#include <fmt/format.h>

#include <cassert>
#include <utility>

namespace stillholds {
namespace {

errc code_for(int code) noexcept {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return errc::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return errc::corrupt;
    default: return errc::internal;
  }
}

}  // namespace

int sql_value::bind_to(sqlite3_stmt* statement, int index) const noexcept {
  // SQLITE_STATIC: the values outlive the call that binds them, and every later use binds all of them again.
  switch (kind_) {
    case kind::integer: return sqlite3_bind_int64(statement, index, integer_);
    case kind::text: {
      const char* data = bytes_.data() == nullptr ? "" : bytes_.data();  // a null pointer would bind NULL
      return sqlite3_bind_text64(statement, index, data, bytes_.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    case kind::blob: return sqlite3_bind_blob64(statement, index, bytes_.data(), bytes_.size(), SQLITE_STATIC);
    case kind::null: break;
  }
  return sqlite3_bind_null(statement, index);
}

std::string_view sql_row::text(int column) const noexcept {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? std::string_view() : std::string_view(data, static_cast<std::size_t>(size));
}

// Resets a statement as soon as its work is done: an open one would hold the write lock or an old view of the file.
class sqlite_database::use {
 public:
  explicit use(sqlite3_stmt* statement) noexcept : statement_(statement) {}
  use(const use&) = delete;
  use& operator=(const use&) = delete;
  ~use() { sqlite3_reset(statement_); }

 private:
  sqlite3_stmt* statement_;
};

result<sqlite_database> sqlite_database::open(const std::filesystem::path& file, const std::string& vfs,
                                              std::chrono::milliseconds busy_wait) {
  // SQLite's own bookkeeping of memory takes a lock at every allocation. Only the first caller in a process can choose;
  // where SQLite is already in use it simply stays as it is.
  [[maybe_unused]] static const int without_statistics = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags, vfs.empty() ? nullptr : vfs.c_str());
  sqlite_database opened(raw);
  if (raw == nullptr) return fail(errc::internal, "SQLite: out of memory");
  if (code != SQLITE_OK) return opened.failure(code);
  sqlite3_busy_timeout(raw, static_cast<int>(busy_wait.count()));
  // A damaged or hostile file must not be able to make us run code or write to system tables.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return opened;
}

result<void> sqlite_database::run(const char* statements) {
  const int code = sqlite3_exec(connection_.get(), statements, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(code);
  return {};
}

result<std::int64_t> sqlite_database::change(sql statement, values bound) {
  const auto prepared = prepare(statement, bound);
  if (!prepared) return std::unexpected(prepared.error());
  const use closing(*prepared);
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(*prepared);
  if (code != SQLITE_DONE) return failure(code);
  return sqlite3_changes64(connection_.get());
}

result<std::optional<std::int64_t>> sqlite_database::number(sql statement, values bound) {
  std::optional<std::int64_t> found;
  const auto done = each(statement, bound, [&found](const sql_row& row) {
    if (!row.is_null(0)) found = row.integer(0);
    return false;
  });
  if (!done) return std::unexpected(done.error());
  return found;
}

result<void> sqlite_database::each(sql statement, values bound, const std::function<bool(const sql_row&)>& visit) {
  const auto prepared = prepare(statement, bound);
  if (!prepared) return std::unexpected(prepared.error());
  const use closing(*prepared);
  const sql_row row(*prepared);
  while (true) {
    const int code = sqlite3_step(*prepared);
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) return failure(code);
    if (!visit(row)) return {};
  }
}

result<sqlite3_stmt*> sqlite_database::prepare(sql statement, values bound) {
  auto& cached = statements_[statement.text()];
  if (!cached) {
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(connection_.get(), statement.text(), static_cast<int>(statement.length()) + 1,
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (code != SQLITE_OK) {
      statements_.erase(statement.text());
      return failure(code);
    }
    cached.reset(raw);
  }
  sqlite3_stmt* const prepared = cached.get();
  assert(sqlite3_stmt_busy(prepared) == 0);
  assert(static_cast<int>(bound.size()) == sqlite3_bind_parameter_count(prepared));
  int index = 0;
  for (const sql_value& value : bound) {
    const int code = value.bind_to(prepared, ++index);
    if (code != SQLITE_OK) return failure(code);
  }
  return prepared;
}

std::unexpected<error> sqlite_database::failure(int code) const {
  return fail(code_for(code), fmt::format("SQLite: {} ({})", sqlite3_errmsg(connection_.get()), code));
}

}  // namespace stillholds
