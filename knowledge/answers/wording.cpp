#include "knowledge/answers/wording.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <set>

#include "knowledge/text.hpp"

namespace stillholds {

extern const std::string_view wording_file_text;  // made from knowledge/wording.yaml by deploy/embed.cmake

namespace {

using names = std::set<std::string, std::less<>>;
using phrases_by_language = std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>>;

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

// The {names} in a phrase; nothing when a brace is left over or holds something else.
std::optional<names> placeholders(std::string_view phrase) {
  names found;
  for (auto at = phrase.find_first_of("{}"); at != std::string_view::npos; at = phrase.find_first_of("{}", at)) {
    const auto end = phrase.find('}', at);
    if (phrase[at] != '{' || end == std::string_view::npos) return std::nullopt;
    const auto name = phrase.substr(at + 1, end - at - 1);
    if (!is_name(name)) return std::nullopt;
    found.emplace(name);
    at = end + 1;
  }
  return found;
}

// Walks the file's tree and keeps the first fault.
class phrase_reader {
 public:
  explicit phrase_reader(std::vector<std::string> languages) : languages_(std::move(languages)) {}

  void read_group(const YAML::Node& group, const std::string& prefix) {
    if (!group.IsMap()) return fault(group, fmt::format("\"{}\" must hold phrases", prefix));
    names seen;
    for (const auto& entry : group) {
      const auto key = entry.first.as<std::string>("");
      if (key.empty()) return fault(entry.first, "a key must be a word");
      if (!seen.insert(key).second) return fault(entry.first, fmt::format("\"{}{}\" stands twice", prefix, key));
      if (prefix.empty() && key == "languages") continue;
      if (is_phrase(entry.second)) {
        read_phrase(entry.second, prefix + key);
      } else {
        read_group(entry.second, prefix + key + ".");
      }
      if (first_fault) return;
    }
  }

  std::optional<std::string> first_fault;
  phrases_by_language phrases;

 private:
  void fault(const YAML::Node& at, std::string_view what) {
    if (first_fault) return;
    first_fault = fmt::format("wording.yaml:{}:{}: {}", at.Mark().line + 1, at.Mark().column + 1, what);
  }

  // A group whose keys are all words of languages is a phrase; so is an empty one, to be refused as such. The group
  // that names the languages looks alike but holds groups.
  [[nodiscard]] static bool is_phrase(const YAML::Node& node) {
    if (!node.IsMap()) return false;
    return std::ranges::all_of(node, [](const auto& entry) { return entry.second.IsScalar(); });
  }

  void read_phrase(const YAML::Node& node, const std::string& key) {
    std::optional<names> first_names;
    for (const auto& entry : node) {
      const auto language = entry.first.as<std::string>("");
      if (std::ranges::find(languages_, language) == languages_.end()) {
        return fault(entry.first, fmt::format("\"{}\": \"{}\" is not one of the languages", key, language));
      }
      const auto text = entry.second.as<std::string>("");
      const auto here = placeholders(text);
      if (text.empty() || !is_utf8(text))
        return fault(entry.second, fmt::format("\"{}\" is empty in {}", key, language));
      if (!here) return fault(entry.second, fmt::format("\"{}\" has a brace that is no {{name}} in {}", key, language));
      if (first_names && *first_names != *here) {
        return fault(entry.second,
                     fmt::format("\"{}\" has other {{names}} in {} than in another language", key, language));
      }
      first_names = here;
      if (!phrases[language].emplace(key, text).second) {
        return fault(entry.first, fmt::format("\"{}\" stands twice in {}", key, language));
      }
    }
    for (const auto& language : languages_) {
      if (!phrases[language].contains(key)) return fault(node, fmt::format("\"{}\" is missing in {}", key, language));
    }
  }

  std::vector<std::string> languages_;
};

}  // namespace

result<wording> wording::parse(std::string_view yaml_text) {
  try {
    const auto root = YAML::Load(std::string{yaml_text});
    if (!root.IsMap() || !root["languages"] || !root["languages"].IsSequence()) {
      return fail(errc::malformed, "wording.yaml:1:1: it must begin with the list of languages");
    }
    wording read;
    read.languages_ = root["languages"].as<std::vector<std::string>>();
    if (std::ranges::find(read.languages_, "en") == read.languages_.end()) {
      return fail(errc::malformed,
                  "wording.yaml:1:1: English (en) must be one of the languages: it stands in for others");
    }
    phrase_reader reader(read.languages_);
    reader.read_group(root, "");
    if (reader.first_fault) return fail(errc::malformed, std::move(*reader.first_fault));
    read.phrases_ = std::move(reader.phrases);
    return read;
  } catch (const YAML::Exception& caught) {
    return fail(errc::malformed,
                fmt::format("wording.yaml:{}:{}: {}", caught.mark.line + 1, caught.mark.column + 1, caught.msg));
  }
}

const wording& wording::built_in() {
  static const wording words = parse(wording_file_text).value();
  return words;
}

std::string wording::say(std::string_view language, std::string_view key,
                         std::initializer_list<std::pair<std::string_view, std::string_view>> parts) const {
  auto spoken = phrases_.find(language);
  if (spoken == phrases_.end()) spoken = phrases_.find(std::string_view{"en"});
  if (spoken == phrases_.end()) return std::string{key};
  const auto found = spoken->second.find(key);
  if (found == spoken->second.end()) return std::string{key};
  const std::string_view phrase = found->second;
  std::string said;
  std::size_t from = 0;
  for (auto open = phrase.find('{'); open != std::string_view::npos; open = phrase.find('{', from)) {
    const auto close = phrase.find('}', open);
    const auto part = std::ranges::find(parts, phrase.substr(open + 1, close - open - 1),
                                        [](const auto& pair) { return pair.first; });
    said += phrase.substr(from, open - from);
    if (part != parts.end()) said += part->second;
    from = close + 1;
  }
  return said += phrase.substr(from);
}

std::string wording::count(std::string_view language, std::string_view key, std::size_t n) const {
  return say(language, fmt::format("{}.{}", key, n == 1 ? "one" : "many"), {{"n", fmt::format("{}", n)}});
}

std::string wording::row(std::string_view language, std::span<const std::string> parts) const {
  std::string all;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) all += say(language, i + 1 == parts.size() ? "row.last" : "row.comma");
    all += parts[i];
  }
  return all;
}

std::string wording::date(std::string_view language, const partial_date& value) const {
  if (value.empty()) return {};
  const auto year = fmt::format("{}", value.year);
  if (value.month == 0) return say(language, "date.year", {{"year", year}});
  const auto month = say(language, fmt::format("month.{}", value.month));
  if (value.dom == 0) return say(language, "date.month", {{"year", year}, {"month", month}});
  return say(language, "date.day", {{"year", year}, {"month", month}, {"dom", fmt::format("{}", value.dom)}});
}

std::string wording::status(std::string_view language, stillholds::status value) const {
  return say(language, fmt::format("status.{}", name_of(value)));
}

bool wording::knows(std::string_view key) const noexcept {
  const auto english = phrases_.find(std::string_view{"en"});
  return english != phrases_.end() && english->second.contains(key);
}

}  // namespace stillholds
