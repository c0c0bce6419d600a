#include "knowledge/error.hpp"

namespace stillholds {

std::string_view name_of(errc code) noexcept {
  switch (code) {
    case errc::malformed: return "malformed";
    case errc::not_genuine: return "not_genuine";
    case errc::stale: return "stale";
    case errc::too_large: return "too_large";
    case errc::not_found: return "not_found";
    case errc::conflict: return "conflict";
    case errc::busy: return "busy";
    case errc::timed_out: return "timed_out";
    case errc::unreachable: return "unreachable";
    case errc::refused: return "refused";
    case errc::corrupt: return "corrupt";
    case errc::internal: return "internal";
  }
  return "internal";
}

}  // namespace stillholds
