// The few admissions and judgements that every platform gives, so that each platform file says only what is its own.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "handlers/port/platform.hpp"
#include "knowledge/json.hpp"

namespace stillholds {

// `reason` is a fixed phrase. The acknowledgement is "{}" with status 200 unless said otherwise.
[[nodiscard]] admission ignored(std::string_view reason, std::string delivery_key = {});
[[nodiscard]] admission not_genuine(std::string_view reason, unsigned status = 401);
[[nodiscard]] admission stale(std::string_view reason, unsigned status, std::string delivery_key = {});
[[nodiscard]] admission malformed(std::string_view reason);
// The same where the sender is genuine and would only send it again, or stop sending at all: answered with 200.
[[nodiscard]] admission unusable(std::string_view reason, std::string delivery_key = {});
[[nodiscard]] admission mentioned(mention what);

// Adds what became of one event to that of the request it came in: every mention is kept, and until there is one the
// last event's reason stands for all. The request's cursor stays, and no strange event makes it a bad request.
void gather(admission one, admission& all);

[[nodiscard]] judgement delivered(std::string reply_id, std::string_view reason = "delivered");
[[nodiscard]] judgement retry_later(std::string_view reason, std::optional<std::chrono::seconds> after = std::nullopt);
[[nodiscard]] judgement refused(std::string_view reason);
[[nodiscard]] judgement outcome_unknown(std::string_view reason);

// For read_probe and read_provision: the answer's JSON when its status is 2xx; otherwise what the status means, as a
// sentence for the admin: refused (401, 403), not_found (404), busy (429, 5xx), malformed (no JSON, and any other).
[[nodiscard]] result<json> answered_json(const call_result& response);

// Retry-After in whole seconds, more than a day as a day; nothing when it is missing or no number.
[[nodiscard]] std::optional<std::chrono::seconds> asked_pause(const headers& all);

}  // namespace stillholds
