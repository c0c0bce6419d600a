// Dates as moderators write them: a year, a year and a month, or a day, kept as precise as they were given.
#pragma once

#include <chrono>
#include <compare>
#include <string>
#include <string_view>

#include "knowledge/error.hpp"

namespace stillholds {

using day = std::chrono::sys_days;

// A date with the precision it was written in. month and dom are 0 where they were not given.
struct partial_date {
  int year{0};
  unsigned month{0};
  unsigned dom{0};

  [[nodiscard]] bool empty() const noexcept { return year == 0; }
  // The first and the last day this date may mean. Precondition: !empty().
  [[nodiscard]] day first_day() const noexcept;
  [[nodiscard]] day last_day() const noexcept;
  // As written: "2025", "2025-04" or "2025-04-13".
  [[nodiscard]] std::string to_string() const;

  friend auto operator<=>(const partial_date&, const partial_date&) = default;
};

// Reads "YYYY", "YYYY-MM" or "YYYY-MM-DD" (1900..2199, real calendar days only); malformed otherwise.
[[nodiscard]] result<partial_date> parse_date(std::string_view text);

// The calendar day (UTC) as a full date.
[[nodiscard]] partial_date date_of(day value) noexcept;

// Reads an RFC 3339 instant ("2026-11-24T06:00:00.000Z", offsets allowed, also a blank instead of 'T';
// without a zone UTC is meant) as seconds since 1970; malformed otherwise.
[[nodiscard]] result<std::chrono::sys_seconds> parse_instant(std::string_view text);

// Reads the date of an HTTP header in its one current form (RFC 9110: "Sun, 06 Nov 1994 08:49:37 GMT"); malformed
// otherwise.
[[nodiscard]] result<std::chrono::sys_seconds> parse_http_date(std::string_view text);

// "2026-11-24T06:00:00Z".
[[nodiscard]] std::string format_instant(std::chrono::sys_seconds value);

}  // namespace stillholds
