#include "knowledge/answers/claim_answer.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "knowledge/answers/fit.hpp"
#include "knowledge/model/loader.hpp"
#include "knowledge/text.hpp"
#include "tests/samples.hpp"

using namespace stillholds;
using samples::date;

namespace {

const wording& words() { return wording::built_in(); }

std::string plain(const answer& what) { return write(what, plain_dialect()); }

article sample() { return samples::small_article(); }

answer claim_of(std::string_view id, std::string_view language = "en", std::string_view as_of = "") {
  const auto of = sample();
  return compose_claim(of, *of.find(id), words(), language, samples::public_url, samples::today,
                       as_of.empty() ? std::nullopt : std::optional{date(as_of)});
}

}  // namespace

TEST_CASE("golden: one whole claim answer") {
  CHECK(
      plain(claim_of("compute-us-90pct")) ==
      "Claim (Computing power, Jan 2025): \"The U.S. holds 90% of global AI computing power\"\n"
      "Status: never well supported · reviewed 23 Nov 2026\n"
      "No published estimate puts the US share at 90 percent; the best counts give about 75% of known cluster "
      "performance (2025) and about 71% of AI chips (April 2026). A very large lead is right; the number is not.\n"
      "Newer evidence\n"
      "· Apr 2026, Epoch AI: Five US hyperscalers own about 71% of world AI compute.  "
      "https://epoch.ai/data/ai-chip-owners\n"
      "· 22 Oct 2025, Epoch AI: The US held about three-quarters of known GPU-cluster performance.  "
      "https://epoch.ai/data/gpu-clusters\n"
      "· Apr 2025, Epoch AI: 75% US, 15% China across 500 AI supercomputers.  https://arxiv.org/html/2504.16026v2\n"
      "Full history: https://bot.example.org/a/us-china-ai-gap/compute-us-90pct · not what you meant? reply \"other\"");
  const auto what = claim_of("compute-us-90pct");
  CHECK(what.kind == answer_kind::claim);
  CHECK(what.article_id == "us-china-ai-gap");
  CHECK(what.claim_id == "compute-us-90pct");
  CHECK(what.status_word == "unsupported");
}

TEST_CASE("golden: the same in Chinese, with the article's own words below") {
  CHECK(plain(claim_of("compute-us-90pct", "zh")) ==
        "论断（算力，2025年1月）：“美国拥有全球约90%的人工智能算力。”\n"
        "原文：“The U.S. holds 90% of global AI computing power”\n"
        "状态：一直缺乏依据 · 2026年11月23日复核\n"
        "没有公开估计给出90%这个数字。大幅领先属实，具体数字不属实。\n"
        "较新的证据\n"
        "· 2026年4月，Epoch AI：五家美国云厂商拥有全球约71%的AI算力。  https://epoch.ai/data/ai-chip-owners\n"
        "· 2025年10月22日，Epoch AI：The US held about three-quarters of known GPU-cluster performance.  "
        "https://epoch.ai/data/gpu-clusters\n"
        "· 2025年4月，Epoch AI：75% US, 15% China across 500 AI supercomputers.  https://arxiv.org/html/2504.16026v2\n"
        "完整记录：https://bot.example.org/a/us-china-ai-gap/compute-us-90pct · 不是您要问的？请回复“other”");
}

TEST_CASE("text without a translation says in which language it is") {
  const auto what = claim_of("data-us-quality", "zh");
  CHECK(what.lead == "论断（数据资源，2025年1月）：“The U.S. benefits from vast, high-quality datasets”");
  CHECK(what.body == "The advantage is real but not exclusive.\n此内容目前只有英文。");
  CHECK(claim_of("data-us-quality", "en").body.find("only") == std::string::npos);
  CHECK(claim_of("compute-us-90pct", "zh").body.find("此内容") == std::string::npos);
  // A language without wording gets English words around the article's text.
  CHECK(claim_of("data-us-quality", "fr").lead.starts_with("Claim (Data resources, Jan 2025)"));
}

TEST_CASE("a section that was written later has its own date, and nothing was said before it") {
  article of = samples::small_article();
  const claim what = *of.find("compute-us-90pct");
  std::ranges::find(of.sections, what.section, &section::id)->date = date("2025-03-13");
  const auto at = [&](std::string_view day) {
    return compose_claim(of, what, wording::built_in(), "en", samples::public_url, samples::today, date(day));
  };
  CHECK(at("2026-01-01").lead.starts_with("Claim (Computing power, 13 Mar 2025)"));
  CHECK(at("2025-02-01").status.contains("had not appeared yet"));
  CHECK_FALSE(at("2025-04-01").status.contains("had not appeared yet"));
}

TEST_CASE("a quote that leans on its context comes with the claim's sentence") {
  CHECK(claim_of("compute-lead-expanding").gloss == "That is: The US lead in AI computing power is growing.");
  CHECK(claim_of("data-us-quality").gloss.empty());
  struct row {
    std::string_view quote;
    bool leans;
  };
  for (const auto& [quote, leans] :
       {row{"and is expanding its lead", true}, row{"The U.S. holds", false}, row{"It lags in general", true},
        row{"Its AI capacity", true}, row{"Itself", false}, row{"ITS lead", true}, row{"[This is probably", true},
        row{"\"China leads\"", false}, row{"90% of compute", false}, row{"", false}, row{"It", true},
        row{"…", false}}) {
    CAPTURE(quote);
    CHECK(leans_on_context(quote, words(), "en") == leans);
  }
  CHECK(leans_on_context("它仍然落后", words(), "zh"));
  CHECK_FALSE(leans_on_context("中国仍然落后", words(), "zh"));
}

