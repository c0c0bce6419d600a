// Reads the keys of one YAML mapping into typed values and reports what is missing, misplaced or misspelt.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/model/article.hpp"
#include "knowledge/model/yaml.hpp"

namespace stillholds {

enum class need { optional, required };

// "holds, partly-holds or outdated".
[[nodiscard]] std::string either_of(const std::vector<std::string_view>& words);

// The word of `known` that `word` was probably meant to be; empty when none is near.
[[nodiscard]] std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known);

// Where each key below the node stands, by path: "quote", "source.url", "also_asked_as[1]".
[[nodiscard]] places places_below(const yaml_node& node, const std::string& file);

// Every read names its key once; done() then reports the keys nobody read. A read that fails reports and yields the
// empty value. The node and the list must outlive the reader.
class fields {
 public:
  // `what` names the mapping in messages: "a claim". Reports a node that is no mapping.
  fields(const yaml_node& node, fault_list& faults, std::string_view what);

  // The key's node; nullptr when it is absent, empty (reported) or broken.
  [[nodiscard]] const yaml_node* find(std::string_view key, need how);
  // The same when it must be a list or a mapping; otherwise reported and nullptr.
  [[nodiscard]] const yaml_node* find(std::string_view key, need how, yaml_node::form form);

  // Tidied text on one line. Never empty when there was no fault and the key is required.
  [[nodiscard]] std::string text(std::string_view key, need how);
  [[nodiscard]] std::vector<std::string> texts(std::string_view key, need how);
  // An http or https address.
  [[nodiscard]] std::string url(std::string_view key, need how);
  [[nodiscard]] std::vector<std::string> urls(std::string_view key);
  [[nodiscard]] partial_date date(std::string_view key, need how);
  // A date to the day.
  [[nodiscard]] partial_date full_date(std::string_view key, need how);
  // Text by language code; `own` (the article's language) is refused, since that text has its own key.
  [[nodiscard]] translations by_language(std::string_view key, std::string_view own);

  // One word out of a closed list.
  template <class Value>
  [[nodiscard]] std::optional<Value> word(std::string_view key, need how,
                                          std::optional<Value> (*parse)(std::string_view) noexcept,
                                          std::initializer_list<Value> all) {
    const auto* const node = find(key, how, yaml_node::form::scalar);
    if (node == nullptr) return std::nullopt;
    const auto value = parse(node->text);
    if (!value) {
      std::vector<std::string_view> names;
      for (const auto one : all) names.push_back(name_of(one));
      unknown_word(*node, key, names);
    }
    return value;
  }

  void done();

  [[nodiscard]] fault_list& faults() noexcept { return faults_; }

 private:
  void unknown_word(const yaml_node& node, std::string_view key, const std::vector<std::string_view>& names);
  [[nodiscard]] std::string clean(const yaml_node& node, std::string_view key);
  [[nodiscard]] std::string checked_url(const yaml_node& node, std::string_view key);

  const yaml_node& node_;
  fault_list& faults_;
  std::string_view what_;
  std::vector<std::string_view> known_;
};

// Whether the key is a two-letter language code ("en", "zh"); reports it at the member when not.
[[nodiscard]] bool is_language(const yaml_member& member, fault_list& faults);

// Tidied text with every line end as one blank.
[[nodiscard]] std::string on_one_line(std::string_view text);

}  // namespace stillholds
