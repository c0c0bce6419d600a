#include "knowledge/model/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <tuple>
#include <utility>

#include "knowledge/text.hpp"
#include "knowledge/utf8.hpp"

namespace stillholds {
namespace {

struct stop_parsing {};  // thrown through the library to end the parse; the reason is reported before

// Turns the library's marks (0-based, columns in bytes) into what an editor shows.
class places_in {
 public:
  explicit places_in(std::string_view text) : text_(text) {
    starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  [[nodiscard]] std::pair<int, int> at(int line, int column) {
    const auto row = std::min(static_cast<std::size_t>(std::max(line, 0)), starts_.size() - 1);
    const auto end = std::min(starts_[row] + static_cast<std::size_t>(std::max(column, 0)), text_.size());
    // Marks come mostly in order: counting goes on where it ended, or a long line would be read once for each mark.
    if (row != counted_.row || end < counted_.end) counted_ = {.row = row, .end = starts_[row], .points = 0};
    const auto points = counted_.points + code_points(text_.substr(counted_.end, end - counted_.end));
    const bool within = end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0U) == 0x80;
    if (!within) counted_ = {.row = row, .end = end, .points = points};
    return {static_cast<int>(row) + 1, static_cast<int>(points) + 1};
  }

  // Nothing has no place of its own; the library gives that of what follows. This is where the text before it ends.
  [[nodiscard]] std::pair<int, int> last_before(int line, int column) {
    const auto row = std::min(static_cast<std::size_t>(std::max(line, 0)), starts_.size() - 1);
    const auto end = std::min(starts_[row] + static_cast<std::size_t>(std::max(column, 0)), text_.size());
    const auto last = text_.substr(0, end).find_last_not_of(" \t\r\n");
    if (last == std::string_view::npos) return at(line, column);
    const auto start = std::ranges::upper_bound(starts_, last) - 1;
    return at(static_cast<int>(start - starts_.begin()), static_cast<int>(last - *start));
  }

 private:
  // How many characters the row holds before this byte.
  struct count {
    std::size_t row{0};
    std::size_t end{0};
    std::size_t points{0};
  };

