#include "bot/config/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <tuple>

#include "bot/config/config_reader.hpp"
#include "bot/http/client.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::size_t secret_max_bytes = std::size_t{16} * 1024;

// A secret without the line feed that editors add; nothing, with a fault, when it cannot be read or is empty.
std::string read_secret(const std::filesystem::path& folder, const std::string& name, std::string_view key,
                        table_reader& at) {
  const auto file = folder / name;
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    at.fault(key,
             fmt::format("cannot read \"{}\"; create it with the secret in it, readable by this user", file.string()));
    return {};
  }
  std::string text{std::istreambuf_iterator<char>(in), {}};
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty())
    at.fault(key, fmt::format("\"{}\" is empty; an empty secret would let everybody in", file.string()));
  if (text.size() > secret_max_bytes) at.fault(key, fmt::format("\"{}\" is too large to be a secret", file.string()));
  return text;
}

void read_server(table_reader& at, config& into, std::vector<config_fault>& faults) {
  at.text("listen", into.listen);
  at.text("admin_listen", into.admin_listen);
  at.text("public_url", into.public_url);
  while (into.public_url.ends_with('/')) into.public_url.pop_back();
  if (!host_of(into.public_url))
    at.fault("public_url", "must be the address that readers reach, as in \"https://bot.example.org\"");
  at.number("workers", into.workers, 1, 64);
  if (const auto* limits = at.table("limits")) {
    table_reader in(*limits, "server.limits", faults);
    in.number("connections", into.limits.connections, 1, 100000);
    in.number("body_bytes", into.limits.body_bytes, 1024, std::int64_t{16} * 1024 * 1024);
    in.number("header_bytes", into.limits.header_bytes, 1024, std::int64_t{1024} * 1024);
    in.number("requests_per_connection", into.limits.requests_per_connection, 1, 1000000000);
    in.duration("idle_seconds", into.limits.idle, seconds{}, 1, 3600);
    in.duration("body_seconds", into.limits.body, seconds{}, 1, 3600);
    in.duration("handler_seconds", into.limits.handler, seconds{}, 1, 3600);
    in.duration("write_seconds", into.limits.write, seconds{}, 1, 3600);
    in.duration("drain_seconds", into.drain, seconds{}, 0, 3600);
    in.reject_unknown();
  }
  at.reject_unknown();
}

void read_platform_settings(table_reader& at, const platform_entry& entry, account_config& into) {
  for (const auto& key : at.keys()) {
    if (std::ranges::find(entry.settings, key, &setting_rule::key) == entry.settings.end()) continue;
    std::string value;
    at.text(key, value);
    into.settings.settings[key] = value;
  }
  at.reject_unknown();
  for (const auto& rule : entry.settings) {
    if (rule.required && into.settings.get(rule.key).empty())
      at.fault(rule.key, fmt::format("is missing: {}", rule.help));
  }
}

// Hosts in addresses that the admin wrote: calling them is what the admin asked for.
void note_own_hosts(account_config& account) {
  const auto note = [&](std::string_view text) {
    if (auto host = host_of(text)) account.own_hosts.push_back(std::move(*host));
  };
  note(account.settings.api_url);
  for (const auto& [key, value] : account.settings.settings) note(value);
}

std::string platform_names() {
  std::string all;
  for (const auto& entry : known_platforms()) all += (all.empty() ? "" : ", ") + std::string(entry.name);
  return all;
}

