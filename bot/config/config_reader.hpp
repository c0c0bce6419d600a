// Reading one TOML table with typed, bounded getters that note every fault with its line instead of stopping at the
// first.
#pragma once

#include <toml++/toml.h>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bot/config/config.hpp"

namespace stillholds {

class table_reader {
 public:
  // `path` is the table's own key for messages: "server.limits"; empty for the file itself.
  table_reader(const toml::table& table, std::string path, std::vector<config_fault>& faults)
      : table_(table), path_(std::move(path)), faults_(faults) {}
  table_reader(const table_reader&) = delete;
  table_reader& operator=(const table_reader&) = delete;

  // Each getter leaves `target` alone when the key is missing, and notes a fault when it is of the wrong kind or range.
  void text(std::string_view key, std::string& target);
  void flag(std::string_view key, bool& target);
  void texts(std::string_view key, std::vector<std::string>& target);
  template <class Integer>
  void number(std::string_view key, Integer& target, std::int64_t least, std::int64_t most) {
    if (const auto value = integer(key, least, most)) target = static_cast<Integer>(*value);
  }
  template <class Duration, class Unit>
  void duration(std::string_view key, Duration& target, Unit, std::int64_t least, std::int64_t most) {
    if (const auto value = integer(key, least, most)) target = std::chrono::duration_cast<Duration>(Unit{*value});
  }
  // The table under `key`, or nullptr; marks it as known.
  [[nodiscard]] const toml::table* table(std::string_view key);
  // The array of tables under `key`; other things are faults.
  [[nodiscard]] std::vector<const toml::table*> tables(std::string_view key);
  // Every key that stands there, for tables whose keys others check.
  [[nodiscard]] std::vector<std::string> keys() const;

  void fault(std::string_view key, std::string message);
  // Notes every key that no getter asked for, with the nearest known one.
  void reject_unknown();
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  [[nodiscard]] const toml::node* find(std::string_view key);
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most);

  const toml::table& table_;
  std::string path_;
  std::vector<config_fault>& faults_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace stillholds
