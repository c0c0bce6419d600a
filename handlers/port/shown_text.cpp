#include "handlers/port/shown_text.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "handlers/port/escape.hpp"
#include "knowledge/text.hpp"
#include "knowledge/utf8.hpp"

namespace stillholds {
namespace {

// Without tags; what is between them stays.
std::string without_tags(std::string_view html) {
  std::string out;
  out.reserve(html.size());
  while (!html.empty()) {
    const auto open = std::min(html.find('<'), html.size());
    out += html.substr(0, open);
    html.remove_prefix(open);
    const auto close = html.find('>');
    if (close == std::string_view::npos) {
      out += html;
      break;
    }
    out += ' ';
    html.remove_prefix(close + 1);
  }
  return out;
}

bool belongs_to_word(char32_t c) noexcept {
  const bool ascii = (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9');
  const bool mark = c < 0xC0 || (c >= 0x2000 && c <= 0x2BFF) || (c >= 0x3000 && c <= 0x303F) ||
                    (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xFF00 && c <= 0xFF0F) || c >= 0x1F000;
  return ascii || !mark;
}

std::vector<std::string> words_of(std::string_view text) {
  const auto folded = fold(text);
  std::vector<std::string> words;
  std::string word;
  for (std::size_t i = 0; i < folded.size();) {
    const auto c = utf8_at(folded, i);
    if (!belongs_to_word(c.point) || c.point >= 0x2E80) {
      if (!word.empty()) words.push_back(std::exchange(word, {}));
      if (belongs_to_word(c.point)) words.emplace_back(std::string_view{folded}.substr(i, c.size));
    } else {
      word += std::string_view{folded}.substr(i, c.size);
    }
    i += c.size;
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

}  // namespace

bool shows_words(std::string_view shown, std::string_view written) {
  const auto wanted = words_of(written);
  const auto listed = words_of(decode_entities(without_tags(shown)));
  std::multiset<std::string> there(listed.begin(), listed.end());
  std::size_t found = 0;
  for (const auto& word : wanted) {
    const auto at = there.find(word);
    if (at == there.end()) continue;
    ++found;
    there.erase(at);
  }
  return found * 4 >= wanted.size() * 3;
}

}  // namespace stillholds
