#include "knowledge/model/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "knowledge/text.hpp"

namespace stillholds {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

bool is_web_address(std::string_view url) {
  const auto lower = ascii_lower(url.substr(0, 8));
  const auto scheme = lower.starts_with("https://") ? 8U : lower.starts_with("http://") ? 7U : 0U;
  if (scheme == 0 || url.size() > 2000) return false;
  const auto host = url.substr(scheme, url.find_first_of("/?#", scheme) - scheme);
  const bool clean = std::ranges::none_of(url, [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == '<' || c == '>' || c == '\\' || c == '`' ||
           c == 0x7F;
  });
  return clean && !host.empty() && host.find('@') == std::string_view::npos && host.find('.') != std::string_view::npos;
}

void collect(const yaml_node& node, const std::string& file, const std::string& path, places& found) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto& item = node.items[i];
    found.emplace(fmt::format("{}[{}]", path, i), position{file, item.line, item.column});
  }
  for (const auto& member : node.members) {
    const auto name = path.empty() ? member.key : fmt::format("{}.{}", path, member.key);
    // A text is pointed at itself; a list or a group by the key above it.
    const bool is_text = member.value.is == yaml_node::form::scalar;
    found.emplace(name, is_text ? position{file, member.value.line, member.value.column}
                                : position{file, member.line, member.column});
    collect(member.value, file, name, found);
  }
}

// What a person typed, short enough for a message.
std::string shown(std::string_view text) {
  const auto line = on_one_line(text);
  const auto part = cut(line, 60);
  return part.size() == line.size() ? line : fmt::format("{}…", part);
}

}  // namespace

std::string on_one_line(std::string_view text) {
  auto clean = tidy(text);
  std::ranges::replace(clean, '\n', ' ');
  return tidy(clean);
}

std::string either_of(const std::vector<std::string_view>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known) {
  std::string_view best;
  if (word.size() > 64) return best;
  auto allowed = std::max<std::size_t>(1, std::min<std::size_t>(2, word.size() / 2)) + 1;
  for (const auto one : known) {
    if (const auto distance = edit_distance(ascii_lower(word), one); distance < allowed) {
      allowed = distance;
      best = one;
    }
  }
  return best;
}

places places_below(const yaml_node& node, const std::string& file) {
  places found;
  collect(node, file, {}, found);
  return found;
}

bool is_language(const yaml_member& member, fault_list& faults) {
  const bool good =
      member.key.size() == 2 && std::ranges::all_of(member.key, [](char c) { return c >= 'a' && c <= 'z'; });
  if (!good) {
    faults.error(member.line, member.column,
                 fmt::format("\"{}\" is not a language code; write one such as en or zh", shown(member.key)));
  }
  return good;
}

fields::fields(const yaml_node& node, fault_list& faults, std::string_view what)
    : node_(node), faults_(faults), what_(what) {
  if (node.is == yaml_node::form::map || node.is == yaml_node::form::broken) return;
  faults_.error(node.line, node.column, fmt::format("{} must be \"key: value\" lines, not {}", what, name_of(node.is)));
}

const yaml_node* fields::find(std::string_view key, need how) {
  known_.push_back(key);
  const auto found = std::ranges::find(node_.members, key, &yaml_member::key);
  if (found == node_.members.end()) {
    if (how == need::required && node_.is == yaml_node::form::map) {
      faults_.error(node_.line, node_.column, fmt::format("{} has no \"{}\"; add it", what_, key));
    }
    return nullptr;
  }
  const auto& value = found->value;
  if (value.is == yaml_node::form::broken) return nullptr;
  if (value.is == yaml_node::form::null) {
    faults_.error(found->line, found->column,
                  fmt::format("\"{}\" is empty; {}", key,
                              how == need::required ? "fill it in" : "fill it in or remove the line"));
    return nullptr;
  }
  return &value;
}

const yaml_node* fields::find(std::string_view key, need how, yaml_node::form form) {
  const auto* const node = find(key, how);
  if (node == nullptr || node->is == form) return node;
  faults_.error(node->line, node->column,
                fmt::format("\"{}\" must be {}, not {}", key, name_of(form), name_of(node->is)));
  return nullptr;
}

