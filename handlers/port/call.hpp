// An HTTP call that we make, and what came of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stillholds {

using header = std::pair<std::string, std::string>;
using headers = std::vector<header>;

// The value of the only header of that name (ASCII case ignored); nothing when it is missing or stands more than once.
[[nodiscard]] std::optional<std::string_view> find_header(const headers& all, std::string_view name) noexcept;

struct call {
  std::string method{"POST"};
  std::string url{};  // absolute
  stillholds::headers headers{};
  std::string body{};
  // Making this very call again cannot have a second effect. Of each call, not of a platform, because the platform's
  // memory for repeats often ends after a while: `render` compares the reply's age with it.
  bool repeat_is_harmless{false};
  // The answer may be long: a page of a thread or of an inbox.
  bool reads_page{false};
  // The address itself holds a secret, because the platform wants it there: it is never logged.
  bool url_is_secret{false};
};

struct call_result {
  enum class transport {
    answered,  // a complete HTTP response was read
    not_sent,  // failed before the request could have been understood: safe to repeat
    unknown,   // failed after the request left: the other side may have acted on it
  };
  transport how{transport::answered};
  unsigned status{0};
  stillholds::headers headers{};
  std::string body{};
  std::string detail{};  // for the log when not answered
  bool too_long{false};  // unknown, because the answer was longer than we read
};

}  // namespace stillholds
