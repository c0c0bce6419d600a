#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "bot/cli/commands.hpp"
#include "knowledge/json.hpp"
#include "knowledge/review/publish.hpp"

namespace stillholds {
namespace {

struct check_options {
  std::string knowledge;
  std::string today;
  std::string encoder;
  bool as_json{false};
};

struct fault_count {
  std::size_t errors{0};
  std::size_t warnings{0};
};

fault_count count(const std::vector<fault>& faults) {
  const auto errors = static_cast<std::size_t>(std::ranges::count(faults, severity::error, &fault::severity));
  return {errors, faults.size() - errors};
}

std::string counted(std::size_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

void print_text(const publication& made, const fault_count& found) {
  for (const auto& one : made.faults) std::cout << to_string(one) << '\n';
  std::cout << fmt::format("{} in {}: {}, {}\n", counted(made.claims, "claim"), counted(made.articles, "article"),
                           counted(found.errors, "error"), counted(found.warnings, "warning"));
}

void print_json(const publication& made, const fault_count& found) {
  auto faults = json::array();
  for (const auto& one : made.faults) {
    faults.push_back({{"severity", one.severity == severity::error ? "error" : "warning"},
                      {"file", one.at.file},
                      {"line", one.at.line},
                      {"column", one.at.column},
                      {"message", one.message}});
  }
  std::cout << dump_json({{"ok", found.errors == 0},
                          {"articles", made.articles},
                          {"claims", made.claims},
                          {"errors", found.errors},
                          {"warnings", found.warnings},
                          {"faults", std::move(faults)}})
            << '\n';
}

// Today by the clock, or the day that was asked for; nothing when that is no day.
std::optional<day> today_of(const std::string& given) {
  if (given.empty()) return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const auto date = parse_date(given);
  if (!date || date->dom == 0) return std::nullopt;
  return date->first_day();
}

int check(const check_options& options, const cli_context& context) {
  const auto today = today_of(options.today);
  if (!today) {
    std::cerr << fmt::format("--today: \"{}\" is not a day; write it like 2026-11-23\n", options.today);
    return exit_usage;
  }
  const auto folder = knowledge_folder(options.knowledge, context);
  if (folder.empty()) {
    std::cerr << (options.knowledge.empty() ? "no knowledge folder here; name one with --knowledge\n"
                                            : fmt::format("the knowledge folder {} is not there\n", options.knowledge));
    return exit_usage;
  }
  const auto vectors = open_vectors(options.encoder, "claim-vectors.cache", context);
  if (!vectors) {
    std::cerr << "--encoder: " << vectors.error().detail << '\n';
    return exit_usage;
  }
  const auto made = publish(folder, {.today = *today}, {.vectors = *vectors});
  const auto found = count(made.faults);
  if (options.as_json) {
    print_json(made, found);
  } else {
    print_text(made, found);
  }
  return found.errors == 0 ? exit_good : exit_no;
}

}  // namespace

void add_check(CLI::App& app, cli_context& context) {
  auto options = std::make_shared<check_options>();
  auto* command = app.add_subcommand("check", "Read the knowledge folder and report every fault with its place");
  command->add_option("--knowledge", options->knowledge, "The knowledge folder (default: ./knowledge)")
      ->type_name("DIR");
  command->add_option("--today", options->today, "Check as of that day instead of today")->type_name("DATE");
  add_encoder_option(*command, options->encoder);
  command->add_flag("--json", options->as_json, "One JSON object instead of lines");
  command->callback([options, &context] { context.exit_code = check(*options, context); });
}

}  // namespace stillholds