std::string fields::clean(const yaml_node& node, std::string_view key) {
  if (node.is == yaml_node::form::broken) return {};
  if (node.is != yaml_node::form::scalar && node.is != yaml_node::form::null) {
    faults_.error(node.line, node.column, fmt::format("\"{}\" must be text, not {}", key, name_of(node.is)));
    return {};
  }
  auto text = on_one_line(node.text);
  if (text.empty())
    faults_.error(node.line, node.column, fmt::format("\"{}\" holds no text; fill it in or remove it", key));
  return text;
}

std::string fields::text(std::string_view key, need how) {
  const auto* const node = find(key, how);
  return node == nullptr ? std::string{} : clean(*node, key);
}

std::vector<std::string> fields::texts(std::string_view key, need how) {
  std::vector<std::string> found;
  const auto* const node = find(key, how, yaml_node::form::list);
  if (node == nullptr) return found;
  for (const auto& item : node->items) found.push_back(clean(item, key));
  return found;
}

std::string fields::checked_url(const yaml_node& node, std::string_view key) {
  auto address = clean(node, key);
  if (address.empty() || is_web_address(address)) return address;
  faults_.error(
      node.line, node.column,
      fmt::format("\"{}\" is not a web address; write it in full, such as https://example.org/page", shown(address)));
  return {};
}

std::string fields::url(std::string_view key, need how) {
  const auto* const node = find(key, how);
  return node == nullptr ? std::string{} : checked_url(*node, key);
}

std::vector<std::string> fields::urls(std::string_view key) {
  std::vector<std::string> found;
  const auto* const node = find(key, need::optional, yaml_node::form::list);
  if (node == nullptr) return found;
  for (const auto& item : node->items) found.push_back(checked_url(item, key));
  return found;
}

partial_date fields::date(std::string_view key, need how) {
  const auto* const node = find(key, how, yaml_node::form::scalar);
  if (node == nullptr) return {};
  auto parsed = parse_date(node->text);
  if (parsed) return *parsed;
  faults_.error(node->line, node->column,
                fmt::format("\"{}\" is not a date; write 2025, 2025-04 or 2025-04-13", shown(node->text)));
  return {};
}

partial_date fields::full_date(std::string_view key, need how) {
  const auto* const node = find(key, how, yaml_node::form::scalar);
  if (node == nullptr) return {};
  const auto parsed = parse_date(node->text);
  if (parsed && parsed->dom != 0) return *parsed;
  faults_.error(
      node->line, node->column,
      fmt::format("\"{}\" must be a date to the day, not \"{}\"; write it like 2026-11-23", key, shown(node->text)));
  return {};
}

translations fields::by_language(std::string_view key, std::string_view own) {
  translations found;
  const auto* const node = find(key, need::optional, yaml_node::form::map);
  if (node == nullptr) return found;
  for (const auto& member : node->members) {
    if (!is_language(member, faults_)) continue;
    if (member.key == own) {
      faults_.error(
          member.line, member.column,
          fmt::format("\"{}\" is the article's own language; its text stands outside \"{}\"", member.key, key));
      continue;
    }
    if (auto text = clean(member.value, member.key); !text.empty()) found.emplace(member.key, std::move(text));
  }
  return found;
}

void fields::unknown_word(const yaml_node& node, std::string_view key, const std::vector<std::string_view>& names) {
  faults_.error(node.line, node.column,
                fmt::format("unknown {} \"{}\"; use {}", key, shown(node.text), either_of(names)));
}

void fields::done() {
  for (const auto& member : node_.members) {
    if (std::ranges::find(known_, member.key) != known_.end()) continue;
    const auto meant = nearest(member.key, known_);
    faults_.error(member.line, member.column,
                  meant.empty()
                      ? fmt::format("unknown key \"{}\"; {} has {}", shown(member.key), what_, either_of(known_))
                      : fmt::format("unknown key \"{}\"; did you mean \"{}\"?", shown(member.key), meant));
  }
}

}  // namespace stillholds
