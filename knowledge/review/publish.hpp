// From a knowledge folder to a snapshot that may be answered from: loaded, checked, indexed, checked again, or not at
// all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "knowledge/model/loader.hpp"
#include "knowledge/review/lint.hpp"
#include "knowledge/snapshot/snapshot.hpp"

namespace stillholds {

struct publication {
  snapshot_ptr snapshot;      // nullptr when any fault is an error
  std::vector<fault> faults;  // all of them, errors and warnings, by place
  std::size_t articles{0};    // how many could be read, answered from or not
  std::size_t claims{0};
};

// Reads the folder and applies every rule. The same rules at start, at reload and in `stillholds check`.
[[nodiscard]] publication publish(const std::filesystem::path& folder, const lint_rules& rules,
                                  const snapshot_basis& basis = {});

}  // namespace stillholds
