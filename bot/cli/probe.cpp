#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/use_future.hpp>
#include <iostream>
#include <memory>

#include "bot/cli/commands.hpp"
#include "bot/config/config.hpp"
#include "bot/core/async.hpp"
#include "bot/http/client.hpp"
#include "bot/pipeline/provisions.hpp"

namespace stillholds {
namespace {

struct probe_options {
  std::string config{"stillholds.toml"};
  std::string account;  // "name" or "platform/name"
};

int give_up(const std::string& why) {
  std::cerr << "probe: " << why << '\n';
  return exit_usage;
}

instant system_now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

void say(bool good, std::string_view checks, std::string_view found) {
  std::cout << (good ? "good  " : "BAD   ") << checks << ": " << found << '\n';
}

// Asks one thing after another; returns whether all is as it should be.
asio::awaitable<bool> ask_all(const account& at, http_client& http, provisions& lent) {
  const auto name = at.on->provision_for(mention{});
  const auto token = co_await lent.get(at, name);
  if (!token) {
    say(false, "signing in", token.error().detail);
    co_return false;
  }
  const auto now = std::chrono::floor<std::chrono::seconds>(system_now());
  const auto steps = at.on->probe(*token, now);
  if (steps.empty()) say(true, "nothing to ask", "this platform offers no call that would post nothing");
  bool good = true;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool allow_private = at.may_call_private(steps[i].call.url);
    const auto response = co_await http.make(steps[i].call, allow_private);
    const auto found = response.how == call_result::transport::answered
                           ? at.on->read_probe(i, response)
                           : fail(errc::unreachable, "no answer: " + response.detail);
    say(found.has_value(), steps[i].checks, found ? *found : found.error().detail);
    good = good && found.has_value();
  }
  co_return good;
}

int run(const probe_options& options) {
  auto read = load_config(options.config);
  for (const auto& fault : read.faults) std::cerr << to_string(fault, options.config) << '\n';
  if (!read.faults.empty()) return exit_usage;
  auto who = accounts::make(std::move(read.value.accounts));
  if (!who) return give_up(who.error().detail);
  std::vector<const account*> meant;
  for (const auto& one : who->all()) {
    const auto whole = one.from.platform + "/" + one.from.account;
    if (one.from.account == options.account || whole == options.account) meant.push_back(&one);
  }
  if (meant.empty()) return give_up("no account \"" + options.account + "\" in " + options.config);
  if (meant.size() > 1) return give_up("several accounts have that name: say platform/" + options.account);

  asio::io_context context{1};
  logger journal(log_level::error);
  http_client http(context, {});
  provisions lent(context.get_executor(), http, journal, system_now);
  auto asked = asio::co_spawn(context, ask_all(*meant.front(), http, lent), asio::use_future);
  context.run();
  return asked.get() ? exit_good : exit_no;
}

}  // namespace

void add_probe(CLI::App& app, cli_context& context) {
  auto options = std::make_shared<probe_options>();
  auto* command =
      app.add_subcommand("probe", "Ask an account's platform whether token and rights are good; posts nothing");
  command->add_option("account", options->account, "the account's name, or platform/name")->required();
  command->add_option("--config", options->config, "the configuration file with the accounts")->capture_default_str();
  command->callback([options, &context] { context.exit_code = run(*options); });
}

}  // namespace stillholds
