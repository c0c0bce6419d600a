// One mention, what it was matched to and what the conversation knows: whether to speak, and what to say. Pure.
#pragma once

#include <string>
#include <string_view>

#include "bot/config/config.hpp"
#include "bot/store/store.hpp"
#include "knowledge/answers/wording.hpp"
#include "knowledge/matching/outcome.hpp"
#include "knowledge/snapshot/snapshot.hpp"

namespace stillholds {

struct decision_input {
  const inbox_row& row;
  const stillholds::outcome& outcome;
  const stillholds::snapshot& snapshot;
  const stillholds::wording& wording;
  const account_config& account;
  const cap_limits& caps;
  std::string_view public_url;
  day today;
  bool can_amend{false};      // the platform lets a reply be changed and taken away
  bool shows_waiting{false};  // it shows that an answer is on its way
};

[[nodiscard]] resolution decide(const decision_input& input, const conversation& known);

// The reply's key: a name-based UUID (RFC 4122 version 5) over platform, account and the mention's delivery key, so
// that every attempt, also after a restart or on another machine, carries the same one.
[[nodiscard]] std::string reply_key(const origin& from, const mention& question);

// The windows over which `conversation` counts, matching cap_limits' units.
[[nodiscard]] cap_windows windows_of_caps();

}  // namespace stillholds
