// What text is in Slack: how a message is read as a question, and how an answer is written as mrkdwn.
#pragma once

#include <cstddef>
#include <string_view>

#include "handlers/port/bracket_text.hpp"
#include "knowledge/answers/fit.hpp"

namespace stillholds {

inline constexpr std::size_t slack_text_limit = 4000;  // Slack's own advice; it cuts only far beyond

[[nodiscard]] bracket_text read_slack_text(std::string_view text, std::string_view bot_user);
[[nodiscard]] dialect slack_dialect();

}  // namespace stillholds
