// The answer to a question that two claims answer together: both, shortly.
#pragma once

#include <optional>
#include <string_view>

#include "knowledge/answers/answer.hpp"
#include "knowledge/answers/wording.hpp"
#include "knowledge/model/article.hpp"

namespace stillholds {

struct claim_in_article {
  const article& of;
  const claim& what;
};

// Each with its status, the first sentence of what is known, and its own link. `as_of` as in compose_claim.
[[nodiscard]] answer compose_two(const claim_in_article& first, const claim_in_article& second, const wording& words,
                                 std::string_view language, std::string_view public_url, day today,
                                 std::optional<partial_date> as_of);

}  // namespace stillholds
