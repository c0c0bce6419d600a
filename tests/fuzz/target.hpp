// What the fuzz targets share: one platform, chosen by FUZZ_PLATFORM, made from its fixtures' account; and a genuine
// proof for any body, so that what is behind the signature gets fuzzed and not the signature.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tests/conformance/fixtures.hpp"

namespace stillholds::fuzz {

struct target {
  const conformance::platform_fixtures* of{nullptr};
  std::unique_ptr<platform> on;
  std::string secret;  // that bodies are signed with; empty where they are not
  reply what;          // to the sample's question
};

// Ends the process with a sentence when FUZZ_PLATFORM names none.
[[nodiscard]] const target& chosen();

// The sample's request with this body, signed again where the platform signs.
[[nodiscard]] recording signed_request(const target& at, std::string body);

}  // namespace stillholds::fuzz
