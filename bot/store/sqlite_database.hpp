// One SQLite connection and its cached statements, each with an owner; knows nothing of our tables. Not for use by two
// threads at once. Failures are values: busy, corrupt or internal with SQLite's own sentence.
#pragma once

#include <sqlite3.h>

#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "knowledge/error.hpp"

namespace stillholds {

// SQL as a literal: its address is the statement's name in the cache, and no outside text can ever be SQL.
class sql {
 public:
  template <std::size_t Size>
  consteval sql(const char (&literal)[Size]) : text_(literal), length_(Size - 1) {}  // NOLINT: a literal is SQL
  [[nodiscard]] const char* text() const noexcept { return text_; }
  [[nodiscard]] std::size_t length() const noexcept { return length_; }

 private:
  const char* text_;
  std::size_t length_;
};

// One bound value; text and blobs are borrowed for the length of the call.
class sql_value {
 public:
  enum class kind { null, integer, text, blob };

  sql_value(std::nullopt_t) noexcept {}  // NOLINT: values are written as they are
  template <std::integral Integer>
  sql_value(Integer value) noexcept : kind_(kind::integer), integer_(static_cast<std::int64_t>(value)) {}  // NOLINT
  sql_value(std::string_view value) noexcept : kind_(kind::text), bytes_(value) {}                         // NOLINT
  sql_value(const std::string& value) noexcept : kind_(kind::text), bytes_(value) {}                       // NOLINT
  sql_value(const char* value) noexcept : kind_(kind::text), bytes_(value) {}                              // NOLINT
  sql_value(const std::array<unsigned char, 16>& value) noexcept                                           // NOLINT
      : kind_(kind::blob), bytes_(reinterpret_cast<const char*>(value.data()), value.size()) {}

  [[nodiscard]] static sql_value blob(std::string_view bytes) noexcept {
    sql_value made(bytes);
    made.kind_ = kind::blob;
    return made;
  }

  // SQLite's result code.
  [[nodiscard]] int bind_to(sqlite3_stmt* statement, int index) const noexcept;

 private:
  kind kind_{kind::null};
  std::int64_t integer_{0};
  std::string_view bytes_;
};

// The row that a query stands on; text is valid until the next row. NULL reads as 0 or "".
class sql_row {
 public:
  explicit sql_row(sqlite3_stmt* statement) noexcept : statement_(statement) {}
  [[nodiscard]] std::int64_t integer(int column) const noexcept { return sqlite3_column_int64(statement_, column); }
  [[nodiscard]] std::string_view text(int column) const noexcept;
  [[nodiscard]] std::string string(int column) const { return std::string(text(column)); }
  [[nodiscard]] bool is_null(int column) const noexcept {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }

 private:
  sqlite3_stmt* statement_;
};

class sqlite_database {
 public:
  using values = std::initializer_list<sql_value>;

  // Opens an existing file; an empty one is an empty database. vfs: a registered SQLite VFS, or empty for the default.
  [[nodiscard]] static result<sqlite_database> open(const std::filesystem::path& file, const std::string& vfs,
                                                    std::chrono::milliseconds busy_wait);

  // Runs statements that need no values; not cached.
  [[nodiscard]] result<void> run(const char* statements);
  // Runs one statement to its end; the number of rows it changed.
  [[nodiscard]] result<std::int64_t> change(sql statement, values bound = {});
  // The first column of the first row as an integer; nothing when there is no row or it is NULL.
  [[nodiscard]] result<std::optional<std::int64_t>> number(sql statement, values bound = {});
  // Visits rows until the visitor says false. A visitor may run other statements, not this one.
  [[nodiscard]] result<void> each(sql statement, values bound, const std::function<bool(const sql_row&)>& visit);

  // False after commit, rollback, and after errors that made SQLite roll back by itself.
  [[nodiscard]] bool in_transaction() const noexcept { return sqlite3_get_autocommit(connection_.get()) == 0; }
  [[nodiscard]] sqlite3* handle() const noexcept { return connection_.get(); }

 private:
  struct close_connection {
    void operator()(sqlite3* connection) const noexcept { sqlite3_close_v2(connection); }
  };
  struct finalize_statement {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  class use;

  explicit sqlite_database(sqlite3* connection) noexcept : connection_(connection) {}
  // Prepared, reset and bound.
  [[nodiscard]] result<sqlite3_stmt*> prepare(sql statement, values bound);
  [[nodiscard]] std::unexpected<error> failure(int code) const;

  // Declared in this order: statements go before their connection.
  std::unique_ptr<sqlite3, close_connection> connection_;
  std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, finalize_statement>> statements_;
};

}  // namespace stillholds
