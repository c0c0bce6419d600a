#include "knowledge/terms/language.hpp"

#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <unordered_set>

#include "knowledge/terms/tokens.hpp"
#include "knowledge/terms/vocabulary.hpp"
#include "knowledge/utf8.hpp"

namespace stillholds {
namespace {

// Small words that the language uses all the time and English hardly ever.
constexpr auto small_words = std::to_array<std::string_view>(
    {"el la los las es una por para como más pero del qué está sigue tiene todavía según sobre muy son",
     "le les des est une pour dans pas vous sur avec encore toujours cette quel quelle sont du aux ou où",
     "der das ist nicht ein eine und noch wird auf mit für immer wie viel sind den dem auch stimmt",
     "os uma não para como mais ainda isso são pelo pela você está tem sobre muito quanto",
     "il gli una non per più è sono ancora della del che come quanto questo alla",
     "yang dan di ini itu dari apakah tidak untuk masih dengan adalah berapa",
     "bir ve bu için mi mı değil hala daha çok nasıl kadar doğru",
     "là của và có không được một cho với những bao nhiêu vẫn"});

// Han, Latin, digits and signs are no sign of another language; any other script is, and so is Japanese kana.
bool is_other_script(std::string_view text) {
  std::size_t other = 0;
  std::size_t known = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto next = utf8_at(text, at);
    at += next.size;
    UErrorCode status = U_ZERO_ERROR;
    const auto script = uscript_getScript(static_cast<UChar32>(next.point), &status);
    if (U_FAILURE(status) != 0 || script == USCRIPT_COMMON || script == USCRIPT_INHERITED) continue;
    const bool counts_known = script == USCRIPT_LATIN || script == USCRIPT_HAN;
    ++(counts_known ? known : other);
  }
  return other >= 2 && 4 * other >= known;
}

}  // namespace

bool is_in_another_language(std::string_view text) {
  constexpr std::size_t enough = 2;
  if (is_other_script(text)) return true;
  std::unordered_set<std::string> words;
  std::size_t english = 0;
  for (const auto& next : tokenise(text)) {
    if (next.kind != token_kind::word) continue;
    if (words.insert(next.text).second) english += is_stop_word(next.text) ? 1 : 0;
  }
  return std::ranges::any_of(small_words, [&](std::string_view list) {
    std::size_t found = 0;
    for (std::size_t at = 0; at < list.size();) {
      const auto end = std::min(list.find(' ', at), list.size());
      const std::string word(list.substr(at, end - at));
      found += words.contains(word) && !is_stop_word(word) ? 1 : 0;
      at = end + 1;
    }
    return found >= enough && found > english;
  });
}

}  // namespace stillholds
