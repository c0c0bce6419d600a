// What a fuzz target claims of every input: a breach ends the process, so that libFuzzer keeps the input.
#pragma once

#include <cstdlib>

#include "knowledge/answers/fit.hpp"
#include "knowledge/text.hpp"

namespace stillholds::fuzz {

inline void require(bool good) {
  if (!good) std::abort();
}

// The answer can be stored, and written within that limit.
inline void require_writable(const answer& what, std::size_t limit) {
  const auto stored = answer_from_json_text(to_json_text(what));
  require(stored && *stored == what);
  const auto text = write(what, plain_dialect(limit));
  require(is_utf8(text) && code_points(text) <= limit);
}

}  // namespace stillholds::fuzz
