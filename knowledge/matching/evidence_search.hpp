// Questions that no wording of a claim covers, but what was found about it since: "CloudMatrix 384 vs NVL72".
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "knowledge/ranking/index.hpp"

namespace stillholds {

// The document whose whole text holds most of what the question says, a word among it that hardly another document
// holds; nothing when there is none. `allowed` has a flag for each document; empty allows all.
[[nodiscard]] std::optional<std::uint32_t> find_in_evidence(const claim_index& in, const asked& question,
                                                            std::span<const std::uint8_t> allowed);

}  // namespace stillholds
