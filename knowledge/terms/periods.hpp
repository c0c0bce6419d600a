// Times that a reader counts back from today: "in the last six months", "since yesterday", "this year", 最近半年. Only
// what changed is asked for like that, so they are looked for once a question is known to ask it.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "knowledge/calendar.hpp"
#include "knowledge/terms/tokens.hpp"

namespace stillholds {

struct period {
  partial_date since;       // its first day or month
  std::vector<token> rest;  // the tokens without the words that name it
};

// The first period that the tokens name, counted back from `today`.
[[nodiscard]] std::optional<period> find_period(std::span<const token> tokens, day today);

}  // namespace stillholds
