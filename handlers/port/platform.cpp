#include "handlers/port/platform.hpp"

#include "handlers/port/verdicts.hpp"

namespace stillholds {

// For platforms whose answers never go into the response: the neutral acknowledgement.
acknowledgement platform::render_response(const reply& /*what*/) const { return {}; }

bool platform::looks_first(const mention& /*question*/) const { return false; }

bool platform::shows_waiting(const mention& /*question*/) const { return false; }

result<call> platform::look(const reply& /*what*/) const {
  return fail(errc::refused, "this platform cannot show a thread");
}

result<sighting> platform::see(const reply& /*what*/, const call_result& /*response*/) const {
  return fail(errc::refused, "this platform cannot show a thread");
}

result<call> platform::amend(const reply& /*what*/, std::string_view /*reply_id*/) const {
  return fail(errc::refused, "this platform does not let a reply be changed");
}

result<call> platform::retract(const reply& /*what*/, std::string_view /*reply_id*/) const {
  return fail(errc::refused, "this platform does not let a reply be taken away");
}

result<call> platform::poll(std::string_view /*cursor*/, std::string_view /*provision*/, std::size_t /*most*/) const {
  return fail(errc::refused, "this platform is not polled");
}

std::optional<std::string> platform::pass_over(std::string_view /*cursor*/) const { return std::nullopt; }

std::string platform::provision_for(const mention& /*question*/) const { return {}; }

result<call> platform::fetch_provision(std::string_view /*name*/, std::chrono::sys_seconds /*now*/) const {
  return fail(errc::refused, "this platform hands out nothing");
}

result<provision> platform::read_provision(std::string_view /*name*/, const call_result& /*response*/,
                                           std::chrono::sys_seconds /*now*/) const {
  return fail(errc::refused, "this platform hands out nothing");
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
