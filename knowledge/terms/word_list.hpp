// Lists of words as they stand in tables, and short names for short texts: what several rooms of matching need.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace stillholds {

// Calls visit(word) for every word of a list; blanks and line feeds part them.
template <class Visit>
void each_word(std::string_view list, Visit visit) {
  constexpr std::string_view blanks = " \n";
  for (std::size_t at = list.find_first_not_of(blanks); at != std::string_view::npos;) {
    const auto end = std::min(list.find_first_of(blanks, at), list.size());
    visit(list.substr(at, end - at));
    at = list.find_first_not_of(blanks, end);
  }
}

// FNV-1a, 32 bits: names a word or a run of letters. Two may share one; whoever uses it compares or can bear that.
constexpr std::uint32_t short_hash(std::string_view text) noexcept {
  std::uint32_t value = 0x811C9DC5U;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x01000193U;
  return value;
}

}  // namespace stillholds
