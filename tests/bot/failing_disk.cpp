#include "tests/bot/failing_disk.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <ranges>
#include <vector>

namespace stillholds {
namespace {

// What a file held before a change that was not synced yet.
struct unsynced_change {
  sqlite3_int64 size_before;
  sqlite3_int64 offset;
  std::string bytes_before;
};

struct disk_state {
  bool armed{false};
  failing_disk::failure how{failing_disk::failure::once};
  int left{0};
  bool failed{false};
  std::map<std::string, std::vector<unsynced_change>> unsynced;
};

disk_state& disk() {
  static disk_state state;
  return state;
}

sqlite3_vfs* real_vfs() { return sqlite3_vfs_find("unix"); }

// Counts one change; true: it fails.
bool change_fails() {
  disk_state& state = disk();
  if (!state.armed) return false;
  if (state.failed) return state.how != failing_disk::failure::once;
  if (--state.left > 0) return false;
  state.failed = true;
  return true;
}

struct watched_file {
  sqlite3_file base;
  sqlite3_file* real;
  const char* path;  // SQLite keeps the name as long as the file is open
};

watched_file& watched(sqlite3_file* file) { return *reinterpret_cast<watched_file*>(file); }
sqlite3_file* real(sqlite3_file* file) { return watched(file).real; }

void remember(sqlite3_file* file, sqlite3_int64 offset, sqlite3_int64 length) {
  watched_file& into = watched(file);
  if (into.path == nullptr) return;
  unsynced_change change{0, offset, ""};
  into.real->pMethods->xFileSize(into.real, &change.size_before);
  const sqlite3_int64 present = std::min(length, change.size_before - offset);
  if (present > 0) {
    change.bytes_before.resize(static_cast<std::size_t>(present));
    into.real->pMethods->xRead(into.real, change.bytes_before.data(), static_cast<int>(present), offset);
  }
  disk().unsynced[into.path].push_back(std::move(change));
}

int file_close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }
int file_read(sqlite3_file* file, void* into, int count, sqlite3_int64 offset) {
  return real(file)->pMethods->xRead(real(file), into, count, offset);
}
int file_write(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
  if (change_fails()) return SQLITE_IOERR_WRITE;
  remember(file, offset, count);
  return real(file)->pMethods->xWrite(real(file), from, count, offset);
}
int file_truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (change_fails()) return SQLITE_IOERR_TRUNCATE;
  sqlite3_int64 before = 0;
  real(file)->pMethods->xFileSize(real(file), &before);
  if (before > size) remember(file, size, before - size);
  return real(file)->pMethods->xTruncate(real(file), size);
}
// The real sync is left out: the test is about order, not about this machine's disk.
int file_sync(sqlite3_file* file, int) {
  if (change_fails()) return SQLITE_IOERR_FSYNC;
  if (watched(file).path != nullptr) disk().unsynced.erase(watched(file).path);
  return SQLITE_OK;
}
int file_size(sqlite3_file* file, sqlite3_int64* size) { return real(file)->pMethods->xFileSize(real(file), size); }
int file_lock(sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); }
int file_unlock(sqlite3_file* file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
int file_is_reserved(sqlite3_file* file, int* out) { return real(file)->pMethods->xCheckReservedLock(real(file), out); }
int file_control(sqlite3_file* file, int what, void* with) {
  return real(file)->pMethods->xFileControl(real(file), what, with);
}
int file_sector(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int file_traits(sqlite3_file*) { return 0; }  // nothing is promised: writes may tear, appends may come late
int file_shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** at) {
  return real(file)->pMethods->xShmMap(real(file), region, size, extend, at);
}
int file_shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void file_shm_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int file_shm_unmap(sqlite3_file* file, int remove) { return real(file)->pMethods->xShmUnmap(real(file), remove); }

constexpr sqlite3_io_methods methods{
    2,           file_close,   file_read,     file_write,       file_truncate,  file_sync,
    file_size,   file_lock,    file_unlock,   file_is_reserved, file_control,   file_sector,
    file_traits, file_shm_map, file_shm_lock, file_shm_barrier, file_shm_unmap, nullptr,
    nullptr};

int disk_open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* flags_out) {
  watched_file& made = watched(file);
  made.base.pMethods = nullptr;
  made.path = path;
  made.real = reinterpret_cast<sqlite3_file*>(&made + 1);
  const int code = real_vfs()->xOpen(real_vfs(), path, made.real, flags, flags_out);
  if (code == SQLITE_OK) made.base.pMethods = &methods;
  return code;
}

int disk_delete(sqlite3_vfs*, const char* path, int) {
  if (change_fails()) return SQLITE_IOERR_DELETE;
  disk().unsynced.erase(path);
  return real_vfs()->xDelete(real_vfs(), path, 0);
}

void take_back(const std::string& path, const std::vector<unsynced_change>& changes) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return;
  for (const auto& change : changes | std::views::reverse) {
    const auto written = ::pwrite(descriptor, change.bytes_before.data(), change.bytes_before.size(), change.offset);
    const int cut = ::ftruncate(descriptor, change.size_before);
    if (written < 0 || cut != 0) std::abort();  // the test's own footing
  }
  ::close(descriptor);
}

}  // namespace

const std::string& failing_disk::name() {
  static const std::string text = "failing_disk";
  return text;
}

failing_disk::failing_disk() {
  disk() = {};
  static sqlite3_vfs ours = *real_vfs();
  if (ours.xOpen == disk_open) return;
  ours.zName = name().c_str();
  ours.szOsFile += static_cast<int>(sizeof(watched_file));
  ours.xOpen = disk_open;
  ours.xDelete = disk_delete;
  sqlite3_vfs_register(&ours, 0);
}

failing_disk::~failing_disk() { disk() = {}; }

void failing_disk::fail_at(int change, failure how) {
  disk().armed = true;
  disk().how = how;
  disk().left = change;
  disk().failed = false;
}

bool failing_disk::failed() const { return disk().failed; }

void failing_disk::restart() {
  if (disk().armed && disk().failed && disk().how == failure::power_cut) {
    for (const auto& [path, changes] : disk().unsynced) take_back(path, changes);
  }
  disk() = {};
}

}  // namespace stillholds
