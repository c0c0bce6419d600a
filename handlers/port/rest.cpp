#include "handlers/port/rest.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "handlers/port/encoding.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/calendar.hpp"

namespace stillholds {
namespace {

bool is_good(unsigned status) { return status >= 200 && status < 300; }

}  // namespace

header bearer(std::string_view token) { return {"Authorization", "Bearer " + std::string(token)}; }

header json_type() { return {"Content-Type", "application/json; charset=utf-8"}; }  // Slack wants it said

header basic_authorization(std::string_view user, std::string_view password) {
  const auto pair = std::string(user) + ":" + std::string(password);
  return {"Authorization",
          "Basic " + encode_base64({reinterpret_cast<const unsigned char*>(pair.data()), pair.size()})};
}

call json_call(std::string method, std::string url, header authorization, const json& body) {
  return {.method = std::move(method),
          .url = std::move(url),
          .headers = {std::move(authorization), json_type()},
          .body = dump_json(body)};
}

call read_call(std::string url, header authorization) {
  return {
      .method = "GET", .url = std::move(url), .headers = {std::move(authorization)}, .body = {}, .reads_page = true};
}

result<std::string> api_address(const account_settings& settings, std::string_view public_api) {
  std::string address{settings.api_url.empty() ? public_api : std::string_view{settings.api_url}};
  if (address.empty()) return fail(errc::malformed, "api_url is missing: the address of the server, https://…");
  if (!web_origin(address)) return fail(errc::malformed, "api_url must be an http or https address");
  while (address.ends_with('/')) address.pop_back();
  return address;
}

std::optional<judgement> judge_status(const call_result& response) {
  const auto status = response.status;
  if (is_good(status)) return std::nullopt;
  if (status == 429) return retry_later("rate_limited", asked_pause(response.headers));
  if (status == 503) return retry_later("unavailable", asked_pause(response.headers));
  if (status >= 500) return outcome_unknown("server_error");
  if (status == 401 || status == 403) return refused("not_allowed");
  if (status == 404 || status == 410) return refused("place_gone");
  if (status == 413) return refused("too_long");
  return refused(status >= 400 ? "http_error" : "redirected");
}

judgement judge_created(const call_result& response, std::string_view id_path) {
  if (auto judged = judge_status(response)) return std::move(*judged);
  const auto body = parse_json(response.body, batch_limits);
  auto id = body ? get_id(*body, id_path) : std::nullopt;
  return id ? delivered(std::move(*id)) : outcome_unknown("unreadable_answer");
}

std::optional<std::chrono::seconds> pause_until(const headers& all, std::string_view reset_header, unix_unit unit) {
  auto reset = find_header(all, reset_header);
  // Three digits less are seconds; a second too early is what the back-off's own jitter makes good.
  if (reset && unit == unix_unit::milliseconds) reset->remove_suffix(std::min<std::size_t>(reset->size(), 3));
  const auto at = reset ? parse_unix_seconds(*reset) : std::nullopt;
  const auto date = find_header(all, "date");
  const auto now = date ? parse_http_date(*date) : fail(errc::malformed, "");
  if (!at || !now) return std::nullopt;
  return std::max(std::chrono::seconds{0}, *at - *now);
}

header user_agent() { return {"User-Agent", "stillholds"}; }

result<json> seen_json(const call_result& response) {
  if (response.status == 429 || response.status == 503) return fail(errc::busy, "rate_limited");
  if (response.status == 401 || response.status == 403) return fail(errc::refused, "not_allowed");
  auto body = is_good(response.status) ? parse_json(response.body, batch_limits) : fail(errc::unreachable, "");
  if (!body) return fail(errc::unreachable, "unreadable_answer");
  return body;
}

}  // namespace stillholds
