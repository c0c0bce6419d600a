// The configuration: one TOML file, checked whole at start. Unknown keys, missing secrets and impossible values are
// faults with file, line and key; secrets are read from the files it names and live in a type that prints as ***.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "bot/core/log.hpp"
#include "bot/core/retry.hpp"
#include "bot/http/server.hpp"
#include "bot/store/store.hpp"
#include "handlers/port/registry.hpp"

namespace stillholds {

struct cap_limits {
  int per_person{20};            // answers an hour
  int per_thread{40};            // answers an hour
  int per_space_per_minute{60};  // answers a minute
};

struct account_config {
  std::string platform;
  account_settings settings;          // what the platform itself gets
  std::vector<std::string> articles;  // what may be asked here; empty: all
  std::vector<std::string> blocked;   // author ids that get no answer
  bool dry_run{false};
  bool allow_private{false};
  std::vector<std::string> own_hosts;  // hosts that the admin wrote into this account's addresses
};

struct config {
  std::string listen{"127.0.0.1:8080"};
  std::string admin_listen;  // empty: none
  std::string public_url;
  std::size_t workers{1};
  http_limits limits;
  std::chrono::seconds drain{10};
  std::filesystem::path knowledge;
  std::string encoder;            // the sentence encoder's weights; empty: those beside the program, "none": do without
  std::filesystem::path vectors;  // where claims' sentence vectors are remembered
  std::filesystem::path store;
  std::size_t inbox_max{10000};
  std::chrono::days keep_text{30};
  retry_policy retry;
  std::size_t delivery_concurrency{16};
  cap_limits caps;
  std::chrono::hours follow_stable{24};  // a changed status is told to followers when it has stood this long
  log_level level{log_level::info};
  std::vector<account_config> accounts;
};

struct config_fault {
  int line{0};          // 0: the whole file
  std::string key;      // "account[1].secret_files"
  std::string message;  // what is wrong and what to do
};

struct read_config {
  config value;
  std::vector<config_fault> faults;  // empty: the value can be used
};

// Reads and checks the file and the secrets it names. Paths in it are relative to its folder.
[[nodiscard]] read_config load_config(const std::filesystem::path& file);

// "stillholds.toml:12: account[0].platform: …"
[[nodiscard]] std::string to_string(const config_fault& fault, const std::filesystem::path& file);

}  // namespace stillholds
