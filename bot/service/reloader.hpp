// Takes up changed knowledge files without a restart: watches the folder, waits until the writing has settled, builds
// and checks a new snapshot beside the old one, and swaps it whole. A bad one changes nothing but the log and a metric.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <filesystem>
#include <functional>

#include "bot/core/async.hpp"
#include "bot/core/metrics.hpp"
#include "knowledge/review/lint.hpp"
#include "knowledge/snapshot/snapshot.hpp"

namespace stillholds {

class reloader {
 public:
  // All referred-to things must outlive it. `rules` gives the rules of today; `taken_up` is called
  // after each swap, on the thread of `context`.
  reloader(asio::io_context& context, asio::thread_pool& workers, std::filesystem::path folder, snapshot_slot& slot,
           std::shared_ptr<const sentence_vectors> vectors, metrics& counters, logger& journal,
           std::function<lint_rules()> rules, std::function<void()> taken_up);

  // Until stop(). When the folder cannot be watched it says so once in the log and ends: a restart still takes up
  // changes.
  [[nodiscard]] asio::awaitable<void> run();
  void stop();

  // True while the files are worse than what is being answered from.
  [[nodiscard]] bool stale() const noexcept { return stale_; }

 private:
  [[nodiscard]] bool watch_all();
  [[nodiscard]] asio::awaitable<bool> wait_for_change();
  [[nodiscard]] asio::awaitable<void> take_up();

  asio::thread_pool& workers_;
  std::filesystem::path folder_;
  snapshot_slot& slot_;
  std::shared_ptr<const sentence_vectors> vectors_;
  metrics& counters_;
  logger& journal_;
  std::function<lint_rules()> rules_;
  std::function<void()> taken_up_;
  asio::posix::stream_descriptor inotify_;
  asio::steady_timer quiet_;
  bool stopping_{false};
  bool stale_{false};
};

}  // namespace stillholds
