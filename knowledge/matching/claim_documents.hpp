// An article's claims as documents to search in.
#pragma once

#include <vector>

#include "knowledge/model/article.hpp"
#include "knowledge/ranking/document.hpp"

namespace stillholds {

// One for each claim, in their order: its wording in every language, how else it is asked, and what was found since.
[[nodiscard]] std::vector<document> documents_of(const article& of);

}  // namespace stillholds
