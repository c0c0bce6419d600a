#include "knowledge/calendar.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace stillholds {
namespace {

using namespace std::chrono;

std::optional<int> digits(std::string_view text) {
  int value = 0;
  if (text.empty()) return std::nullopt;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
  }
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

year_month_day ymd(const partial_date& date) {
  return year{date.year} / static_cast<int>(date.month == 0 ? 1 : date.month) /
         static_cast<int>(date.dom == 0 ? 1 : date.dom);
}

// Seconds east of UTC for "", "Z", "+08:00" or "-0530".
std::optional<seconds> zone_offset(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z" || text == " UTC") return seconds{0};
  if ((text[0] != '+' && text[0] != '-') || (text.size() != 6 && text.size() != 5)) return std::nullopt;
  const auto h = digits(text.substr(1, 2));
  const auto m = digits(text.substr(text.size() - 2));
  if (!h || !m || *h > 23 || *m > 59 || (text.size() == 6 && text[3] != ':')) return std::nullopt;
  const seconds offset = hours{*h} + minutes{*m};
  return text[0] == '-' ? -offset : offset;
}

}  // namespace

day partial_date::first_day() const noexcept { return sys_days{ymd(*this)}; }

day partial_date::last_day() const noexcept {
  if (dom != 0) return first_day();
  const auto last_month = month == 0 ? 12U : month;
  return sys_days{std::chrono::year{year} / std::chrono::month{last_month} / last};
}

std::string partial_date::to_string() const {
  if (month == 0) return fmt::format("{:04}", year);
  if (dom == 0) return fmt::format("{:04}-{:02}", year, month);
  return fmt::format("{:04}-{:02}-{:02}", year, month, dom);
}

result<partial_date> parse_date(std::string_view text) {
  const auto bad = [&] {
    return fail(errc::malformed,
                fmt::format("\"{}\" is not a date; write 2025, 2025-04 or 2025-04-13", text.substr(0, 32)));
  };
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return bad();
  partial_date date;
  const auto y = digits(text.substr(0, 4));
  if (!y || *y < 1900 || *y > 2199) return bad();
  date.year = *y;
  if (text.size() >= 7) {
    const auto m = digits(text.substr(5, 2));
    if (text[4] != '-' || !m || *m < 1 || *m > 12) return bad();
    date.month = static_cast<unsigned>(*m);
  }
  if (text.size() == 10) {
    const auto d = digits(text.substr(8, 2));
    if (text[7] != '-' || !d || *d < 1) return bad();
    date.dom = static_cast<unsigned>(*d);
    if (!ymd(date).ok()) return bad();
  }
  return date;
}

partial_date date_of(day value) noexcept {
  const year_month_day date{value};
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())};
}

result<sys_seconds> parse_instant(std::string_view text) {
  const auto bad = [&] { return fail(errc::malformed, fmt::format("\"{}\" is not a time", text.substr(0, 40))); };
  if (text.size() < 19 || text.size() > 40 || (text[10] != 'T' && text[10] != 't' && text[10] != ' ')) return bad();
  const auto date = parse_date(text.substr(0, 10));
  const auto h = digits(text.substr(11, 2));
  const auto m = digits(text.substr(14, 2));
  const auto s = digits(text.substr(17, 2));
  if (!date || !h || !m || !s || text[13] != ':' || text[16] != ':' || *h > 23 || *m > 59 || *s > 60) return bad();
  auto rest = text.substr(19);
  if (!rest.empty() && rest[0] == '.') {
    const auto end = rest.find_first_not_of("0123456789", 1);
    if (end == 1 || rest.size() == 1) return bad();
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end);
  }
  const auto offset = zone_offset(rest);
  if (!offset) return bad();
  return sys_seconds{date->first_day()} + hours{*h} + minutes{*m} + seconds{*s} - *offset;
}

result<sys_seconds> parse_http_date(std::string_view text) {
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto month = text.size() == 29 ? months.find(text.substr(8, 3)) : std::string_view::npos;
  if (month == std::string_view::npos || month % 3 != 0 || !text.ends_with(" GMT")) {
    return fail(errc::malformed, "this is no date of an HTTP header");
  }
  return parse_instant(
      fmt::format("{}-{:02}-{} {}", text.substr(12, 4), month / 3 + 1, text.substr(5, 2), text.substr(17, 8)));
}

std::string format_instant(sys_seconds value) {
  const auto date = floor<days>(value);
  const hh_mm_ss time{value - date};
  return fmt::format("{}T{:02}:{:02}:{:02}Z", date_of(date).to_string(), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

}  // namespace stillholds
