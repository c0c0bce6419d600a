#include "knowledge/answers/near_ids.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::size_t near_max = 3;
constexpr std::size_t written_max = 64;  // longer is no id

// Steps of one letter from one text to the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({changed, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row.back();
}

std::set<std::string_view> words_of(std::string_view id) {
  std::set<std::string_view> words;
  for (std::size_t from = 0; from <= id.size();) {
    const auto end = std::min(id.find_first_of("- _", from), id.size());
    if (end > from) words.insert(id.substr(from, end - from));
    from = end + 1;
  }
  return words;
}

// The share of the written words that the id has too, a half for one that only begins alike.
double shared_words(const std::set<std::string_view>& written, const std::set<std::string_view>& id) {
  double shared = 0;
  for (const auto word : written) {
    if (id.contains(word)) {
      shared += 1;
    } else if (word.size() >= 4 && std::ranges::any_of(id, [&](std::string_view other) {
                 return other.size() >= 4 && (other.starts_with(word) || word.starts_with(other));
               })) {
      shared += 0.5;
    }
  }
  return written.empty() ? 0 : shared / static_cast<double>(written.size());
}

}  // namespace

std::vector<std::string> near_ids(std::string_view written, std::span<const std::string> ids) {
  const auto low = ascii_lower(trim(written));
  if (low.empty() || low.size() > written_max) return {};
  const auto words = words_of(low);
  std::vector<std::pair<double, const std::string*>> scored;
  for (const auto& id : ids) {
    const auto longest = static_cast<double>(std::max(low.size(), id.size()));
    const auto alike = 1 - static_cast<double>(distance(low, id)) / longest;
    const auto shared = shared_words(words, words_of(id));
    if (alike >= 0.7 || shared >= 0.5) scored.emplace_back(alike + shared, &id);
  }
  std::ranges::sort(scored, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : *a.second < *b.second;
  });
  std::vector<std::string> nearest;
  for (const auto& [score, id] : scored) {
    if (nearest.size() < near_max) nearest.push_back(*id);
  }
  return nearest;
}

}  // namespace stillholds
