// Which half of the training questions one belongs to, by its id: the same for whoever asks.
#pragma once

#include <string_view>

namespace stillholds::bench {

// 0 or 1; FNV-1a's lowest bits are poor, so the upper ones are folded in.
constexpr int half_of(std::string_view query_id) noexcept {
  unsigned hash = 2166136261U;
  for (const char c : query_id) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return static_cast<int>((hash ^ (hash >> 16U)) >> 8U & 1U);
}

}  // namespace stillholds::bench
