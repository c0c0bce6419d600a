// Why a claim that is near in its words may still be about something else than what is asked. A doubt turns an answer
// into a question back; it never finds a claim.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "knowledge/ranking/collection.hpp"
#include "knowledge/ranking/ranker.hpp"
#include "knowledge/terms/tokens.hpp"

namespace stillholds {

// A question and the best claim for it; that claim's article has the documents `first` to `last`, the latter not
// included.
struct doubtful {
  const collection& in;
  const asked& question;
  std::span<const token> tokens;    // the question's, without its date
  std::span<const token> left_out;  // "other than Nvidia"
  const ranked& best;
  std::uint32_t first{0};
  std::uint32_t last{0};
};

// Half a sentence for a moderator ("it names …"); empty where nothing speaks against the claim.
[[nodiscard]] std::string_view find_doubt(const doubtful& at);

}  // namespace stillholds
