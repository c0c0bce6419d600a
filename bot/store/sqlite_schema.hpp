// The shape of our SQLite file: numbered steps, forward only. The file's user_version counts the steps it has had.
#pragma once

#include "bot/store/sqlite_database.hpp"
#include "knowledge/error.hpp"

namespace stillholds {

// Takes the missing steps, each in a transaction of its own; an empty file gets all of them.
// conflict: the file belongs to another program, or to a newer Stillholds; it is left as it is.
[[nodiscard]] result<void> bring_up_to_date(sqlite_database& database);

// Only looks: conflict also when the file is older than this program or empty.
[[nodiscard]] result<void> require_current_schema(sqlite_database& database);

}  // namespace stillholds
