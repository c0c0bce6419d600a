// A question that is about claims: which one answers it, which ones to ask back with, or why none does.
#pragma once

#include <vector>

#include "knowledge/matching/outcome.hpp"
#include "knowledge/matching/question.hpp"

namespace stillholds {

// The claims found, best first, with the question's words that each holds and lacks.
[[nodiscard]] std::vector<candidate> candidates_of(const question& asked);

// Both fill in the outcome, whose candidates are there already.

// "should I buy Nvidia stock" names what a claim names, and no claim answers it: says whether that was so.
[[nodiscard]] bool is_for_advice(const question& asked, outcome& out);

void choose_claim(const question& asked, outcome& out);

}  // namespace stillholds
