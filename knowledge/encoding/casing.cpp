#include "knowledge/encoding/casing.hpp"

#include <unicode/uchar.h>

#include <cstddef>
#include <string_view>

#include "knowledge/text.hpp"
#include "knowledge/utf8.hpp"

namespace stillholds {
namespace {

std::string likeliest_case(std::string word, const tokenizer& cut) {
  if (cut.knows(word)) return word;
  auto likelihood = cut.log_probability(cut.encode(word));
  const auto consider = [&](const std::string& other) {
    const auto found = cut.log_probability(cut.encode(other));
    if (found <= likelihood) return;
    likelihood = found;
    word = other;
  };
  auto other = ascii_lower(word);
  consider(other);
  if (other[0] >= 'a' && other[0] <= 'z') other[0] = static_cast<char>(other[0] - 'a' + 'A');
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

// Whether an apostrophe stands before it, and a letter before that: the S of CHINA'S.
bool ends_a_word(std::string_view text, std::size_t begin) {
  for (const std::string_view apostrophe : {"'", "’"}) {
    if (!text.substr(0, begin).ends_with(apostrophe) || begin == apostrophe.size()) continue;
    const auto before = static_cast<unsigned char>(text[begin - apostrophe.size() - 1]);
    return before >= 0x80 || (before >= 'A' && before <= 'Z') || (before >= 'a' && before <= 'z');
  }
  return false;
}

}  // namespace

std::string in_known_case(std::string text, const tokenizer& cut) {
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = letters_end(text, begin);
    const auto word = std::string(text, begin, end - begin);
    if (!word.empty() && ascii_prefix(word) == word.size()) {
      constexpr std::size_t endings_most = 2;  // 's, n't, 'll
      if (word.size() <= endings_most && ends_a_word(text, begin)) {
        text.replace(begin, word.size(), ascii_lower(word));
      } else if (word.size() > 1) {
        text.replace(begin, word.size(), likeliest_case(word, cut));
      }
    }
    begin = end > begin ? end : begin + utf8_at(text, begin).size;
  }
  return text;
}

}  // namespace stillholds
