// Any bytes through the JSON gate: parsed within limits or refused, and what is parsed can be written again.
#include <cstdint>
#include <cstdlib>

#include "knowledge/json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = stillholds::parse_json({reinterpret_cast<const char*>(data), size});
  if (!read) return 0;
  const auto again = stillholds::parse_json(stillholds::dump_json(*read));
  if (!again || stillholds::dump_json(*again) != stillholds::dump_json(*read)) std::abort();
  return 0;
}