TEST_CASE("as of an earlier day: that day's status, today's beside it, and only evidence from before") {
  const auto then = claim_of("compute-china-underutilised", "en", "2025-06");
  CHECK(then.status == "On 30 Jun 2025 the status was: holds · today: outdated");
  CHECK(then.body == "Reports said up to 80 percent of new capacity was idle.");
  CHECK(then.heading == "Evidence published by then");
  REQUIRE(then.items.size() == 2);
  CHECK(then.items[0].label == "26 Mar 2025, MIT Technology Review");
  CHECK(then.status_word == "outdated");

  struct row {
    std::string_view id, as_of, status;
    std::size_t items;
  };
  const row rows[] = {
      {"compute-us-90pct", "2025-06-30", "On 30 Jun 2025 the status was: never well supported · today the same", 1},
      {"compute-us-90pct", "2025-04-15", "On 15 Apr 2025 the status was: never well supported · today the same", 0},
      {"compute-us-90pct", "2024-12-31",
       "On 31 Dec 2024 the article had not appeared yet · today: never well supported", 0},
      {"compute-us-90pct", "2024", "On 31 Dec 2024 the article had not appeared yet · today: never well supported", 0},
      {"conclusion-gap-widening", "2026-10-05", "On 5 Oct 2026 the status was: overturned · today the same", 0},
      {"conclusion-gap-widening", "2026-10-04", "On 4 Oct 2026 the status was: holds · today: overturned", 0},
      // Today and whatever reaches today is no earlier day.
      {"conclusion-gap-widening", "2026-11-24", "Status: overturned · reviewed 23 Nov 2026", 0},
      {"conclusion-gap-widening", "2026", "Status: overturned · reviewed 23 Nov 2026", 0},
      {"conclusion-gap-widening", "2027", "Status: overturned · reviewed 23 Nov 2026", 0},
  };
  for (const auto& [id, as_of, status, items] : rows) {
    CAPTURE(as_of);
    const auto what = claim_of(id, "en", as_of);
    CHECK(what.status == status);
    CHECK(what.items.size() == items);
    CHECK(what.heading.empty() == (items == 0));
  }
  CHECK(claim_of("compute-us-90pct", "en", "2024-12-31").body.empty());
  CHECK(claim_of("compute-china-underutilised", "zh", "2025-06").status ==
        "2025年6月30日时的状态：成立 · 如今：已过时");
}

TEST_CASE("as of a day between the article and its first verdict") {
  auto of = sample();
  of.claims[0].history[0].from = date("2025-03");
  const auto what = compose_claim(of, of.claims[0], words(), "en", "", samples::today, date("2025-02-10"));
  CHECK(what.status == "On 10 Feb 2025 there was no verdict yet · today: never well supported");
  CHECK(what.body.empty());
}

TEST_CASE("the status line tells when nobody looks any more") {
  auto of = sample();
  auto& one = of.claims[0];
  const auto line = [&](day today) { return status_line(one, words(), "en", today); };
  CHECK(line(samples::today) == "Status: never well supported · reviewed 23 Nov 2026");
  const auto due = date("2026-11-23").first_day() + std::chrono::days{90};
  CHECK(line(due) == "Status: never well supported · reviewed 23 Nov 2026");
  CHECK(line(due + std::chrono::days{1}) == "Status: never well supported · reviewed 23 Nov 2026 · review overdue");
  one.review.retired_on = date("2027-06-01");
  CHECK(line(date("2027-05-31").first_day()) == "Status: never well supported · reviewed 23 Nov 2026");
  CHECK(line(date("2027-06-01").first_day()) ==
        "Status: never well supported · reviewed 23 Nov 2026 · no longer reviewed");
  CHECK(line(date("2024-06-01").first_day()) == "Status: not judged yet");
}

TEST_CASE("evidence: at most four items, and the heading does not promise what is not newer") {
  auto of = sample();
  CHECK(compose_claim(of, of.claims[0], words(), "en", "", samples::today).heading == "Newer evidence");
  CHECK(compose_claim(of, of.claims[1], words(), "en", "", samples::today).heading == "Evidence, newest first");
  for (int i = 0; i < 5; ++i) of.claims[0].evidence.push_back(of.claims[0].evidence.front());
  CHECK(compose_claim(of, of.claims[0], words(), "en", "", samples::today).items.size() == 4);
  of.claims[0].evidence.clear();
  const auto bare = compose_claim(of, of.claims[0], words(), "en", "", samples::today);
  CHECK(bare.heading.empty());
  CHECK(plain(bare).find("Newer") == std::string::npos);
  of.claims[1].evidence.resize(1);
  of.claims[1].evidence[0].published = date("2025");  // may be January, so it is not certainly newer
  CHECK(compose_claim(of, of.claims[1], words(), "en", "", samples::today).heading == "Evidence, newest first");
}

TEST_CASE("the real article: every claim's answer fits 300 characters with its words whole") {
  const auto loaded = load_knowledge(std::string{SOURCE_DIR} + "/knowledge");
  REQUIRE(!loaded.articles.empty());
  const auto public_url = "https://stillholds.example.org";
  for (const auto& of : loaded.articles) {
    REQUIRE(of.claims.size() >= 31);
    for (const auto& claim : of.claims) {
      for (const auto* language : {"en", "zh"}) {
        CAPTURE(claim.id);
        CAPTURE(language);
        const auto what = compose_claim(of, claim, words(), language, public_url, samples::today);
        const auto text = write(what, plain_dialect(300));
        CHECK(code_points(text) <= 300);
        CHECK(text.find("…") == std::string::npos);
        CHECK(text.find(what.lead) != std::string::npos);
        CHECK(text.find(what.status) != std::string::npos);
        CHECK(text.find(what.link) != std::string::npos);
      }
    }
  }
}
