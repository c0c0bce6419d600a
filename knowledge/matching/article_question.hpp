// Is a question about an article as a whole, about a part of it, or about the claim shown last? Where it is, the
// outcome gets all that there is to say of it.
#pragma once

#include "knowledge/matching/outcome.hpp"
#include "knowledge/matching/question.hpp"

namespace stillholds {

// "should they update it?"
[[nodiscard]] bool is_about_article(const question& asked, outcome& out);

// "nice writeup Rui": praise, and beside it the article's names at most. Nothing is asked.
[[nodiscard]] bool only_praises_article(const question& asked);

// "list the claims on talent": what the question says beyond its phrase is what a section is called, and no claim is as
// plainly meant.
[[nodiscard]] bool is_about_section(const question& asked, outcome& out);

// "did this hold in June 2025?" says a time and nothing else.
[[nodiscard]] bool is_about_last(const question& asked, outcome& out);

}  // namespace stillholds
