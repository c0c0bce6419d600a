#include "knowledge/matching/article_names.hpp"

#include <algorithm>
#include <string_view>

namespace stillholds {
namespace {

void add_terms(std::string_view text, std::unordered_set<std::string>& into) {
  for (auto& found : terms_of(text)) into.insert(std::move(found.key));
}

bool all_in(const std::unordered_set<std::string>& names, std::span<const term> said) {
  return std::ranges::all_of(said, [&](const term& next) { return names.contains(next.key); });
}

}  // namespace

article_names article_names::of(const article& from) {
  article_names made{.id = from.id, .names = {}, .sections = {}};
  for (const auto& text : {from.title, from.author, from.publisher, from.quoted_by}) add_terms(text, made.names);
  for (const auto& text : from.aliases) add_terms(text, made.names);
  for (const auto& next : from.sections) {
    auto& part = made.sections.emplace_back(section{.id = next.id, .names = {}, .titles = next.title});
    add_terms(next.title, part.names);
    for (const auto& [language, title] : next.title_text) {
      add_terms(title, part.names);
      part.titles += "\n" + title;
    }
  }
  return made;
}

bool article_names::are_names(std::span<const term> said) const { return all_in(names, said); }

const article_names::section* article_names::section_named(std::span<const term> said,
                                                           std::span<const token> tokens) const {
  const auto found = std::ranges::find_if(sections, [&](const section& part) {
    return all_in(part.names, said) && std::ranges::all_of(tokens, [&](const token& next) {
             return next.kind != token_kind::han || part.titles.contains(next.text);
           });
  });
  return found == sections.end() ? nullptr : &*found;
}

}  // namespace stillholds
