#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <utility>

#include "bot/cli/commands.hpp"

namespace stillholds {
namespace {

// build/encoder/ for a program in build/release/; share/stillholds/ for one in bin/.
std::filesystem::path weights_beside(const std::filesystem::path& program_folder) {
  const auto built = program_folder / "../encoder/sentence-encoder.bin";
  const auto installed = program_folder / "../share/stillholds/sentence-encoder.bin";
  std::error_code code;
  return (std::filesystem::exists(installed, code) ? installed : built).lexically_normal();
}

}  // namespace

result<std::shared_ptr<const sentence_vectors>> open_vectors(const std::string& given,
                                                             const std::filesystem::path& cache,
                                                             const cli_context& context) {
  if (given == "none") return nullptr;
  const auto weights = given.empty() ? weights_beside(context.executable_folder) : std::filesystem::path(given);
  auto opened = sentence_vectors::open(weights, weights.parent_path() / cache);
  if (!opened && opened.error().code == errc::not_found && given.empty()) return nullptr;
  return opened;
}

void add_encoder_option(CLI::App& command, std::string& given) {
  command
      .add_option(
          "--encoder", given,
          "The sentence encoder's weights (default: those that deploy/weights made, if it has); \"none\": match by "
          "words alone")
      ->type_name("FILE");
}

}  // namespace stillholds
