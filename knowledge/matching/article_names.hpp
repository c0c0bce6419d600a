// What an article and its sections are called, so that a question about the whole or a part of it is known.
#pragma once

#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "knowledge/model/article.hpp"
#include "knowledge/terms/query.hpp"
#include "knowledge/terms/tokens.hpp"

namespace stillholds {

struct article_names {
  struct section {
    std::string id;
    std::unordered_set<std::string> names;  // the terms of its title in all languages
    std::string titles;                     // these titles, one after the other
  };

  std::string id;
  std::unordered_set<std::string> names;  // the terms of its title, its other names, and who wrote and quoted it
  std::vector<section> sections;

  [[nodiscard]] static article_names of(const article& from);

  // Whether the article's names are all that is said.
  [[nodiscard]] bool are_names(std::span<const term> said) const;
  // The section whose title is all that is said; nullptr when there is none. `tokens` are what the terms were made of:
  // Chinese words of one character make none ("数据线" is no "数据").
  [[nodiscard]] const section* section_named(std::span<const term> said, std::span<const token> tokens) const;
};

}  // namespace stillholds
