// A disk that can be told to fail: an SQLite VFS over the real one. One per process; not for use by two threads.
#pragma once

#include <string>

namespace stillholds {

class failing_disk {
 public:
  enum class failure {
    once,       // the Nth change fails, the disk then works again
    for_good,   // the Nth change and everything after it fails; what was written stays
    power_cut,  // the same, and what was not yet synced is gone after the restart
  };

  // Registers the VFS (under name()) the first time.
  failing_disk();
  ~failing_disk();
  failing_disk(const failing_disk&) = delete;
  failing_disk& operator=(const failing_disk&) = delete;

  [[nodiscard]] static const std::string& name();
  // From now on counts writes, syncs, truncations and deletions, and fails at the given one (1: the next).
  void fail_at(int change, failure how);
  // Did the failure happen?
  [[nodiscard]] bool failed() const;
  // Works again. After a power cut the files first go back to what was synced. Close every connection before.
  void restart();
};

}  // namespace stillholds
