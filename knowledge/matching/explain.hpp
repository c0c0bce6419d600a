// Why a question was answered, suggested or refused, in words for a moderator.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "knowledge/matching/outcome.hpp"
#include "knowledge/ranking/ranker.hpp"

namespace stillholds {

// One line. `shown` are the same candidates with their words; `held_back`: why the best one was not answered though it
// was sure enough, where that is not the ranking's doing; else empty.
[[nodiscard]] std::string explain_decision(const ranking& of, std::span<const candidate> shown, decision decided,
                                           std::string_view held_back);

// What a signal says, in a few words: "share of the question's weight that the claim holds". Empty for an unknown name.
[[nodiscard]] std::string_view describe_signal(std::string_view name) noexcept;

}  // namespace stillholds
