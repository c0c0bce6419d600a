#include <filesystem>
#include <string>

#include "bot/cli/commands.hpp"

namespace stillholds {

std::filesystem::path knowledge_folder(const std::string& given, const cli_context& context) {
  std::error_code code;
  if (!given.empty())
    return std::filesystem::is_directory(given, code) ? std::filesystem::path(given) : std::filesystem::path{};
  const auto& beside = context.executable_folder;
  for (const auto& folder :
       {std::filesystem::path("knowledge"), beside / "../../knowledge", beside / "../share/stillholds/knowledge"}) {
    if (std::filesystem::is_directory(folder / "articles", code)) return folder.lexically_normal();
  }
  return {};
}

}  // namespace stillholds
