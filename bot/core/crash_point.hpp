// Rehearsing a crash: the process kills itself (SIGKILL) when it passes a named step for the Nth time. Chosen once on
// the command line (serve --crash-at STEP[:N]); without it a step costs one comparison. This is how the promise
// "nothing acknowledged is lost, one mention has one reply" is tested against the very binary that ships.
#pragma once

#include <string_view>

#include "knowledge/error.hpp"

namespace stillholds {

enum class step {
  none,
  admitted,      // a webhook is known to be genuine; nothing is stored yet
  stored,        // its mention is committed; the platform has not heard of it
  acknowledged,  // the response was handed to the connection
  taken,         // the mention was leased for matching
  decided,       // inbox done and outbox row committed
  sending,       // the outbox row says `sending`; no byte has left
  sent,          // the platform's answer was read; nothing is noted
  judged,        // its meaning is known; nothing is noted
  settled,       // and committed
};

// "stored" or "stored:3"; malformed, naming the steps, otherwise.
[[nodiscard]] result<void> arm_crash(std::string_view text);

void pass(step where) noexcept;

}  // namespace stillholds
