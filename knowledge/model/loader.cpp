#include "knowledge/model/loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>

#include "knowledge/model/article_reader.hpp"
#include "knowledge/model/yaml.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code code;
  return fs::exists(path, code);
}

bool is_folder(const fs::path& path) {
  std::error_code code;
  return fs::is_directory(path, code);
}

// The entries of a folder by name, without hidden ones and editors' backups. Empty when it cannot be read.
std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code code;
  for (fs::directory_iterator it{folder, code}, end; !code && it != end; it.increment(code)) {
    const auto name = it->path().filename().string();
    if (!name.starts_with('.') && !name.ends_with('~')) found.push_back(it->path());
  }
  std::ranges::sort(found);
  return found;
}

// The file's bytes; too large or unreadable files are reported. Never blocks on a pipe or a device.
std::optional<std::string> read_file(const fs::path& path, fault_list& faults) {
  std::error_code code;
  if (!fs::is_regular_file(path, code)) {
    faults.error(0, 0, "not an ordinary file; replace it by one");
    return std::nullopt;
  }
  std::ifstream in{path, std::ios::binary};
  std::string text(yaml_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (!in.eof() && in.fail()) || !in.is_open()) {
    faults.error(0, 0, "cannot be read; check its permissions");
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > yaml_bytes_max) {
    faults.error(0, 0, fmt::format("the file is larger than {} KiB; split it", yaml_bytes_max / 1024));
    return std::nullopt;
  }
  return text;
}

class loading {
 public:
  explicit loading(fs::path root) : root_(std::move(root)) {}

  void read_folder(const fs::path& folder);
  void report(const fs::path& path, std::string message) {
    fault_list faults{shown(path)};
    faults.error(0, 0, std::move(message));
    keep(faults);
  }
  [[nodiscard]] loaded take();

 private:
  // The path as people name it: relative to the knowledge folder, valid UTF-8.
  [[nodiscard]] std::string shown(const fs::path& path) const {
    const auto relative = path.lexically_relative(root_).generic_string();
    return to_utf8(relative.empty() ? path.generic_string() : relative);
  }
  void keep(const fault_list& faults) {
    result_.faults.insert(result_.faults.end(), faults.all().begin(), faults.all().end());
  }
  // Reads and parses one file and hands its tree on.
  template <class Use>
  void with_yaml(const fs::path& path, Use&& use) {
    fault_list faults{shown(path)};
    if (const auto text = read_file(path, faults)) {
      if (const auto tree = parse_yaml(*text, faults)) use(*tree, faults);
    }
    keep(faults);
  }
  void check_id(const fs::path& path, const std::string& id) {
    if (!is_id(id)) {
      report(path,
             fmt::format("\"{}\" is no id; rename it with small letters, digits and single hyphens", to_utf8(id)));
    } else if (is_reserved_id(id)) {
      report(path, fmt::format("\"{}\" is reserved; choose another name", id));
    }
  }
  void read_text(const fs::path& path, article& into);
  void read_claims(const fs::path& folder, std::string_view language, std::vector<claim>& into);

  fs::path root_;
  loaded result_;
};

void loading::read_text(const fs::path& path, article& into) {
  if (!is_there(path)) return;
  fault_list faults{shown(path)};
  if (auto text = read_file(path, faults)) {
    if (is_utf8(*text)) {
      into.text = tidy(*text);
    } else {
      faults.error(0, 0, "not UTF-8; save the file as UTF-8");
    }
  }
  keep(faults);
}

void loading::read_claims(const fs::path& folder, std::string_view language, std::vector<claim>& into) {
  for (const auto& path : entries_of(folder)) {
    if (path.extension() == ".yml") report(path, "claim files end in .yaml; rename it");
    if (path.extension() != ".yaml") continue;
    const auto id = path.stem().string();
    check_id(path, id);
    with_yaml(path, [&](const yaml_node& tree, fault_list& faults) {
      if (auto one = read_claim(tree, id, language, faults)) into.push_back(std::move(*one));
    });
  }
}

void loading::read_folder(const fs::path& folder) {
  const auto id = folder.filename().string();
  check_id(folder, id);
  std::optional<article> made;
  with_yaml(folder / "article.yaml",
            [&](const yaml_node& tree, fault_list& faults) { made = read_article(tree, id, faults); });
  std::vector<claim> claims;
  read_claims(folder / "claims", made ? made->language : std::string{}, claims);
  if (const auto golden = folder / "golden.yaml"; is_there(golden)) {
    with_yaml(golden, [&](const yaml_node& tree, fault_list& faults) {
      auto questions = read_golden(tree, id, faults);
      std::ranges::move(questions, std::back_inserter(result_.golden));
    });
  }
  if (!made) return;
  read_text(folder / "article.txt", *made);
  const auto place_in_article = [&](const claim& one) {
    return std::ranges::find(made->sections, one.section, &section::id) - made->sections.begin();
  };
  std::ranges::sort(claims, {}, [&](const claim& one) { return std::pair{place_in_article(one), one.id}; });
  made->claims = std::move(claims);
  result_.articles.push_back(std::move(*made));
}

loaded loading::take() {
  std::ranges::sort(result_.articles, {}, &article::id);
  std::ranges::sort(result_.faults, {},
                    [](const fault& one) { return std::tie(one.at.file, one.at.line, one.at.column, one.message); });
  return std::move(result_);
}

}  // namespace

std::string to_string(const fault& value) {
  const auto* const word = value.severity == severity::error ? "error" : "warning";
  if (value.at.line == 0) return fmt::format("{}: {}: {}", value.at.file, word, value.message);
  return fmt::format("{}:{}:{}: {}: {}", value.at.file, value.at.line, value.at.column, word, value.message);
}

bool loaded::ok() const noexcept {
  return std::ranges::none_of(faults, [](const fault& one) { return one.severity == severity::error; });
}

loaded load_knowledge(const std::filesystem::path& directory) {
  std::error_code code;
  auto root = fs::absolute(directory, code).lexically_normal();
  if (code) root = directory;
  if (!root.has_filename()) root = root.parent_path();  // "knowledge/" names the same folder as "knowledge"
  loading all{root};
  if (!is_folder(root)) {
    all.report(root, "the knowledge folder is not there; give the right one");
    return all.take();
  }
  if (is_there(root / "article.yaml")) {
    all.read_folder(root);
    return all.take();
  }
  const auto shelf = is_folder(root / "articles") ? root / "articles" : root;
  int folders = 0;
  for (const auto& folder : entries_of(shelf)) {
    if (!is_folder(folder)) continue;
    if (is_there(folder / "article.yaml")) {
      all.read_folder(folder);
    } else if (is_folder(folder / "claims")) {
      all.report(folder / "article.yaml", "claims without an article; add this file");
    } else {
      continue;
    }
    ++folders;
  }
  if (folders == 0) all.report(shelf, "no article here; expected a folder with an article.yaml in it");
  return all.take();
}

}  // namespace stillholds