  std::string_view text_;
  std::vector<std::size_t> starts_;
  count counted_{};
};

class tree_builder : public YAML::EventHandler {
 public:
  tree_builder(places_in& places, fault_list& faults) : places_(places), faults_(faults) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) stop(mark, "a second document begins here; put it into a file of its own");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto node = made(mark, "?", anchor, yaml_node::form::null);
    std::tie(node.line, node.column) = places_.last_before(mark.line, mark.column);
    put(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    report(mark, "aliases (*name) are not read here; write the text out");
    leaf(mark, "?", 0, yaml_node::form::broken, {});
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    leaf(mark, tag, anchor, yaml_node::form::scalar, value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    branch(mark, tag, anchor, yaml_node::form::list);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    branch(mark, tag, anchor, yaml_node::form::map);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

  [[nodiscard]] yaml_node take() { return std::move(root_); }

 private:
  // A container being filled. In a map, `key` holds the member that waits for its value.
  struct level {
    yaml_node node;
    std::optional<yaml_member> key;
    std::map<std::string, int, std::less<>> lines{};  // of a map's keys
  };

  void report(const YAML::Mark& mark, std::string message) {
    const auto [line, column] = places_.at(mark.line, mark.column);
    faults_.error(line, column, std::move(message));
  }
  [[noreturn]] void stop(const YAML::Mark& mark, std::string message) {
    report(mark, std::move(message));
    throw stop_parsing{};
  }

  yaml_node made(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, yaml_node::form form) {
    if (anchor != 0) report(mark, "anchors (&name) are not read here; write the text out");
    if (!tag.empty() && tag != "?" && tag != "!")
      report(mark, fmt::format("the tag \"{}\" is not read here; remove it", tag));
    yaml_node node;
    node.is = form;
    std::tie(node.line, node.column) = places_.at(mark.line, mark.column);
    return node;
  }

  void leaf(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, yaml_node::form form,
            std::string text) {
    auto node = made(mark, tag, anchor, form);
    node.text = std::move(text);
    put(std::move(node));
  }

  void branch(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, yaml_node::form form) {
    if (open_.size() >= yaml_depth_max) stop(mark, "nested too deeply; nothing here needs that many levels");
    open_.push_back({.node = made(mark, tag, anchor, form), .key = std::nullopt});
  }

  void close() {
    auto node = std::move(open_.back().node);
    open_.pop_back();
    put(std::move(node));
  }

  void put(yaml_node node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    auto& [parent, key, lines] = open_.back();
    if (parent.is == yaml_node::form::list) {
      parent.items.push_back(std::move(node));
    } else if (!key) {
      begin_member(lines, key, node);
    } else {
      key->value = std::move(node);
      if (!key->key.empty()) parent.members.push_back(std::move(*key));
      key.reset();
    }
  }

  // A member with an empty key is reported and forgotten.
  void begin_member(std::map<std::string, int, std::less<>>& lines, std::optional<yaml_member>& key,
                    const yaml_node& node) {
    key = yaml_member{{}, node.line, node.column, {}};
    if (node.is != yaml_node::form::scalar || node.text.empty()) {
      if (node.is != yaml_node::form::broken)
        faults_.error(node.line, node.column, "a key must be a plain word; write \"word: value\"");
      return;
    }
    if (const auto [twin, fresh] = lines.emplace(node.text, node.line); !fresh) {
      faults_.error(
          node.line, node.column,
          fmt::format("\"{}\" stands twice, first on line {}; keep one of them", tidy(node.text), twin->second));
      return;
    }
    key->key = node.text;
  }

  places_in& places_;
  fault_list& faults_;
  int documents_{0};
  yaml_node root_;
  std::vector<level> open_;
};

// The library guesses other encodings from zero bytes; only text that leaves nothing to guess reaches it.
bool is_plain_text(std::string_view text, places_in& places, fault_list& faults) {
  int line = 0;
  std::size_t line_start = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = utf8_at(text, i);
    const bool control =
        (c.point < 0x20 && c.point != U'\t' && c.point != U'\n' && c.point != U'\r') || c.point == 0x7F;
    if (!c.valid || control) {
      const auto [at_line, at_column] = places.at(line, static_cast<int>(i - line_start));
      faults.error(
          at_line, at_column,
          c.valid ? "an invisible control character stands here; remove it" : "not UTF-8; save the file as UTF-8");
      return false;
    }
    i += c.size;
    if (c.point == U'\n') {
      ++line;
      line_start = i;
    }
  }
  return true;
}

// The library cites the byte it stumbled over; of a character beyond ASCII that is a part, which nobody can read.
std::string_view without_broken_byte(std::string_view problem) {
  return is_utf8(problem) ? problem : problem.substr(0, problem.rfind(':'));
}

std::string advice_for(std::string_view problem) {
  if (problem.find("map value") != std::string_view::npos) return "put text that holds \": \" between quotation marks";
  if (problem.find("escape") != std::string_view::npos)
    return "between double quotation marks a backslash is written \\\\; between single ones as it is";
  if (problem.find("tab") != std::string_view::npos) return "indent with spaces, not tabs";
  return "check indentation and quotation marks here and just above";
}

}  // namespace

void fault_list::error(int line, int column, std::string message) {
  all_.push_back({severity::error, {file_, line, column}, std::move(message)});
}

std::string_view name_of(yaml_node::form form) noexcept {
  switch (form) {
    case yaml_node::form::null: return "nothing";
    case yaml_node::form::scalar: return "text";
    case yaml_node::form::list: return "a list";
    case yaml_node::form::map: return "a group of keys";
    case yaml_node::form::broken: return "something unreadable";
  }
  return "nothing";
}

std::optional<yaml_node> parse_yaml(std::string_view text, fault_list& faults) {
  if (text.size() > yaml_bytes_max) {
    faults.error(0, 0, fmt::format("the file is larger than {} KiB; split it", yaml_bytes_max / 1024));
    return std::nullopt;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  places_in places{text};
  if (!is_plain_text(text, places, faults)) return std::nullopt;
  try {
    std::istringstream in{std::string{text}};
    YAML::Parser parser{in};
    tree_builder builder{places, faults};
    if (!parser.HandleNextDocument(builder)) {
      faults.error(0, 0, "the file is empty; fill it or remove it");
      return std::nullopt;
    }
    auto root = builder.take();
    parser.HandleNextDocument(builder);
    return root;
  } catch (const stop_parsing&) {
    return std::nullopt;
  } catch (const YAML::Exception& problem) {
    const auto [line, column] = places.at(problem.mark.line, problem.mark.column);
    faults.error(line, column,
                 fmt::format("not YAML: {}; {}", without_broken_byte(problem.msg), advice_for(problem.msg)));
  } catch (const std::exception&) {
    faults.error(0, 0, "not YAML; check indentation and quotation marks");
  }
  return std::nullopt;
}

}  // namespace stillholds
