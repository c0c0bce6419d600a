// The command line's families: each file in bot/cli/ adds its subcommands here.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "knowledge/encoding/sentence_vectors.hpp"
#include "knowledge/error.hpp"

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

// The sentence vectors to match with. `given` names the encoder's weights; empty: those that deploy/weights made, found
// beside the program; "none": do without. nullptr means matching by words alone: because nothing was named and nothing
// found, or because it was asked for. Fails when the weights were named and are not there, or are broken. `cache` is
// where claims' vectors are remembered, seen from the weights' folder.
[[nodiscard]] result<std::shared_ptr<const sentence_vectors>> open_vectors(const std::string& given,
                                                                           const std::filesystem::path& cache,
                                                                           const cli_context& context);

// --encoder FILE, the same for every command that matches.
void add_encoder_option(CLI::App& command, std::string& given);

void add_check(CLI::App& app, cli_context& context);    // check: lint of the knowledge base (and configuration)
void add_ask(CLI::App& app, cli_context& context);      // ask: a question on the terminal
void add_eval(CLI::App& app, cli_context& context);     // eval: retrieval and abstention metrics
void add_replay(CLI::App& app, cli_context& context);   // replay: recorded requests through admit
void add_probe(CLI::App& app, cli_context& context);    // probe: asks an account's platform whether all is set up
void add_serve(CLI::App& app, cli_context& context);    // serve: the service
void add_operate(CLI::App& app, cli_context& context);  // outbox, gaps, pause, resume: a person's hand on the store

}  // namespace stillholds
