// The misspelt words of talk: "htose" is "those" and no misspelling of the "hose" that a claim is about.
#pragma once

#include "knowledge/terms/spelling.hpp"

namespace stillholds {

// Over stop words and the commonest words of the background; made once.
[[nodiscard]] const speller& talk_speller();

}  // namespace stillholds
