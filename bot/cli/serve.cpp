#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>

#include "bot/cli/commands.hpp"
#include "bot/config/config.hpp"
#include "bot/core/crash_point.hpp"
#include "bot/service/app.hpp"
#include "knowledge/review/publish.hpp"

namespace stillholds {
namespace {

struct serve_options {
  std::string config{"stillholds.toml"};
  std::string crash_at;
};

int serve(const serve_options& options, const cli_context& context) {
  if (!options.crash_at.empty()) {
    if (const auto armed = arm_crash(options.crash_at); !armed) {
      std::cerr << "--crash-at: " << armed.error().detail << '\n';
      return exit_usage;
    }
  }
  auto read = load_config(options.config);
  for (const auto& fault : read.faults) std::cerr << to_string(fault, options.config) << '\n';
  if (!read.faults.empty()) return exit_usage;

  auto vectors = open_vectors(read.value.encoder, read.value.vectors, context);
  if (!vectors) {
    std::cerr << fmt::format("{}: knowledge.encoder: {}\n", options.config, vectors.error().detail);
    return exit_usage;
  }
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  auto published = publish(read.value.knowledge, rules_of(read.value, today), {.vectors = *vectors});
  if (!published.snapshot) {
    for (const auto& fault : published.faults) std::cerr << to_string(fault) << '\n';
    std::cerr << fmt::format("the knowledge in {} cannot be answered from; mend the errors above, then start again\n",
                             read.value.knowledge.string());
    return exit_usage;
  }
  for (const auto& one : read.value.accounts) {
    for (const auto& id : one.articles) {
      if (published.snapshot->find_article(id) != nullptr) continue;
      std::cerr << fmt::format("{}: account \"{}\" names the article \"{}\", which is not in {}\n", options.config,
                               one.settings.account, id, read.value.knowledge.string());
      return exit_usage;
    }
  }
  auto made = app::make(std::move(read.value), std::move(published.snapshot), std::move(*vectors));
  if (!made) {
    std::cerr << made.error().detail << '\n';
    return exit_usage;
  }
  return (*made)->run();
}

}  // namespace

void add_serve(CLI::App& app, cli_context& context) {
  auto options = std::make_shared<serve_options>();
  auto* command = app.add_subcommand("serve", "Receive webhooks and answer them, until SIGTERM");
  command->add_option("--config", options->config, "the configuration file (see deploy/stillholds.sample.toml)")
      ->capture_default_str();
  command
      ->add_option("--crash-at", options->crash_at,
                   "STEP[:N]: kill this process at a step of a mention's way, to rehearse recovery")
      ->group("Rehearsals");
  command->callback([options, &context] { context.exit_code = serve(*options, context); });
}

}  // namespace stillholds
