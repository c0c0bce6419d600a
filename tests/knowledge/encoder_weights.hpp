// Where the encoder's weights are, for tests that need the real ones: deploy/weights puts them there.
#pragma once

#include <filesystem>
#include <iostream>

inline std::filesystem::path weights_file() { return SOURCE_DIR "/build/encoder/sentence-encoder.bin"; }

// For `* doctest::skip(no_weights())`. Says why, once: a skipped test is no passed one.
inline bool no_weights() {
  static const bool missing = [] {
    const bool none = !std::filesystem::exists(weights_file());
    if (none) std::cout << "skipped: tests of the encoder; deploy/weights has not made " << weights_file() << '\n';
    return none;
  }();
  return missing;
}
