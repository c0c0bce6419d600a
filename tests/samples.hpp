// A small article by hand, for tests of answers and pages: every status, a history, translations, odd quotes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "knowledge/model/article.hpp"

namespace stillholds::samples {

using namespace std::chrono_literals;

inline partial_date date(std::string_view text) { return parse_date(text).value(); }
inline constexpr day today = std::chrono::sys_days{2026y / std::chrono::November / 24};
inline constexpr std::string_view public_url = "https://bot.example.org";

inline evidence_item evidence(std::string_view published, std::string publisher, std::string finding, std::string url,
                              bearing towards = bearing::qualifies) {
  evidence_item item;
  item.finding = std::move(finding);
  item.bearing = towards;
  item.published = date(published);
  item.seen = date("2026-11-23");
  item.source = {
      .publisher = std::move(publisher), .title = "A title", .url = std::move(url), .kind = source_kind::primary};
  return item;
}

inline verdict judged(std::string_view from, status value, std::string summary,
                      std::string_view reviewed = "2026-11-23") {
  verdict one;
  one.from = date(from);
  one.status = value;
  one.summary = std::move(summary);
  one.reviewed = date(reviewed);
  one.confidence = confidence_level::medium;
  return one;
}

inline claim make_claim(std::string id, std::string section, std::string text, std::string quote,
                        std::vector<verdict> history) {
  claim one;
  one.id = std::move(id);
  one.section = std::move(section);
  one.text = std::move(text);
  one.quote = std::move(quote);
  one.history = std::move(history);
  one.review.every_days = 90;
  return one;
}

inline claim compute_share() {
  auto one = make_claim(
      "compute-us-90pct", "computing-power",
      "The United States holds about 90 percent of the world's AI computing power.",
      "The U.S. holds 90% of global AI computing power",
      {judged("2025-01", status::unsupported,
              "No published estimate puts the US share at 90 percent; the best counts give about 75% of known cluster "
              "performance (2025) and about 71% of AI chips (April 2026). A very large lead is right; the number is "
              "not.")});
  one.claim_text["zh"] = "美国拥有全球约90%的人工智能算力。";
  one.summary_text["zh"] = "没有公开估计给出90%这个数字。大幅领先属实，具体数字不属实。";
  one.evidence = {
      evidence("2026-04", "Epoch AI", "Five US hyperscalers own about 71% of world AI compute.",
               "https://epoch.ai/data/ai-chip-owners"),
      evidence("2025-10-22", "Epoch AI", "The US held about three-quarters of known GPU-cluster performance.",
               "https://epoch.ai/data/gpu-clusters", bearing::contradicts),
      evidence("2025-04", "Epoch AI", "75% US, 15% China across 500 AI supercomputers.",
               "https://arxiv.org/html/2504.16026v2", bearing::contradicts)};
  one.evidence[0].finding_text["zh"] = "五家美国云厂商拥有全球约71%的AI算力。";
  return one;
}

inline claim idle_compute() {
  auto one = make_claim(
      "compute-china-underutilised", "computing-power",
      "China's AI computing capacity is often underused because of inefficiencies.",
      "often underutilized due to inefficiencies",
      {judged("2025-01", status::holds, "Reports said up to 80 percent of new capacity was idle.", "2025-02-01"),
       judged("2026-03", status::outdated,
              "This was well supported in early 2025. By spring 2026 the problem had flipped to a shortage.")});
  one.evidence = {
      evidence("2026-05-02", "Reuters", "Chinese clouds raised AI prices.", "https://example.org/prices"),
      evidence("2025-03-26", "MIT Technology Review", "Up to 80% of new capacity was idle.", "https://example.org/idle",
               bearing::supports),
      evidence("2024-12", "SCMP", "Idle centres were reported.", "https://example.org/scmp", bearing::supports)};
  return one;
}

inline article small_article() {
  article of;
  of.id = "us-china-ai-gap";
  of.title = "The Gap Between the U.S. & China in AI Is Widening, Not Narrowing";
  of.publisher = "Shenzhen AI Industry Association";
  of.published = date("2025-01");
  of.quoted_by = "Rui";
  of.quoted_on = date("2025-03-13");
  of.sections = {{.id = "computing-power", .title = "Computing power", .title_text = {{"zh", "算力"}}},
                 {.id = "data", .title = "Data resources", .title_text = {{"zh", "数据资源"}}},
                 {.id = "conclusion", .title = "Conclusion", .title_text = {}}};
  of.answers["update"]["en"] = "Best as an editor's note with a status for each claim. The figures need correction.";
  of.answers["changed"]["en"] = "The model gap shrank. The compute lead grew.";
  of.answers["changed"]["zh"] = "模型差距缩小，算力领先扩大。";
  of.answers["provenance"]["en"] = "All wording comes from a note of 13 March 2025.";
  of.claims = {
      compute_share(),
      idle_compute(),
      make_claim("compute-lead-expanding", "computing-power", "The US lead in AI computing power is growing.",
                 "and is expanding its lead", {judged("2025-01", status::holds, "The measures agree.")}),
      make_claim("data-us-quality", "data", "The US benefits from high-quality datasets.",
                 "The U.S. benefits from vast, high-quality datasets",
                 {judged("2025-01", status::partly_holds, "The advantage is real but not exclusive.")}),
      make_claim("data-sector-models", "data", "China makes more industry models.", "it produces more industry models",
                 {judged("2025-01", status::unresolved, "No count compares them.")}),
      make_claim("conclusion-gap-widening", "conclusion", "The gap is widening with no signs of convergence.",
                 "The gap with China is widening, with no signs of convergence.",
                 {judged("2025-01", status::holds, "So it seemed.", "2025-02-01"),
                  judged("2026-10-05", status::overturned, "As a blanket statement it is wrong.")})};
  return of;
}

}  // namespace stillholds::samples
