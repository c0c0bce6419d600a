// The composition root: builds the service from the ground up, runs it, and takes it down in the reverse order.
#pragma once

#include <memory>

#include "bot/config/config.hpp"
#include "knowledge/encoding/sentence_vectors.hpp"
#include "knowledge/error.hpp"
#include "knowledge/review/lint.hpp"
#include "knowledge/snapshot/snapshot.hpp"

namespace stillholds {

// The rules that knowledge must keep under this configuration, the same at start and at every reload.
[[nodiscard]] lint_rules rules_of(const config& settings, day today);

class app {
 public:
  // Opens the store and makes everything but the listening sockets. `first` is the snapshot to begin with, `vectors`
  // what it and all that follow it match with; nullptr: words alone.
  [[nodiscard]] static result<std::unique_ptr<app>> make(config settings, snapshot_ptr first,
                                                         std::shared_ptr<const sentence_vectors> vectors);
  ~app();
  app(const app&) = delete;
  app& operator=(const app&) = delete;

  // Listens, then serves until SIGTERM or SIGINT, drains, and returns the exit status. A second signal leaves at once:
  // what is acknowledged is committed, so nothing is lost by it.
  [[nodiscard]] int run();

 private:
  struct parts;
  explicit app(std::unique_ptr<parts> made);
  std::unique_ptr<parts> parts_;
};

}  // namespace stillholds
