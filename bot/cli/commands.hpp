// The command line's families: each file in bot/cli/ adds its subcommands here.
#pragma once

#include <filesystem>
#include <string>

namespace CLI {
class App;
}

namespace stillholds {

// Exit status, the same for every command: scripts rely on it.
inline constexpr int exit_good = 0;
inline constexpr int exit_no = 1;     // the answer is no: lint failed, nothing matched with --fail
inline constexpr int exit_usage = 2;  // usage or configuration

struct cli_context {
  int exit_code{exit_good};
  std::filesystem::path executable_folder;  // where the running binary stands
};

// The knowledge folder to use: the given one, else ./knowledge, else the one beside the program. Empty: none found.
[[nodiscard]] std::filesystem::path knowledge_folder(const std::string& given, const cli_context& context);

void add_check(CLI::App& app, cli_context& context);    // check: lint of the knowledge base (and configuration)
void add_ask(CLI::App& app, cli_context& context);      // ask: a question on the terminal
void add_eval(CLI::App& app, cli_context& context);     // eval: retrieval and abstention metrics
void add_replay(CLI::App& app, cli_context& context);   // replay: recorded requests through admit
void add_probe(CLI::App& app, cli_context& context);    // probe: asks an account's platform whether all is set up
void add_serve(CLI::App& app, cli_context& context);    // serve: the service
void add_operate(CLI::App& app, cli_context& context);  // outbox, gaps, pause, resume: a person's hand on the store

}  // namespace stillholds
