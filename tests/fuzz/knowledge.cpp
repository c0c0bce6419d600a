// Any file of a knowledge folder: every fault stands inside the file, and what has none can be linted, indexed,
// answered from and shown. The first byte says which file it is: a(rticle), c(laim) or g(olden questions).
#include <algorithm>
#include <cstdint>
#include <utility>

#include "knowledge/answers/article_answer.hpp"
#include "knowledge/answers/claim_answer.hpp"
#include "knowledge/model/article_reader.hpp"
#include "knowledge/review/lint.hpp"
#include "knowledge/snapshot/snapshot.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/knowledge/knowledge_folder.hpp"

using namespace stillholds;
using fuzz::require;

namespace {

constexpr std::string_view public_url = "https://bot.example.org";
constexpr day today{std::chrono::days{20781}};  // 24 Nov 2026
const lint_rules rules{.today = today};

// A good article without claims, and its one claim, for what the input lacks.
const article& good_article() {
  static const article made = [] {
    fault_list faults{"article.yaml"};
    auto read = read_article(parse_yaml(sample_article, faults).value(), "bridges", faults);
    require(faults.all().empty());
    return read;
  }();
  return made;
}

const claim& good_claim() {
  static const claim made = [] {
    fault_list faults{"claim.yaml"};
    auto read = read_claim(parse_yaml(sample_claim, faults).value(), "length-90", "en", faults);
    require(faults.all().empty() && read.has_value());
    return *read;
  }();
  return made;
}

void require_placed(const std::vector<fault>& faults, std::string_view text) {
  const auto lines = std::ranges::count(text, '\n') + 1;
  for (const auto& one : faults) {
    require(is_utf8(to_string(one)) && !one.message.empty());
    require(one.at.line >= 0 && one.at.line <= lines && one.at.column >= 0);
    require(std::cmp_less_equal(one.at.column, text.size() + 1));
  }
}

bool is_clean(const std::string& text) { return is_utf8(text) && tidy(text) == text && !text.contains('\n'); }

void require_whole(const claim& one) {
  require(is_clean(one.text) && !one.text.empty() && is_clean(one.quote) && !one.quote.empty());
  require(!one.history.empty());
  require(one.review.every_days.has_value() + one.review.by.has_value() + one.review.retired_on.has_value() == 1);
  require(std::ranges::is_sorted(one.evidence, std::ranges::greater{}, &evidence_item::published));
  for (const auto& item : one.evidence) require(is_clean(item.finding) && !item.finding.empty());
}

// What the loader let through goes the way of a publication, and every answer from it is made and written.
void use(article whole) {
  const std::vector<article> all{std::move(whole)};
  const auto faults = lint(all, rules);
  if (std::ranges::any_of(faults, [](const fault& one) { return one.severity == severity::error; })) return;
  const snapshot shown{all, {}};
  const auto& of = shown.articles.front();
  const auto& words = wording::built_in();
  for (const auto* language : {"en", "zh"}) {
    for (const auto& one : of.claims) {
      fuzz::require_writable(compose_claim(of, one, words, language, public_url, today), 4000);
      fuzz::require_writable(compose_claim(of, one, words, language, public_url, today, partial_date{2025, 6, 0}), 300);
    }
    for (const auto topic : {article_topic::update, article_topic::changed, article_topic::list,
                             article_topic::overview, article_topic::provenance})
      fuzz::require_writable(compose_article(of, topic, words, language, public_url, today), 300);
  }
  for (const auto& one : of.claims) (void)shown.matcher.match(one.text, {}, today);
}

void read_as_article(const yaml_node& tree, fault_list& faults) {
  auto made = read_article(tree, "bridges", faults);
  if (!faults.all().empty()) return;
  require(is_clean(made.title) && !made.title.empty() && !made.published.empty() && made.language.size() == 2);
  auto with = good_claim();
  with.section = made.sections.front().id;
  made.claims.push_back(std::move(with));
  use(std::move(made));
}

void read_as_claim(const yaml_node& tree, fault_list& faults) {
  auto made = read_claim(tree, "length-90", "en", faults);
  if (!faults.all().empty()) return;
  require(made.has_value());
  require_whole(*made);
  auto around = good_article();
  around.claims.push_back(std::move(*made));
  use(std::move(around));
}

void read_as_golden(const yaml_node& tree, fault_list& faults) {
  for (const auto& one : read_golden(tree, "bridges", faults)) {
    require(is_clean(one.ask) && !one.ask.empty() && is_clean(one.expect) && !one.expect.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data + 1), size - 1};
  fault_list faults{"input.yaml"};
  const auto tree = parse_yaml(text, faults);
  require(tree.has_value() || !faults.all().empty());
  if (tree) {
    switch (data[0]) {
      case 'a': read_as_article(*tree, faults); break;
      case 'c': read_as_claim(*tree, faults); break;
      default: read_as_golden(*tree, faults);
    }
  }
  require_placed(faults.all(), text);
  return 0;
}
