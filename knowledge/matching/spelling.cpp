#include "knowledge/matching/spelling.hpp"

#include <algorithm>
#include <array>

namespace stillholds {
namespace {

constexpr std::size_t length_least = 6;
constexpr std::size_t length_for_two = 9;
constexpr std::size_t length_most = 30;

bool is_plain_word(std::string_view word) {
  return word.size() <= length_most && std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
}

std::uint32_t bucket(char first, std::size_t length) {
  return static_cast<std::uint32_t>(static_cast<unsigned char>(first)) * 64U + static_cast<std::uint32_t>(length);
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most) {
  if (a.size() > length_most || b.size() > length_most) return most + 1;
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > most) return most + 1;
  using line = std::array<std::size_t, length_most + 1>;
  line before_last{};
  line last{};
  line now{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], before_last[j - 2] + 1);
      least = std::min(least, now[j]);
    }
    if (least > most) return most + 1;
    before_last = last;
    last = now;
  }
  return std::min(last[b.size()], most + 1);
}

void speller::add(std::string_view word, std::uint32_t id, std::uint32_t common) {
  if (word.size() + 1 < length_least || !is_plain_word(word)) return;
  by_start_and_length_[bucket(word[0], word.size())].push_back({std::string(word), id, common});
}

std::optional<std::uint32_t> speller::nearest(std::string_view word) const {
  if (word.size() < length_least || !is_plain_word(word)) return std::nullopt;
  const std::size_t most = word.size() >= length_for_two ? 2 : 1;
  std::size_t nearest_distance = most + 1;
  const known* nearest = nullptr;
  for (std::size_t length = word.size() - most; length <= word.size() + most; ++length) {
    const auto words = by_start_and_length_.find(bucket(word[0], length));
    if (words == by_start_and_length_.end()) continue;
    for (const known& next : words->second) {
      const auto distance = edit_distance(word, next.word, most);
      if (distance > most || distance > nearest_distance) continue;
      const bool better = distance < nearest_distance || next.common > nearest->common ||
                          (next.common == nearest->common && next.id < nearest->id);
      if (better) {
        nearest_distance = distance;
        nearest = &next;
      }
    }
  }
  return nearest == nullptr ? std::nullopt : std::optional(nearest->id);
}

}  // namespace stillholds
