// Questions that ask two things at once: "do they have more patents and better ones?"
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "knowledge/ranking/collection.hpp"
#include "knowledge/ranking/ranker.hpp"
#include "knowledge/terms/tokens.hpp"

namespace stillholds {

// The two documents that answer such a question, in the order of the asking. Either each half, parted at an "and",
// finds its own claim; or the question joins two things, and two claims stand out from all others and hold every name
// in it between them. Nothing otherwise.
[[nodiscard]] std::optional<std::pair<ranked, ranked>> find_pair(const collection& in, std::span<const token> question,
                                                                 const ranking& whole,
                                                                 std::span<const std::uint8_t> allowed);

}  // namespace stillholds
