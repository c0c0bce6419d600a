// Files to articles: reads a knowledge folder and reports every fault with file, line, column and what to do.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "knowledge/model/article.hpp"

namespace stillholds {

enum class severity { error, warning };

struct fault {
  stillholds::severity severity{stillholds::severity::error};
  position at;          // file relative to the knowledge folder
  std::string message;  // what is wrong and what to do, one sentence each
};

// "articles/x/claims/y.yaml:12:3: error: …" as editors and compilers print it.
[[nodiscard]] std::string to_string(const fault& value);

struct loaded {
  std::vector<article> articles;  // by id
  std::vector<golden_question> golden;
  std::vector<fault> faults;  // by file, line, column

  [[nodiscard]] bool ok() const noexcept;  // no fault of severity error
};

// Reads DIR/articles/*/, or DIR/*/ where DIR itself holds the article folders, or DIR where it is one article.
// Reads everything even after faults; what could be read is in the result.
[[nodiscard]] loaded load_knowledge(const std::filesystem::path& directory);

}  // namespace stillholds
