// Words in the capitals and small letters in which an encoder knows them.
#pragma once

#include <string>

#include "knowledge/encoding/tokenizer.hpp"

namespace stillholds {

// A vocabulary of pieces tells cases apart: it has "China" and not "china", "banned" and not "Banned", and hardly a
// word in capitals. Every word of English letters that it does not know as one piece, as it is written, is given the
// case in which its pieces are likeliest: small letters, one capital, or as it is written; an ending behind an
// apostrophe ("CHINA'S") gets small letters. So a headline, a shout and what is typed in a hurry are cut like the
// sentence that means the same.
[[nodiscard]] std::string in_known_case(std::string text, const tokenizer& cut);

}  // namespace stillholds
