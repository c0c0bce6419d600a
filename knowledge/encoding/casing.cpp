#include "knowledge/encoding/casing.hpp"

#include <unicode/uchar.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "knowledge/text.hpp"
#include "knowledge/utf8.hpp"

namespace stillholds {
namespace {

constexpr char as_small(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char as_capital(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string likeliest_case(std::string word, const tokenizer& cut) {
  if (cut.knows(word)) return word;
  auto likelihood = cut.log_probability(cut.encode(word));
  const auto consider = [&](const std::string& other) {
    const auto found = cut.log_probability(cut.encode(other));
    if (found <= likelihood) return;
    likelihood = found;
    word = other;
  };
  auto other = word;
  std::ranges::transform(other, other.begin(), as_small);
  consider(other);
  other[0] = as_capital(other[0]);
  consider(other);
  return word;
}

// The end of the letters that begin there.
std::size_t letters_end(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const auto next = utf8_at(text, at);
    if (u_isalpha(static_cast<UChar32>(next.point)) == 0) break;
    at += next.size;
  }
  return at;
}

}  // namespace

std::string in_known_case(std::string text, const tokenizer& cut) {
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = letters_end(text, begin);
    const auto word = std::string_view(text).substr(begin, end - begin);
    if (word.size() > 1 && ascii_prefix(word) == word.size())
      text.replace(begin, word.size(), likeliest_case(std::string(word), cut));
    begin = end > begin ? end : begin + utf8_at(text, begin).size;
  }
  return text;
}

}  // namespace stillholds
