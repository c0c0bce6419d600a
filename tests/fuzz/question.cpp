// Any question to the first article: it has an outcome, the same each time, which names claims that are there, and an
// answer that can be stored and written.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>

#include "knowledge/answers/compose.hpp"
#include "knowledge/model/loader.hpp"
#include "tests/fuzz/require.hpp"

using namespace stillholds;
using fuzz::require;

namespace {

constexpr day today{std::chrono::days{20781}};  // 24 Nov 2026

const snapshot& known() {
  static const snapshot made = [] {
    auto read = load_knowledge(std::filesystem::path(SOURCE_DIR) / "knowledge");
    require(read.ok() && !read.articles.empty());
    return snapshot{std::move(read.articles), std::move(read.golden)};
  }();
  return made;
}

void require_known(std::string_view claim_id) { require(known().find_claim(claim_id).claim != nullptr); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A handler lets through what is tidy, and no more of it than this.
  const auto clean = tidy({reinterpret_cast<const char*>(data), size});
  const auto question = cut(clean, 4000);
  const auto found = known().matcher.match(question, {}, today);
  require(std::isfinite(found.confidence) && found.confidence >= 0 && found.confidence <= 1);
  require((found.kind == outcome_kind::claim) == !found.claim_id.empty());
  require((found.kind == outcome_kind::suggest) == !found.suggestions.empty());
  if (found.kind == outcome_kind::claim) require_known(found.claim_id);
  for (const auto& one : found.suggestions) require_known(one);
  for (const auto& one : found.candidates) require_known(one.claim_id);
  require(is_utf8(found.why) && is_utf8(found.command.argument) && wording::built_in().speaks(found.language));
  const thread_memory memory;
  fuzz::require_writable(compose({.snapshot = known(),
                                  .outcome = found,
                                  .wording = wording::built_in(),
                                  .memory = memory,
                                  .public_url = "https://bot.example.org",
                                  .article_id = known().articles.front().id,
                                  .today = today}),
                         question.size() * 37 % 4000);
  return 0;
}
