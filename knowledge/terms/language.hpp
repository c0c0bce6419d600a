// Which language a question is in, as far as it matters: one that answers are written in, or another.
#pragma once

#include <string_view>

namespace stillholds {

// Neither English nor Chinese, by its script or, in Latin letters, by the small words of Spanish, French, German,
// Portuguese, Italian, Dutch, Polish, Swedish, Indonesian, Turkish or Vietnamese. Unsure means no.
[[nodiscard]] bool is_in_another_language(std::string_view text);

}  // namespace stillholds
