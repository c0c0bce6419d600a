// The errors that Slack's Web API names by a word, mostly with status 200: what each means for a reply or a look.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "handlers/port/platform.hpp"
#include "knowledge/error.hpp"

namespace stillholds {

// `pause`: what the response's Retry-After says.
[[nodiscard]] judgement judge_slack_error(std::string_view word, std::optional<std::chrono::seconds> pause);
[[nodiscard]] result<sighting> see_slack_error(std::string_view word);

}  // namespace stillholds
