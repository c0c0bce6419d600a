#include "knowledge/ranking/coefficients.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace stillholds {

extern const std::string_view coefficients_file_text;  // made from knowledge/coefficients.txt by deploy/embed.cmake

namespace {

// Every number of a set by the name of its row.
std::map<std::string, double*, std::less<>> rows_of(coefficients& of) {
  std::map<std::string, double*, std::less<>> rows{{"confidence.constant", &of.constant},
                                                   {"confidence.score", &of.score},
                                                   {"confidence.rivals", &of.rivals},
                                                   {"limit.answer_floor", &of.limits.answer_floor},
                                                   {"limit.answer_floor_covered", &of.limits.answer_floor_covered},
                                                   {"limit.answer_gap", &of.limits.answer_gap},
                                                   {"limit.answer_floor_nameless", &of.limits.answer_floor_nameless},
                                                   {"limit.covered_least", &of.limits.covered_least},
                                                   {"limit.shared_words_least", &of.limits.shared_words_least},
                                                   {"limit.shared_mass_least", &of.limits.shared_mass_least},
                                                   {"limit.read_from", &of.limits.read_from},
                                                   {"limit.read_to", &of.limits.read_to},
                                                   {"limit.suggest_floor", &of.limits.suggest_floor},
                                                   {"limit.suggest_floor_covered", &of.limits.suggest_floor_covered},
                                                   {"limit.suggest_reading", &of.limits.suggest_reading},
                                                   {"limit.suggest_within", &of.limits.suggest_within},
                                                   {"limit.suggest_most", &of.limits.suggest_most}};
  for (std::size_t i = 0; i < signal_count; ++i) {
    const auto name = std::string(name_of(static_cast<signal>(i)));
    rows.emplace("rank." + name, &of.ranking[i]);
    rows.emplace("confidence." + name, &of.confidence[i]);
  }
  return rows;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = line.find_first_not_of(" \t\r"); at != std::string_view::npos;) {
    const auto end = std::min(line.find_first_of(" \t\r", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(" \t\r", end);
  }
  return words;
}

bool read_number(std::string_view text, double& into) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), into);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() && std::isfinite(into);
}

}  // namespace

result<coefficient_sets> parse_coefficients(std::string_view text) {
  coefficient_sets sets;
  auto words = rows_of(sets.words);
  auto meanings = rows_of(sets.meanings);
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const auto end = std::min(text.find('\n'), text.size());
    const auto parts = words_of(text.substr(0, std::min(end, text.find('#'))));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (parts.empty()) continue;
    const auto row = words.find(parts[0]);
    if (row == words.end())
      return fail(errc::malformed, fmt::format("row {}: \"{}\" is not known or stands twice", number, parts[0]));
    if (parts.size() != 3 || !read_number(parts[1], *row->second) ||
        !read_number(parts[2], *meanings.find(parts[0])->second))
      return fail(errc::malformed, fmt::format("row {}: a name and two numbers are wanted", number));
    words.erase(row);
  }
  if (!words.empty()) return fail(errc::malformed, fmt::format("there is no row \"{}\"", words.begin()->first));
  return sets;
}

std::string to_text(const coefficient_sets& sets) {
  auto copy = sets;
  auto meanings = rows_of(copy.meanings);
  std::string text;
  for (const auto& [name, value] : rows_of(copy.words))
    text += fmt::format("{:<32} {:>10.4f} {:>10.4f}\n", name, *value, *meanings.find(name)->second);
  return text;
}

const coefficient_sets& built_in_coefficients() {
  static const auto sets = parse_coefficients(coefficients_file_text).value();
  return sets;
}

double score_of(const signals& of, const coefficients& by) noexcept {
  double score = 0;
  for (std::size_t i = 0; i < signal_count; ++i) score += by.ranking[i] * of.values[i];
  return score;
}

double confidence_of(const signals& of, double score, double rivalry, const coefficients& by) noexcept {
  double sum = by.constant + by.score * score + by.rivals * rivalry;
  for (std::size_t i = 0; i < signal_count; ++i) sum += by.confidence[i] * of.values[i];
  return 1 / (1 + std::exp(-sum));
}

}  // namespace stillholds
