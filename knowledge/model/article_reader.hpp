// YAML trees to plain values: one article file, one claim file, one file of golden questions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/model/article.hpp"
#include "knowledge/model/yaml.hpp"

namespace stillholds {

// Names taken by pages and by golden questions; no claim and no article may bear one.
[[nodiscard]] bool is_reserved_id(std::string_view id) noexcept;

// Small letters, digits and single hyphens, at most 64: it stands in addresses and is typed by readers.
[[nodiscard]] bool is_id(std::string_view id) noexcept;

// The article without its text and claims. Faults are reported; what could be read is in the result.
[[nodiscard]] article read_article(const yaml_node& root, std::string id, fault_list& faults);

// One claim; nothing when not a single verdict of its history could be read (reported). `language` is the article's.
[[nodiscard]] std::optional<claim> read_claim(const yaml_node& root, std::string id, std::string_view language,
                                              fault_list& faults);

[[nodiscard]] std::vector<golden_question> read_golden(const yaml_node& root, const std::string& article_id,
                                                       fault_list& faults);

}  // namespace stillholds
