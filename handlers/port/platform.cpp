#include "handlers/port/platform.hpp"

#include "handlers/port/verdicts.hpp"
#include "knowledge/text.hpp"

namespace stillholds {

std::optional<std::string_view> find_header(const headers& all, std::string_view name) noexcept {
  std::optional<std::string_view> found;
  for (const auto& [key, value] : all) {
    if (!same_ascii(key, name)) continue;
    if (found) return std::nullopt;
    found = value;
  }
  return found;
}

// For platforms whose answers never go into the response: the neutral acknowledgement.
acknowledgement platform::render_response(const reply& /*what*/) const { return {}; }

result<call> platform::look(const reply& /*what*/) const {
  return fail(errc::refused, "this platform cannot show a thread");
}

result<sighting> platform::see(const reply& /*what*/, const call_result& /*response*/) const {
  return fail(errc::refused, "this platform cannot show a thread");
}

judgement judge_call(const platform& on, const call_result& response) {
  switch (response.how) {
    case call_result::transport::answered: return on.judge(response);
    case call_result::transport::not_sent: return retry_later("not_sent");
    case call_result::transport::unknown: break;
  }
  return outcome_unknown("no_answer");
}

}  // namespace stillholds
