// What calls to REST interfaces have in common: addresses, headers, and what a status means by common custom.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "handlers/port/call.hpp"
#include "handlers/port/platform.hpp"
#include "handlers/port/registry.hpp"
#include "knowledge/error.hpp"
#include "knowledge/json.hpp"

namespace stillholds {

// For what carries several events or comments: one that is nested without sense must not cost the others theirs. As
// long as the HTTP client reads a page.
inline constexpr json_limits batch_limits{
    .bytes = std::size_t{16} * 1024 * 1024, .depth = 32, .deeper = too_deep::read_as_null};

[[nodiscard]] header bearer(std::string_view token);
[[nodiscard]] header json_type();
// RFC 7617.
[[nodiscard]] header basic_authorization(std::string_view user, std::string_view password);

// A call whose body is JSON.
[[nodiscard]] call json_call(std::string method, std::string url, header authorization, const json& body);
[[nodiscard]] call read_call(std::string url, header authorization);

// Where the API is: settings.api_url, else `public_api`; without a slash at its end. malformed when neither is an http
// or https address.
[[nodiscard]] result<std::string> api_address(const account_settings& settings, std::string_view public_api);

// What a status beside 2xx means for a reply: 429 and 503 wait (as long as asked), any other 5xx may have come after
// the reply was stored, 401 and 403 say no, 404 and 410 that the place is gone, 413 that it is too long. Nothing on
// 2xx.
[[nodiscard]] std::optional<judgement> judge_status(const call_result& response);

// The same, and on 2xx delivered with the id at this path; unknown when the body is unreadable or names none.
[[nodiscard]] judgement judge_created(const call_result& response, std::string_view id_path);

// How long until this moment (Unix time in that header), by the clock that the response itself shows in its Date
// header; nothing where either is missing. Never negative.
enum class unix_unit { seconds, milliseconds };
[[nodiscard]] std::optional<std::chrono::seconds> pause_until(const headers& all, std::string_view reset_header,
                                                              unix_unit unit = unix_unit::seconds);

// "GET /x wants the sender's name": some APIs refuse calls without one.
[[nodiscard]] header user_agent();

// For `see`: the answer's JSON on 2xx; busy on 429 and 503, refused on 401 and 403, unreachable otherwise.
[[nodiscard]] result<json> seen_json(const call_result& response);

}  // namespace stillholds
