// Arguments in, exit code out.
#include <CLI/CLI.hpp>
#include <exception>
#include <filesystem>
#include <iostream>

#include "bot/cli/commands.hpp"

int main(int argc, char** argv) {
  using namespace stillholds;
  try {
    CLI::App app{"Stillholds answers questions about an article's claims, with today's status and the evidence."};
    app.name("stillholds");
    app.set_version_flag("--version", std::string(STILLHOLDS_VERSION));
    app.require_subcommand(1);
    cli_context context;
    std::error_code code;
    context.executable_folder = std::filesystem::read_symlink("/proc/self/exe", code).parent_path();
    add_serve(app, context);
    add_check(app, context);
    add_ask(app, context);
    add_eval(app, context);
    add_replay(app, context);
    add_probe(app, context);
    add_operate(app, context);
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
      return app.exit(problem) == 0 ? exit_good : exit_usage;
    }
    return context.exit_code;
  } catch (const std::exception& problem) {
    std::cerr << "stillholds: " << problem.what() << '\n';
    return 70;  // EX_SOFTWARE: a bug, not the user's doing
  }
}
