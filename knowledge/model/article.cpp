#include "knowledge/model/article.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stillholds {
namespace {

constexpr std::array status_names{std::pair{status::holds, std::string_view{"holds"}},
                                  std::pair{status::partly_holds, std::string_view{"partly-holds"}},
                                  std::pair{status::outdated, std::string_view{"outdated"}},
                                  std::pair{status::overturned, std::string_view{"overturned"}},
                                  std::pair{status::unsupported, std::string_view{"unsupported"}},
                                  std::pair{status::unresolved, std::string_view{"unresolved"}}};
constexpr std::array bearing_names{std::pair{bearing::supports, std::string_view{"supports"}},
                                   std::pair{bearing::contradicts, std::string_view{"contradicts"}},
                                   std::pair{bearing::qualifies, std::string_view{"qualifies"}}};
constexpr std::array kind_names{std::pair{source_kind::primary, std::string_view{"primary"}},
                                std::pair{source_kind::secondary, std::string_view{"secondary"}},
                                std::pair{source_kind::aggregator, std::string_view{"aggregator"}}};
constexpr std::array confidence_names{std::pair{confidence_level::low, std::string_view{"low"}},
                                      std::pair{confidence_level::medium, std::string_view{"medium"}},
                                      std::pair{confidence_level::high, std::string_view{"high"}}};

constexpr std::string_view word_for(const auto& table, auto value) noexcept {
  for (const auto& [key, word] : table) {
    if (key == value) return word;
  }
  return {};
}

constexpr auto value_for(const auto& table, std::string_view word) noexcept
    -> std::optional<std::remove_cvref_t<decltype(table[0].first)>> {
  for (const auto& [key, name] : table) {
    if (name == word) return key;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(status value) noexcept { return word_for(status_names, value); }
std::string_view name_of(bearing value) noexcept { return word_for(bearing_names, value); }
std::string_view name_of(source_kind value) noexcept { return word_for(kind_names, value); }
std::string_view name_of(confidence_level value) noexcept { return word_for(confidence_names, value); }
std::optional<status> parse_status(std::string_view word) noexcept { return value_for(status_names, word); }
std::optional<bearing> parse_bearing(std::string_view word) noexcept { return value_for(bearing_names, word); }
std::optional<source_kind> parse_source_kind(std::string_view word) noexcept { return value_for(kind_names, word); }
std::optional<confidence_level> parse_confidence(std::string_view word) noexcept {
  return value_for(confidence_names, word);
}

const verdict* claim::in_force(day on) const noexcept {
  const verdict* found = nullptr;
  for (const auto& entry : history) {
    if (entry.from.first_day() <= on) found = &entry;
  }
  return found;
}

std::optional<day> claim::review_due() const {
  if (review.retired_on) return std::nullopt;
  if (review.by) return review.by->last_day();
  if (review.every_days && !history.empty())
    return current().reviewed.first_day() + std::chrono::days{*review.every_days};
  return std::nullopt;
}

const claim* article::find(std::string_view claim_id) const noexcept {
  const auto it = std::ranges::find(claims, claim_id, &claim::id);
  return it == claims.end() ? nullptr : &*it;
}

const section* article::find_section(std::string_view section_id) const noexcept {
  const auto it = std::ranges::find(sections, section_id, &section::id);
  return it == sections.end() ? nullptr : &*it;
}

const std::string& text_in(const translations& by_language, std::string_view language, const std::string& fallback) {
  const auto it = by_language.find(language);
  return it == by_language.end() ? fallback : it->second;
}

}  // namespace stillholds
