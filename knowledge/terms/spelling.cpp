#include "knowledge/terms/spelling.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "knowledge/terms/word_list.hpp"

namespace stillholds {
namespace {

constexpr std::size_t length_least = 4;
constexpr std::size_t length_for_any = 5;
constexpr std::size_t length_for_two = 7;
constexpr std::size_t length_most = 30;
constexpr std::size_t begin_most = 7;  // letters that deletions are taken from

bool is_plain_word(std::string_view word) {
  return word.size() <= length_most && std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
}

std::size_t edits_allowed(std::size_t length) { return length >= length_for_two ? 2 : 1; }

void add_forms(const std::string& word, std::size_t deletions, std::vector<std::uint32_t>& into) {
  into.push_back(short_hash(word));
  for (std::size_t i = 0; deletions > 0 && i < word.size(); ++i) {
    std::string shorter = word;
    shorter.erase(i, 1);
    add_forms(shorter, deletions - 1, into);
  }
}

// The word's beginning, and that with up to `deletions` letters left out; each form once.
std::vector<std::uint32_t> forms_of(std::string_view word, std::size_t deletions) {
  std::vector<std::uint32_t> forms;
  add_forms(std::string(word.substr(0, begin_most)), deletions, forms);
  std::ranges::sort(forms);
  const auto repeated = std::ranges::unique(forms);
  forms.erase(repeated.begin(), repeated.end());
  return forms;
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

speller::speller(std::vector<word> words) {
  for (auto& next : words) {
    // A word too short to be corrected itself may still be what a longer one was meant to be.
    if (next.spelling.size() < length_least || !is_plain_word(next.spelling)) continue;
    const auto number = static_cast<std::uint32_t>(words_.size());
    // A misspelling that is long enough for two edits may be of a word one letter shorter.
    for (const auto form : forms_of(next.spelling, edits_allowed(next.spelling.size() + 1)))
      entries_.push_back({form, number});
    words_.push_back(std::move(next));
  }
  entries_.shrink_to_fit();
  std::ranges::sort(entries_, {}, [](const entry& one) { return std::pair(one.form, one.word); });
}

bool speller::is_likelier(const guess& a, const guess& b) {
  if (a.meant == nullptr || b.meant == nullptr) return a.meant != nullptr;
  const auto order = [](const guess& of) {
    return std::tuple(of.edits, of.other_letters, of.other_beginning, -of.meant->share);
  };
  return order(a) != order(b) ? order(a) < order(b) : a.meant->spelling < b.meant->spelling;
}

speller::guess speller::nearest(std::string_view misspelt) const {
  if (misspelt.size() < length_least || !is_plain_word(misspelt)) return {};
  const std::size_t most = edits_allowed(misspelt.size());
  std::vector<std::uint32_t> near;
  for (const auto form : forms_of(misspelt, most)) {
    for (const auto& found : std::ranges::equal_range(entries_, form, {}, &entry::form)) near.push_back(found.word);
  }
  std::ranges::sort(near);
  const auto repeated = std::ranges::unique(near);
  near.erase(repeated.begin(), repeated.end());

  guess best;
  for (const auto number : near) {
    const word& next = words_[number];
    const auto edits = edit_distance(misspelt, next.spelling, most);
    if (edits > most) continue;
    const guess found{.meant = &next,
                      .edits = edits,
                      .other_letters = !std::ranges::is_permutation(misspelt, next.spelling),
                      .other_beginning = next.spelling[0] != misspelt[0]};
    const bool lacks_one = next.spelling.size() == misspelt.size() + 1 && !found.other_beginning;
    if (misspelt.size() < length_for_any && found.other_letters && !lacks_one) continue;
    if (is_likelier(found, best)) best = found;
  }
  return best;
}

}  // namespace stillholds
