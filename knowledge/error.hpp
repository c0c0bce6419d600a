// Expected failure as a value: what the caller should do about it (errc) and a short detail for people.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace stillholds {

enum class errc {
  malformed,    // the input is not what it should be; sending it again will not help
  not_genuine,  // the sender could not prove who it is
  stale,        // genuine once, but too old or from the future
  too_large,
  not_found,
  conflict,
  busy,  // try again later
  timed_out,
  unreachable,
  refused,  // the other side understood and said no
  corrupt,  // our own stored data is not what we wrote
  internal,
};

[[nodiscard]] std::string_view name_of(errc code) noexcept;

struct error {
  errc code{errc::internal};
  std::string detail;  // for a person; never a secret, never a body
};

template <class T>
using result = std::expected<T, error>;

[[nodiscard]] inline std::unexpected<error> fail(errc code, std::string detail) {
  return std::unexpected(error{code, std::move(detail)});
}

}  // namespace stillholds
