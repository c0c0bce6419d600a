#include "bot/config/config_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace stillholds {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

const toml::node* table_reader::find(std::string_view key) {
  known_.emplace(key);
  return table_.get(key);
}

void table_reader::fault(std::string_view key, std::string message) {
  const auto* node = table_.get(key);
  const auto line = node != nullptr ? node->source().begin.line : table_.source().begin.line;
  faults_.push_back({static_cast<int>(line), path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key),
                     std::move(message)});
}

void table_reader::text(std::string_view key, std::string& target) {
  const auto* node = find(key);
  if (node == nullptr) return;
  const auto value = node->value_exact<std::string>();
  if (!value) return fault(key, "must be text in quotes");
  target = *value;
}

void table_reader::flag(std::string_view key, bool& target) {
  const auto* node = find(key);
  if (node == nullptr) return;
  const auto value = node->value_exact<bool>();
  if (!value) return fault(key, "must be true or false");
  target = *value;
}

void table_reader::texts(std::string_view key, std::vector<std::string>& target) {
  const auto* node = find(key);
  if (node == nullptr) return;
  const auto* list = node->as_array();
  if (list == nullptr) return fault(key, "must be a list of texts: [\"…\"]");
  for (const auto& item : *list) {
    const auto value = item.value_exact<std::string>();
    if (!value) return fault(key, "every item must be text in quotes");
    target.push_back(*value);
  }
}

std::optional<std::int64_t> table_reader::integer(std::string_view key, std::int64_t least, std::int64_t most) {
  const auto* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto value = node->value_exact<std::int64_t>();
  if (!value || *value < least || *value > most) {
    fault(key, fmt::format("must be a whole number from {} to {}", least, most));
    return std::nullopt;
  }
  return value;
}

const toml::table* table_reader::table(std::string_view key) {
  const auto* node = find(key);
  if (node == nullptr) return nullptr;
  const auto* found = node->as_table();
  if (found == nullptr) fault(key, fmt::format("must be a table: [{}]", key));
  return found;
}

std::vector<const toml::table*> table_reader::tables(std::string_view key) {
  const auto* node = find(key);
  std::vector<const toml::table*> found;
  if (node == nullptr) return found;
  const auto* list = node->as_array();
  if (list == nullptr || !list->is_homogeneous<toml::table>()) {
    fault(key, fmt::format("must be written as [[{}]]", key));
    return found;
  }
  for (const auto& item : *list) found.push_back(item.as_table());
  return found;
}

std::vector<std::string> table_reader::keys() const {
  std::vector<std::string> all;
  for (const auto& [key, value] : table_) all.emplace_back(key.str());
  return all;
}

void table_reader::reject_unknown() {
  for (const auto& [key, value] : table_) {
    const std::string_view word = key.str();
    if (known_.contains(word)) continue;
    const auto near =
        std::ranges::min_element(known_, {}, [&](const std::string& k) { return edit_distance(k, word); });
    const bool close = near != known_.end() && edit_distance(*near, word) <= 3;
    fault(word,
          close ? fmt::format("unknown key; did you mean \"{}\"?", *near) : std::string("unknown key; remove it"));
  }
}

}  // namespace stillholds
