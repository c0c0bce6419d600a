#include "knowledge/review/publish.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace stillholds {

publication publish(const std::filesystem::path& folder, const lint_rules& rules, const snapshot_basis& basis) {
  auto files = load_knowledge(folder);
  publication made;
  made.faults = std::move(files.faults);
  made.articles = files.articles.size();
  for (const auto& one : files.articles) made.claims += one.claims.size();
  const auto add = [&](std::vector<fault> more) { std::ranges::move(more, std::back_inserter(made.faults)); };
  const auto has_error = [&] {
    return std::ranges::any_of(made.faults, [](const fault& f) { return f.severity == severity::error; });
  };
  add(lint(files.articles, rules));
  if (!has_error()) {
    auto whole = std::make_shared<const snapshot>(std::move(files.articles), std::move(files.golden), basis);
    add(lint_answers(*whole, rules));
    if (!has_error()) made.snapshot = std::move(whole);
  }
  std::ranges::sort(made.faults, [](const fault& a, const fault& b) {
    return std::tie(a.at.file, a.at.line, a.at.column, a.message) <
           std::tie(b.at.file, b.at.line, b.at.column, b.message);
  });
  return made;
}

}  // namespace stillholds
