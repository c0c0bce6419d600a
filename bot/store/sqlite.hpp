// The embedded store: one SQLite file, no server.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "bot/store/store.hpp"

namespace stillholds {

struct sqlite_options {
  enum class purpose {
    serve,    // creates what is missing, takes schema steps, and is the only one to do so: a second service is refused
    operate,  // a person's command beside a service that may be running: creates and changes nothing by opening
  };
  purpose opened_to{purpose::serve};
  std::chrono::milliseconds busy_wait{5000};  // how long a call waits for another process's transaction
  std::string vfs;                            // a registered SQLite VFS; empty: the system's
};

// Opens the store. serve: makes the folder (0700) and the file (0600) where they are missing, and after an unclean end
// reads the file through once (up to 256 MiB) and says corrupt if it is damaged.
// not_found: operate, and there is no such file. conflict: another service has it open, it belongs to another program,
// or its schema is newer (operate: or older) than this program. refused: the file system forbids it.
[[nodiscard]] result<std::unique_ptr<store>> open_sqlite(const std::filesystem::path& file,
                                                         const sqlite_options& options = {});

}  // namespace stillholds
