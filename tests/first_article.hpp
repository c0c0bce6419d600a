// The first article as its moderators keep it, and what readers are answered about it.
#pragma once

#include <filesystem>
#include <string_view>

#include "knowledge/answers/compose.hpp"
#include "knowledge/model/loader.hpp"
#include "knowledge/snapshot/snapshot.hpp"

namespace stillholds::first_article {

inline constexpr day today = std::chrono::sys_days{std::chrono::year{2026} / 11 / 26};

inline const snapshot& whole() {
  static const auto made = [] {
    auto loaded = load_knowledge(std::filesystem::path(SOURCE_DIR) / "knowledge");
    return snapshot(std::move(loaded.articles), std::move(loaded.golden));
  }();
  return made;
}

inline outcome match(std::string_view question) { return whole().matcher.match(question, {}, today); }

inline answer answer_to(std::string_view question) {
  const auto found = match(question);
  return compose({.snapshot = whole(),
                  .outcome = found,
                  .wording = wording::built_in(),
                  .memory = {},
                  .public_url = "https://bot.example",
                  .article_id = {},
                  .today = today});
}

}  // namespace stillholds::first_article
