// Everything the service knows at one moment, immutable, and the slot through which a newer one is taken up.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/matching/matcher.hpp"
#include "knowledge/model/article.hpp"

namespace stillholds {

struct snapshot;

// What a snapshot is built with, beside its articles.
struct snapshot_basis {
  std::shared_ptr<const sentence_vectors> vectors{};  // null: questions are matched by words alone
  std::shared_ptr<const snapshot> previous{};         // what stands there already is not read again
};

struct snapshot {
  // Takes the articles and builds the matcher over them.
  snapshot(std::vector<article> loaded, std::vector<golden_question> tests, const snapshot_basis& basis = {});

  std::vector<article> articles;
  std::vector<golden_question> golden;
  stillholds::matcher matcher;
  std::string version;  // 16 hex digits of a hash over the content: same content, same version

  [[nodiscard]] const article* find_article(std::string_view id) const noexcept;
  // The claim and its article; both nullptr when there is no such claim.
  struct found {
    const stillholds::article* article{nullptr};
    const stillholds::claim* claim{nullptr};
  };
  [[nodiscard]] found find_claim(std::string_view id) const noexcept;
  // A claim's own revision: 16 hex digits over what a reader may be shown of it.
  [[nodiscard]] static std::string revision_of(const claim& value);
};

using snapshot_ptr = std::shared_ptr<const snapshot>;

// Shared between threads. A mutex, not atomic<shared_ptr>: this library's is reported as a race by the thread
// sanitizer, and the lock is held for one pointer copy.
class snapshot_slot {
 public:
  explicit snapshot_slot(snapshot_ptr first) : current_(std::move(first)) {}
  [[nodiscard]] snapshot_ptr get() const {
    const std::scoped_lock lock(mutex_);
    return current_;
  }
  void set(snapshot_ptr next) {
    const std::scoped_lock lock(mutex_);
    current_.swap(next);
  }

 private:
  mutable std::mutex mutex_;
  snapshot_ptr current_;
};

}  // namespace stillholds
