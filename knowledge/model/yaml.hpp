// One YAML file as a small tree in which everything knows its line and column; nothing in it can throw or run deep.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/model/loader.hpp"

namespace stillholds {

// The faults of one file, in the order in which they were found.
class fault_list {
 public:
  explicit fault_list(std::string file) : file_(std::move(file)) {}

  // line and column are 1-based; 0 where the fault is the whole file's.
  void error(int line, int column, std::string message);
  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  [[nodiscard]] const std::vector<fault>& all() const noexcept { return all_; }

 private:
  std::string file_;
  std::vector<fault> all_;
};

struct yaml_member;

struct yaml_node {
  // broken: there was something, it is reported already, and nobody shall report it again.
  enum class form { null, scalar, list, map, broken };

  form is{form::null};
  std::string text;                  // scalar: valid UTF-8 as YAML understands it, not tidied
  std::vector<yaml_node> items;      // list
  std::vector<yaml_member> members;  // map, in the file's order; every key once
  int line{1};
  int column{1};  // in characters, not bytes
};

struct yaml_member {
  std::string key;
  int line{1};
  int column{1};
  yaml_node value;
};

inline constexpr std::size_t yaml_bytes_max = 256UL * 1024;
inline constexpr std::size_t yaml_depth_max = 12;

// Parses one document. Reports syntax, invalid UTF-8, control characters, size, depth, a key that stands twice, keys
// that are not plain text, anchors, aliases, tags and a second document; nothing when the text as a whole cannot be
// used.
[[nodiscard]] std::optional<yaml_node> parse_yaml(std::string_view text, fault_list& faults);

// "text", "a list", … for messages.
[[nodiscard]] std::string_view name_of(yaml_node::form form) noexcept;

}  // namespace stillholds
