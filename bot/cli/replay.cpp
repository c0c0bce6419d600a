#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>

#include "bot/cli/commands.hpp"
#include "bot/cli/recording.hpp"
#include "bot/config/config.hpp"
#include "knowledge/calendar.hpp"

namespace stillholds {
namespace {

struct replay_options {
  std::vector<std::string> files;
  std::string manifest;
  std::string config{"stillholds.toml"};
  std::string now;
};

int give_up(const std::string& why) {
  std::cerr << "replay: " << why << '\n';
  return exit_usage;
}

std::optional<std::chrono::sys_seconds> time_of(const std::string& text) {
  if (text.empty()) return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (const auto at = parse_instant(text)) return *at;
  const bool digits = text.size() <= 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return std::nullopt;
  return std::chrono::sys_seconds{std::chrono::seconds{std::stoll(text)}};
}

// "/hooks/{platform}/{account}/…"
std::pair<std::string, std::string> address_of(const std::string& path) {
  constexpr std::string_view prefix = "/hooks/";
  if (!path.starts_with(prefix)) return {};
  const auto rest = path.substr(prefix.size());
  const auto slash = std::min(rest.find('/'), rest.size());
  const auto account = rest.substr(std::min(slash + 1, rest.size()));
  return {rest.substr(0, slash), account.substr(0, account.find('/'))};
}

int replay_manifest(const replay_options& options) {
  auto rows = read_manifest(options.manifest);
  if (!rows) return give_up(rows.error().detail);
  for (auto& row : *rows) {
    const auto line = replay(row.platform, row.name, row.account, std::move(row.request), row.now);
    if (!line) return give_up(row.name + ": " + line.error().detail);
    std::cout << *line << '\n';
  }
  return exit_good;
}

int replay_files(const replay_options& options) {
  const auto now = time_of(options.now);
  if (!now) return give_up("--now takes seconds since 1970 or a time such as 2026-11-24T06:00:00Z");
  const auto read = load_config(options.config);
  for (const auto& fault : read.faults) std::cerr << to_string(fault, options.config) << '\n';
  if (!read.faults.empty()) return exit_usage;
  for (const std::filesystem::path file : options.files) {
    auto request = read_http_file(file);
    if (!request) return give_up(request.error().detail);
    const auto [platform, account] = address_of(request->path);
    const auto& accounts = read.value.accounts;
    const auto at = std::ranges::find_if(accounts, [&](const account_config& one) {
      return one.platform == platform && one.settings.account == account;
    });
    const bool known = find_platform(platform) != nullptr;
    if (known && at == accounts.end()) {
      return give_up(file.string() + " was sent to " + request->path + ", and no such account is configured");
    }
    const auto line =
        replay(platform, file.stem().string(), known ? at->settings : account_settings{}, std::move(*request), *now);
    if (!line) return give_up(line.error().detail);
    std::cout << *line << '\n';
  }
  return exit_good;
}

int run(const replay_options& options) {
  if (options.manifest.empty() == options.files.empty())
    return give_up("give recorded requests, or --manifest, not both");
  return options.manifest.empty() ? replay_files(options) : replay_manifest(options);
}

}  // namespace

void add_replay(CLI::App& app, cli_context& context) {
  auto options = std::make_shared<replay_options>();
  auto* command = app.add_subcommand("replay", "Show what recorded webhook requests become; posts nothing");
  command->add_option("files", options->files, "recorded requests (.http), as sent to /hooks/{platform}/{account}");
  command->add_option("--manifest", options->manifest, "a manifest with settings, secret and time of every request");
  command->add_option("--config", options->config, "the configuration file with the accounts")->capture_default_str();
  command->add_option("--now", options->now, "the time to judge freshness by, where it is not now");
  command->callback([options, &context] { context.exit_code = run(*options); });
}

}  // namespace stillholds
