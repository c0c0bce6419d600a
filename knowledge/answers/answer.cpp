#include "knowledge/answers/answer.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "knowledge/json.hpp"

namespace stillholds {
namespace {

constexpr std::array kinds{std::pair{answer_kind::claim, std::string_view{"claim"}},
                           std::pair{answer_kind::suggest, std::string_view{"suggest"}},
                           std::pair{answer_kind::article, std::string_view{"article"}},
                           std::pair{answer_kind::none, std::string_view{"none"}},
                           std::pair{answer_kind::help, std::string_view{"help"}},
                           std::pair{answer_kind::command, std::string_view{"command"}},
                           std::pair{answer_kind::notice, std::string_view{"notice"}},
                           std::pair{answer_kind::repeat, std::string_view{"repeat"}}};

// One table for both ways, so that a field cannot be written and not read.
constexpr std::array text_fields{std::pair{std::string_view{"language"}, &answer::language},
                                 std::pair{std::string_view{"lead"}, &answer::lead},
                                 std::pair{std::string_view{"gloss"}, &answer::gloss},
                                 std::pair{std::string_view{"status"}, &answer::status},
                                 std::pair{std::string_view{"body"}, &answer::body},
                                 std::pair{std::string_view{"heading"}, &answer::heading},
                                 std::pair{std::string_view{"link_label"}, &answer::link_label},
                                 std::pair{std::string_view{"link"}, &answer::link},
                                 std::pair{std::string_view{"footer"}, &answer::footer},
                                 std::pair{std::string_view{"article_id"}, &answer::article_id},
                                 std::pair{std::string_view{"claim_id"}, &answer::claim_id},
                                 std::pair{std::string_view{"status_word"}, &answer::status_word}};
constexpr std::array item_fields{std::pair{std::string_view{"label"}, &answer_item::label},
                                 std::pair{std::string_view{"text"}, &answer_item::text},
                                 std::pair{std::string_view{"url"}, &answer_item::url}};
constexpr std::size_t field_count = text_fields.size() + 3;  // and kind, items, suggested
constexpr json_limits stored_limits{.bytes = std::size_t{4} * 1024 * 1024, .depth = 4};

std::optional<std::string> missing_text(const json& from, std::string_view name, std::string& into) {
  auto value = get_string(from, name);
  if (!value) return fmt::format("\"{}\" is missing or no text", name);
  into = std::move(*value);
  return std::nullopt;
}

std::optional<std::string> read_items(const json& from, std::vector<answer_item>& into) {
  const auto* const items = at_path(from, "items");
  if (items == nullptr || !items->is_array()) return "\"items\" is missing or no list";
  for (const auto& entry : *items) {
    auto& item = into.emplace_back();
    if (!entry.is_object() || entry.size() != item_fields.size()) return "an item has other fields than it should";
    for (const auto& [name, field] : item_fields) {
      if (auto fault = missing_text(entry, name, item.*field)) return fault;
    }
  }
  return std::nullopt;
}

std::optional<std::string> read_texts(const json& from, std::string_view name, std::vector<std::string>& into) {
  const auto* const list = at_path(from, name);
  if (list == nullptr || !list->is_array()) return fmt::format("\"{}\" is missing or no list", name);
  for (const auto& entry : *list) {
    if (!entry.is_string()) return fmt::format("\"{}\" holds something that is no text", name);
    into.push_back(entry.get<std::string>());
  }
  return std::nullopt;
}

std::optional<std::string> read_fields(const json& from, answer& into) {
  const auto word = get_string(from, "kind");
  const auto* const kind =
      std::ranges::find(kinds, word.value_or(""), &std::pair<answer_kind, std::string_view>::second);
  if (kind == kinds.end()) return "\"kind\" is missing or unknown";
  into.kind = kind->first;
  for (const auto& [name, field] : text_fields) {
    if (auto fault = missing_text(from, name, into.*field)) return fault;
  }
  if (auto fault = read_texts(from, "suggested", into.suggested)) return fault;
  return read_items(from, into.items);
}

}  // namespace

std::string_view name_of(answer_kind kind) noexcept {
  for (const auto& [value, word] : kinds) {
    if (value == kind) return word;
  }
  return {};
}

std::string to_json_text(const answer& value) {
  json whole{{"kind", name_of(value.kind)}, {"items", json::array()}, {"suggested", value.suggested}};
  for (const auto& [name, field] : text_fields) whole[std::string{name}] = value.*field;
  for (const auto& item : value.items) {
    json entry = json::object();
    for (const auto& [name, field] : item_fields) entry[std::string{name}] = item.*field;
    whole["items"].push_back(std::move(entry));
  }
  return dump_json(whole);
}

result<answer> answer_from_json_text(std::string_view text) {
  const auto whole = parse_json(text, stored_limits);
  if (!whole) return fail(errc::corrupt, fmt::format("a stored answer is {}", whole.error().detail));
  if (!whole->is_object() || whole->size() != field_count) {
    return fail(errc::corrupt, "a stored answer has other fields than it should");
  }
  answer read;
  if (auto fault = read_fields(*whole, read)) return fail(errc::corrupt, "a stored answer: " + *fault);
  return read;
}

}  // namespace stillholds
