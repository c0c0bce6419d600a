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
    {"el la los las es una uno por para como más pero del qué está sigue tiene todavía según sobre muy son esto esta "
     "este se "
     "y de en un que no cuándo cuánto cuántos quién dónde fue hay ser están había ya",
     "le les des est une un pour dans pas vous nous sur avec encore toujours cette ce cet ces quel quelle sont du de "
     "la aux "
     "ou où et que qui vraiment faut mettre combien pourquoi comment ont été fait sa ses leur plus moins il elle ils "
     "elles",
     "der das die den dem des ist sind nicht ein eine einen einer und oder noch wird werden auf mit für von immer wie "
     "viel viele auch stimmt haben hatte wirklich muss darf kann kein keine nur mehr aktuell wer wann warum bei zum "
     "zur",
     "o os um uma não para como mais ainda isso são pelo pela você está tem sobre muito quanto de do da em no na que é "
     "foi e "
     "quem quando quantos",
     "il lo gli una uno non per più è sono ancora della delle dei del di che come quanto questo questa alla ha hanno "
     "davvero "
     "chi quando",
     "de het een niet nog van voor met zijn wordt worden ook is dat heeft hebben klopt echt hoeveel waarom en wie",
     "yang dan di ini itu dari apakah tidak untuk masih dengan adalah berapa",
     "bir ve bu için mi mı değil hala daha çok nasıl kadar doğru",
     "nie jest czy się to na ma są jak tak ile naprawdę oraz w z",
     "är det inte att som har och på för med en ett om av den verkligen hur",
     "là của và có không được một cho với những bao nhiêu vẫn"});

// Letters that English has none of, and in which such languages are written: one word with them tells much.
bool has_foreign_letter(std::string_view word) {
  return std::ranges::any_of(word, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

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
  constexpr std::size_t enough = 2;  // one may be a name, "El Niño", or a slip
  if (is_other_script(text)) return true;
  std::unordered_set<std::string> words;
  std::size_t english = 0;
  std::size_t foreign = 0;
  for (const auto& next : tokenise(text)) {
    if (next.kind != token_kind::word) continue;
    if (!words.insert(next.text).second) continue;
    english += is_stop_word(next.text) ? 1 : 0;
    foreign += has_foreign_letter(next.text) ? 1 : 0;
  }
  return std::ranges::any_of(small_words, [&](std::string_view list) {
    std::size_t found = 0;
    for (std::size_t at = 0; at < list.size();) {
      const auto end = std::min(list.find(' ', at), list.size());
      const std::string word(list.substr(at, end - at));
      found += words.contains(word) && !is_stop_word(word) ? 1 : 0;
      at = end + 1;
    }
    return found + foreign >= enough && found > english;
  });
}

}  // namespace stillholds
