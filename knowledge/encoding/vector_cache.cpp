#include "knowledge/encoding/vector_cache.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <optional>

namespace stillholds {
namespace {

static_assert(std::endian::native == std::endian::little, "the file is little-endian");

struct file_head {
  std::array<char, 8> magic{'S', 'T', 'I', 'L', 'L', 'V', 'E', 'C'};
  std::uint32_t version{1};
  std::uint32_t record_bytes{0};
  std::uint64_t fingerprint{0};
  auto operator<=>(const file_head&) const = default;
};
static_assert(sizeof(file_head) == 24);

struct record {
  remembered what;
  std::uint64_t check{0};
};
static_assert(sizeof(record) == 16 + 512 + 8 + 8);

constexpr std::size_t records_at_once = 256;

std::uint64_t check_of(const remembered& what) noexcept {
  std::array<std::uint64_t, sizeof(remembered) / 8> words{};
  std::memcpy(words.data(), &what, sizeof what);
  std::uint64_t state = 0x9E3779B97F4A7C15U;
  for (const auto word : words) state = std::rotl(state ^ word, 29) * 0xD6E8FEB86659FD93U;
  return state;
}

file_head head_for(std::uint64_t fingerprint) noexcept {
  return {.record_bytes = sizeof(record), .fingerprint = fingerprint};
}

// An open file; the lock, if one was taken, goes with it.
class open_file {
 public:
  open_file(const std::filesystem::path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~open_file() {
    if (number_ >= 0) ::close(number_);
  }
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;

  [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }
  [[nodiscard]] bool lock() const noexcept { return ::flock(number_, LOCK_EX) == 0; }
  [[nodiscard]] bool cut_to(std::size_t size) const noexcept {
    return ::ftruncate(number_, static_cast<off_t>(size)) == 0;
  }

  [[nodiscard]] std::size_t size() const noexcept {
    struct stat status{};
    return ::fstat(number_, &status) == 0 ? static_cast<std::size_t>(status.st_size) : 0;
  }
  // Whether the path still leads here: somebody may have put another file in its place while we waited for the lock.
  [[nodiscard]] bool is_at(const std::filesystem::path& path) const noexcept {
    struct stat here{};
    struct stat there{};
    return ::fstat(number_, &here) == 0 && ::stat(path.c_str(), &there) == 0 && here.st_ino == there.st_ino &&
           here.st_dev == there.st_dev;
  }
  // Up to so many bytes; how many came.
  [[nodiscard]] std::size_t read(void* into, std::size_t bytes) const noexcept {
    std::size_t done = 0;
    while (done < bytes) {
      const auto count = ::read(number_, static_cast<char*>(into) + done, bytes - done);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      done += static_cast<std::size_t>(count);
    }
    return done;
  }
  [[nodiscard]] bool write(const void* from, std::size_t bytes) const noexcept {
    std::size_t done = 0;
    while (done < bytes) {
      const auto count = ::write(number_, static_cast<const char*>(from) + done, bytes - done);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      done += static_cast<std::size_t>(count);
    }
    return true;
  }

 private:
  int number_;
};

bool write_records(const open_file& out, std::span<const remembered> records) {
  std::vector<record> batch;
  for (std::size_t at = 0; at < records.size(); at += batch.size()) {
    batch.clear();
    for (const auto& one : records.subspan(at, std::min(records_at_once, records.size() - at)))
      batch.push_back({one, check_of(one)});
    if (!out.write(batch.data(), batch.size() * sizeof(record))) return false;
  }
  return true;
}

// Where the next record belongs: behind the last whole one. Nothing when the file is not of these weights.
std::optional<std::size_t> end_of_records(const open_file& file, const file_head& expected) {
  file_head head;
  if (file.read(&head, sizeof head) != sizeof head || head != expected) return std::nullopt;
  const auto size = file.size();
  return size - ((size - sizeof head) % sizeof(record));
}

}  // namespace

// FNV-1a of 128 bits.
text_key key_of(std::string_view text) noexcept {
  __extension__ using wide = unsigned __int128;
  constexpr auto prime = (wide{1} << 88U) + 0x13B;
  auto state = (wide{0x6C62272E07BB0142U} << 64U) + 0x62B821756295C58DU;
  for (const auto byte : text) state = (state ^ static_cast<unsigned char>(byte)) * prime;
  return {static_cast<std::uint64_t>(state >> 64U), static_cast<std::uint64_t>(state)};
}

std::size_t vector_cache::read(const std::function<void(const remembered&)>& show) const {
  const open_file in(file_, O_RDONLY);
  file_head head;
  if (!in.is_open() || in.read(&head, sizeof head) != sizeof head || head != head_for(fingerprint_)) return 0;
  std::size_t sound = 0;
  std::vector<record> batch(records_at_once);
  for (std::size_t count = batch.size(); count == batch.size();) {
    count = in.read(batch.data(), batch.size() * sizeof(record)) / sizeof(record);
    for (const auto& one : std::span(batch).first(count)) {
      if (one.check != check_of(one.what)) continue;
      ++sound;
      show(one.what);
    }
  }
  return sound;
}

bool vector_cache::append(std::span<const remembered> records) const {
  if (file_.empty()) return false;
  // A second try, because another process may have replaced the file while this one waited for it.
  for (int tries = 0; tries < 2; ++tries) {
    const open_file out(file_, O_RDWR | O_CREAT | O_APPEND);
    if (!out.is_open() || !out.lock()) return false;
    if (!out.is_at(file_)) continue;
    const auto head = head_for(fingerprint_);
    auto end = end_of_records(out, head);
    if (!end) {
      if (!out.cut_to(0) || !out.write(&head, sizeof head)) return false;
      end = sizeof head;
    } else if (!out.cut_to(*end)) {
      return false;
    }
    if (write_records(out, records)) return true;
    (void)out.cut_to(*end);  // a full disk: half a record at the end would only be dropped later
    return false;
  }
  return false;
}

bool vector_cache::keep_only(const std::function<bool(const text_key&)>& is_wanted) const {
  if (file_.empty()) return false;
  const open_file old(file_, O_RDWR);
  if (!old.is_open() || !old.lock() || !old.is_at(file_)) return false;
  auto unfinished = file_;
  unfinished += fmt::format(".{}", ::getpid());
  const auto head = head_for(fingerprint_);
  bool written = false;
  {
    const open_file out(unfinished, O_WRONLY | O_CREAT | O_TRUNC);
    written = out.is_open() && out.write(&head, sizeof head);
    read([&](const remembered& one) {
      if (written && is_wanted(one.key)) written = write_records(out, {&one, 1});
    });
  }
  std::error_code code;
  if (written) std::filesystem::rename(unfinished, file_, code);
  if (written && !code) return true;
  std::filesystem::remove(unfinished, code);
  return false;
}

}  // namespace stillholds