void read_account(table_reader& at, const std::filesystem::path& folder, account_config& into,
                  std::vector<config_fault>& faults) {
  at.text("platform", into.platform);
  at.text("name", into.settings.account);
  at.text("api_url", into.settings.api_url);
  at.texts("articles", into.articles);
  at.texts("blocked", into.blocked);
  at.flag("dry_run", into.dry_run);
  at.flag("allow_private", into.allow_private);
  std::vector<std::string> secret_files;
  std::string token_file;
  at.texts("secret_files", secret_files);
  at.text("token_file", token_file);
  const auto* own = at.table("settings");
  at.reject_unknown();

  for (const auto& file : secret_files) into.settings.secrets.push_back(read_secret(folder, file, "secret_files", at));
  if (!token_file.empty()) into.settings.token = read_secret(folder, token_file, "token_file", at);
  const bool plain_name = !into.settings.account.empty() && std::ranges::all_of(into.settings.account, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (!plain_name) at.fault("name", "is needed, of letters, digits, - and _: it is part of the webhook's address");
  if (!into.settings.api_url.empty() && !host_of(into.settings.api_url))
    at.fault("api_url", "must be an http or https address");

  const auto* entry = find_platform(into.platform);
  if (entry == nullptr) return at.fault("platform", fmt::format("must be one of: {}", platform_names()));
  if (entry->needs_secret && secret_files.empty()) {
    at.fault("secret_files", "is missing: without a secret nobody's requests could be told from the platform's");
  }
  const toml::table none;
  table_reader settings(own != nullptr ? *own : none, at.path() + ".settings", faults);
  const auto before = faults.size();
  read_platform_settings(settings, *entry, into);
  note_own_hosts(into);
  if (faults.size() != before || into.settings.secrets.empty() == entry->needs_secret) return;
  if (const auto made = entry->make(into.settings); !made) at.fault("platform", made.error().detail);
}

void read_accounts(table_reader& at, const std::filesystem::path& folder, config& into,
                   std::vector<config_fault>& faults) {
  std::size_t index = 0;
  for (const auto* table : at.tables("account")) {
    table_reader in(*table, fmt::format("account[{}]", index++), faults);
    account_config account;
    read_account(in, folder, account, faults);
    const bool twice = std::ranges::any_of(into.accounts, [&](const account_config& other) {
      return other.platform == account.platform && other.settings.account == account.settings.account;
    });
    if (twice) in.fault("name", "stands twice for this platform; give each account its own");
    into.accounts.push_back(std::move(account));
  }
}

void read_rest(table_reader& at, config& into, const std::filesystem::path& folder, std::vector<config_fault>& faults) {
  const auto section = [&](std::string_view key, auto read) {
    if (const auto* table = at.table(key)) {
      table_reader in(*table, std::string(key), faults);
      read(in);
      in.reject_unknown();
    }
  };
  std::string knowledge = "knowledge";
  std::string store = "stillholds.db";
  std::string vectors;
  section("knowledge", [&](table_reader& in) {
    in.text("path", knowledge);
    in.text("encoder", into.encoder);
    in.text("vectors", vectors);
  });
  section("store", [&](table_reader& in) {
    in.text("path", store);
    in.number("inbox_max", into.inbox_max, 1, 10000000);
    in.duration("keep_text_days", into.keep_text, std::chrono::days{}, 1, 3650);
  });
  section("delivery", [&](table_reader& in) {
    in.duration("give_up_after_hours", into.retry.give_up_after, hours{}, 1, 24L * 30);
    in.duration("first_retry_seconds", into.retry.first, seconds{}, 1, 3600);
    in.duration("longest_retry_seconds", into.retry.longest, seconds{}, 1, 24L * 3600);
    in.number("concurrency", into.delivery_concurrency, 1, 256);
  });
  section("caps", [&](table_reader& in) {
    in.number("per_person", into.caps.per_person, 0, 999);
    in.number("per_thread", into.caps.per_thread, 0, 999);
    in.number("per_space_per_minute", into.caps.per_space_per_minute, 0, 999);
  });
  section("follow_ups",
          [&](table_reader& in) { in.duration("stable_hours", into.follow_stable, hours{}, 0, 24L * 90); });
  section("log", [&](table_reader& in) {
    std::string level = "info";
    in.text("level", level);
    constexpr std::array words{std::pair{"debug", log_level::debug}, std::pair{"info", log_level::info},
                               std::pair{"warning", log_level::warning}, std::pair{"error", log_level::error}};
    const auto found = std::ranges::find_if(words, [&](const auto& word) { return level == word.first; });
    if (found == words.end()) return in.fault("level", "must be debug, info, warning or error");
    into.level = found->second;
  });
  into.knowledge = (folder / knowledge).lexically_normal();
  into.store = (folder / store).lexically_normal();
  if (!into.encoder.empty() && into.encoder != "none")
    into.encoder = (folder / into.encoder).lexically_normal().string();
  into.vectors =
      vectors.empty() ? into.store.parent_path() / "claim-vectors.cache" : (folder / vectors).lexically_normal();
}

}  // namespace

read_config load_config(const std::filesystem::path& file) {
  read_config made;
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    made.faults.push_back({0, "", "cannot be read; see deploy/stillholds.sample.toml for one to start from"});
    return made;
  }
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  toml::table root;
  try {
    root = toml::parse(text, file.string());
  } catch (const toml::parse_error& problem) {
    made.faults.push_back({static_cast<int>(problem.source().begin.line), "", std::string(problem.description())});
    return made;
  }
  const auto folder = std::filesystem::absolute(file).parent_path();
  table_reader at(root, "", made.faults);
  if (const auto* server = at.table("server")) {
    table_reader server_reader(*server, "server", made.faults);
    read_server(server_reader, made.value, made.faults);
  } else {
    at.fault("server", "the table [server] with listen and public_url is needed");
  }
  read_rest(at, made.value, folder, made.faults);
  read_accounts(at, folder, made.value, made.faults);
  at.reject_unknown();
  std::ranges::sort(made.faults, {}, [](const config_fault& f) { return std::tie(f.line, f.key); });
  return made;
}

std::string to_string(const config_fault& fault, const std::filesystem::path& file) {
  std::string place = file.string();
  if (fault.line > 0) place += fmt::format(":{}", fault.line);
  return fault.key.empty() ? fmt::format("{}: {}", place, fault.message)
                           : fmt::format("{}: {}: {}", place, fault.key, fault.message);
}

}  // namespace stillholds
