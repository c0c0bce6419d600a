#include "knowledge/answers/compose.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "knowledge/answers/fit.hpp"
#include "knowledge/answers/near_ids.hpp"
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

answer article_of(article_topic topic, std::string_view language = "en", std::string_view since = "",
                  std::string_view as_of = "") {
  return compose_article(sample(), topic, words(), language, samples::public_url, samples::today,
                         since.empty() ? std::nullopt : std::optional{date(since)},
                         as_of.empty() ? std::nullopt : std::optional{date(as_of)});
}

// A conversation with one snapshot; each test changes what it needs.
struct talk {
  snapshot whole{{sample()}, {}};
  stillholds::outcome outcome{};
  thread_memory memory{};
  std::vector<std::string> within{};
  std::string article_id{};

  [[nodiscard]] answer say() const {
    return compose({.snapshot = whole,
                    .outcome = outcome,
                    .wording = words(),
                    .memory = memory,
                    .public_url = samples::public_url,
                    .article_id = article_id,
                    .today = samples::today,
                    .within = within});
  }
  [[nodiscard]] answer asks(std::string claim_id) {
    outcome.kind = outcome_kind::claim;
    outcome.claim_id = std::move(claim_id);
    return say();
  }
  [[nodiscard]] answer commands(command_kind kind, std::string argument = {}) {
    outcome.kind = outcome_kind::command;
    outcome.command = {.kind = kind, .argument = std::move(argument), .date = std::nullopt};
    return say();
  }
};

candidate near(std::string id) {
  candidate one;
  one.claim_id = std::move(id);
  return one;
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
        "完整记录: https://bot.example.org/a/us-china-ai-gap/compute-us-90pct · 不是您要问的？请回复“other”");
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

TEST_CASE("the article: counts in words, what matters first, the digest, a link") {
  const auto what = article_of(article_topic::update);
  CHECK(what.lead ==
        "\"The Gap Between the U.S. & China in AI Is Widening, Not Narrowing\" (Shenzhen AI Industry Association, Jan "
        "2025)");
  CHECK(what.status ==
        "Of 6 claims 1 holds, 1 partly holds, 1 is outdated, 1 is overturned, 1 never had good support and 1 is "
        "unresolved.");
  CHECK(what.body == "Best as an editor's note with a status for each claim. The figures need correction.");
  CHECK(what.heading == "Most important first");
  REQUIRE(what.items.size() == 4);
  CHECK(what.items[0] == answer_item{.label = "overturned since 5 Oct 2026",
                                     .text = "The gap is widening with no signs of convergence.",
                                     .url = "https://bot.example.org/a/us-china-ai-gap/conclusion-gap-widening"});
  CHECK(what.items[1].label == "outdated since Mar 2026");
  CHECK(what.items[2].label == "never well supported");
  CHECK(what.items[3].label == "partly holds");
  CHECK(what.link == "https://bot.example.org/a/us-china-ai-gap");
  CHECK(what.claim_id.empty());
  CHECK(what.status_word.empty());

  CHECK(article_of(article_topic::overview).body.empty());
  CHECK(article_of(article_topic::changed, "zh").body == "模型差距缩小，算力领先扩大。");
  CHECK(article_of(article_topic::update, "zh").body ==
        "Best as an editor's note with a status for each claim. The figures need correction.\n此内容目前只有英文。");
  CHECK(article_of(article_topic::update, "zh").status ==
        "共6条论断：1条成立、1条部分成立、1条已过时、1条已被推翻、1条一直缺乏依据和1条尚无定论。");
  const auto origin = article_of(article_topic::provenance);
  CHECK(origin.body ==
        "Quoted by Rui, 13 Mar 2025. Last reviewed 23 Nov 2026.\nAll wording comes from a note of 13 March 2025.");
  CHECK(origin.items.empty());
}

TEST_CASE("the list: by section, each claim with its status and the id to ask for it") {
  const auto what = article_of(article_topic::list);
  REQUIRE(what.items.size() == 3);
  CHECK(what.items[0].label == "Computing power");
  CHECK(what.items[0].text ==
        "compute-us-90pct (never well supported), compute-china-underutilised (outdated), compute-lead-expanding "
        "(holds)");
  CHECK(what.items[2].text == "conclusion-gap-widening (overturned)");
  CHECK(plain(what).ends_with(
      "All claims: https://bot.example.org/a/us-china-ai-gap · for one of them reply \"claim\" and its id"));
}

TEST_CASE("changes since a date: only statuses that began after it") {
  struct row {
    std::string_view since, status;
    std::vector<std::string> labels;
    bool digest;
  };
  const row rows[] = {
      {"2025-01",
       "2 statuses have changed since Jan 2025.",
       {"overturned since 5 Oct 2026", "outdated since Mar 2026"},
       true},
      {"2025-06-01",
       "2 statuses have changed since 1 Jun 2025.",
       {"overturned since 5 Oct 2026", "outdated since Mar 2026"},
       false},
      {"2026-03-01", "1 status has changed since 1 Mar 2026.", {"overturned since 5 Oct 2026"}, false},
      {"2026-10-04", "1 status has changed since 4 Oct 2026.", {"overturned since 5 Oct 2026"}, false},
      {"2026-10", "1 status has changed since Oct 2026.", {"overturned since 5 Oct 2026"}, false},
      {"2026-10-05", "No status has changed since 5 Oct 2026.", {}, false},
      {"2027", "No status has changed since 2027.", {}, false},
  };
  for (const auto& [since, status, labels, digest] : rows) {
    CAPTURE(since);
    const auto what = article_of(article_topic::changed, "en", since);
    CHECK(what.status == status);
    std::vector<std::string> shown;
    for (const auto& item : what.items) shown.push_back(item.label);
    CHECK(shown == labels);
    CHECK(what.body.starts_with("Of 6 claims 1 holds"));
    CHECK((what.body.find("The model gap shrank.") != std::string::npos) == digest);
  }
}

TEST_CASE("a new review of the same status is no change, and a status that came and went is none either") {
  auto of = sample();
  auto& history = of.claims[1].history;
  history.push_back(samples::judged("2026-11", status::outdated, "Still so."));
  const auto one = standing_on(of, of.claims[1], samples::today);
  REQUIRE(one);
  CHECK(one->since == &history[1]);
  CHECK(changed_since(of, date("2026-10-06"), samples::today).empty());
  history.push_back(samples::judged("2026-11-20", status::holds, "It holds again."));
  CHECK(standing_on(of, of.claims[1], samples::today)->since == &history[3]);
  CHECK(changed_since(of, date("2025-06"), samples::today).size() == 1);  // from holds to holds: not counted
  CHECK(changed_since(of, date("2026-05"), samples::today).size() == 2);  // from outdated to holds: counted
}

TEST_CASE("a history that begins after the article begins with a change") {
  auto of = sample();
  of.claims[0].history[0].from = date("2026-02");
  const auto one = standing_on(of, of.claims[0], samples::today);
  REQUIRE(one);
  CHECK(one->changed);
  CHECK_FALSE(standing_on(of, of.claims[0], date("2025-06").first_day()));
  CHECK(count_statuses(of, date("2025-06").first_day()).unjudged == 1);
  CHECK(
      say_counts(count_statuses(of, date("2025-06").first_day()), words(), "en").ends_with("and 1 is not judged yet"));
}

TEST_CASE("the article as of an earlier day") {
  const auto what = article_of(article_topic::overview, "en", "", "2025-06");
  CHECK(what.status ==
        "As of 30 Jun 2025, of 6 claims 3 hold, 1 partly holds, 1 never had good support and 1 is unresolved.");
  CHECK(what.body.starts_with("Today 1 holds, 1 partly holds, 1 is outdated"));
  CHECK(what.items.size() == 2);
  CHECK(article_of(article_topic::update, "en", "", "2025-06").body.find("editor") == std::string::npos);
  const auto before = article_of(article_topic::overview, "en", "", "2024");
  CHECK(before.status == "On 31 Dec 2024 the article had not appeared yet.");
  CHECK(before.items.empty());
}

TEST_CASE("a matched claim remembers what came next, for \"other\"") {
  talk one;
  one.outcome.candidates = {near("compute-us-90pct"), near("compute-lead-expanding"), near("no-such"),
                            near("data-us-quality"), near("data-sector-models")};
  const auto said = one.asks("compute-us-90pct");
  CHECK(said.kind == answer_kind::claim);
  CHECK(said.suggested == std::vector<std::string>{"compute-lead-expanding", "data-us-quality", "data-sector-models"});
  CHECK(said.items.size() == 3);  // the evidence, not the runners-up
}

TEST_CASE("the same claim asked again is one line; after a change it is the new answer with a word") {
  talk one;
  one.memory.shown_before_on = date("2026-11-03").first_day();
  one.memory.shown_before_is_current = true;
  const auto again = one.asks("compute-us-90pct");
  CHECK(again.kind == answer_kind::repeat);
  CHECK(plain(again) ==
        "Answered here already on 3 Nov 2026, nothing new since; status: never well supported. "
        "Full history: https://bot.example.org/a/us-china-ai-gap/compute-us-90pct");
  CHECK(again.claim_id == "compute-us-90pct");
  CHECK(again.status_word == "unsupported");

  one.outcome.as_of = date("2025-06");
  CHECK(one.asks("compute-us-90pct").kind == answer_kind::claim);  // another day is another question
  one.outcome.as_of.reset();

  one.memory.shown_before_is_current = false;
  const auto changed = one.asks("compute-us-90pct");
  CHECK(changed.kind == answer_kind::claim);
  CHECK(changed.body.starts_with("This has changed since it was answered here on 3 Nov 2026.\nNo published estimate"));
  CHECK(changed.items.size() == 3);

  one.outcome.language = "zh";
  one.memory.shown_before_is_current = true;
  CHECK(
      plain(one.asks("compute-us-90pct")).starts_with("已于2026年11月3日在此回答，此后没有更新；状态：一直缺乏依据。"));
}

TEST_CASE("suggestions are numbered and can be answered") {
  talk one;
  one.outcome.kind = outcome_kind::suggest;
  one.outcome.suggestions = {"compute-us-90pct", "gone", "compute-lead-expanding", "data-us-quality",
                             "data-sector-models"};
  const auto said = one.say();
  CHECK(plain(said) ==
        "Did you mean one of these? Answer with its number.\n"
        "1. The United States holds about 90 percent of the world's AI computing power. (compute-us-90pct)\n"
        "2. The US lead in AI computing power is growing. (compute-lead-expanding)\n"
        "3. The US benefits from high-quality datasets. (data-us-quality)\n"
        "All claims: https://bot.example.org/a/us-china-ai-gap");
  CHECK(said.suggested == std::vector<std::string>{"compute-us-90pct", "compute-lead-expanding", "data-us-quality"});
  CHECK(said.claim_id.empty());
  one.memory.last_suggested = said.suggested;
  const auto picked = one.commands(command_kind::pick, "2");
  CHECK(picked.claim_id == "compute-lead-expanding");
  CHECK(picked.suggested == std::vector<std::string>{"compute-us-90pct", "data-us-quality"});
  for (const auto* bad : {"0", "4", "x", "", "-1", "2x", "99999999999999999999999"}) {
    CHECK(plain(one.commands(command_kind::pick, bad)).starts_with("There is no open choice with that number here."));
  }
  one.outcome.kind = outcome_kind::suggest;
  one.outcome.suggestions = {"data-us-quality"};
  CHECK(one.say().lead == "Did you mean this? Answer with 1.");
  one.outcome.suggestions = {"gone"};
  CHECK(one.say().kind == answer_kind::none);
}

TEST_CASE("not covered is one line that tells what is") {
  talk one;
  CHECK(plain(one.say()) ==
        "Not covered here. Covered: Computing power, Data resources and Conclusion, as in \"The Gap Between the U.S. & "
        "China "
        "in AI Is Widening, Not Narrowing\". All claims: https://bot.example.org/a/us-china-ai-gap");
  CHECK(one.say().kind == answer_kind::none);
  CHECK(one.asks("no-such-claim").kind == answer_kind::none);
  one.outcome = {};
  one.outcome.language = "zh";
  CHECK(plain(one.say()).starts_with("这里没有收录这个问题。已收录的内容：算力、数据资源和Conclusion，出自《The Gap"));
}

TEST_CASE("several articles, and none") {
  auto other = sample();
  other.id = "z-other";
  other.title = "Another Piece";
  for (auto& claim : other.claims) claim.id += "-2";
  talk two{.whole = snapshot{{sample(), other}, {}}};
  CHECK(two.say().lead ==
        "Not covered here. Covered: \"The Gap Between the U.S. & China in AI Is Widening, Not Narrowing\" and "
        "\"Another Piece\".");
  two.article_id = "z-other";
  CHECK(two.say().lead.find("\"Another Piece\"") != std::string::npos);
  two.outcome.kind = outcome_kind::article;
  CHECK(two.say().article_id == "z-other");
  two.outcome.article_id = "us-china-ai-gap";
  CHECK(two.say().article_id == "us-china-ai-gap");
  two.within = {"z-other"};
  CHECK(two.say().article_id == "z-other");
  CHECK(two.asks("compute-us-90pct").kind == answer_kind::none);  // not spoken of in this space
  CHECK(two.asks("compute-us-90pct-2").kind == answer_kind::claim);

  talk empty{.whole = snapshot{{}, {}}};
  CHECK(plain(empty.say()) == "Nothing is covered here yet.");
  CHECK(plain(empty.commands(command_kind::help)) == "Nothing is covered here yet.");
  CHECK(empty.commands(command_kind::list).kind == answer_kind::none);
  CHECK(plain(empty.commands(command_kind::other)) == "Nothing else here comes near that question.");
}

TEST_CASE("help is two lines") {
  talk one;
  const auto said = one.commands(command_kind::help);
  CHECK(said.kind == answer_kind::help);
  const auto text = plain(said);
  CHECK(std::ranges::count(text, '\n') == 1);
  for (const auto* word : {"list", "claim <id>", "changes since", "follow", "forget me", "this is wrong", "other"}) {
    CHECK(text.find(word) != std::string::npos);
  }
}

TEST_CASE("claim <id>: shown, or near ids, and never a reader's own words") {
  talk one;
  CHECK(one.commands(command_kind::show_claim, "data-us-quality").claim_id == "data-us-quality");
  const auto near = one.commands(command_kind::show_claim, "compute-us-90");
  CHECK(near.kind == answer_kind::suggest);
  CHECK(near.lead == "There is no claim \"compute-us-90\". Near it; answer with a number:");
  CHECK(near.suggested.front() == "compute-us-90pct");
  const auto far = one.commands(command_kind::show_claim, "zebra");
  CHECK(plain(far) == "There is no claim of that name. Reply \"list\" to see them all.");
  for (const auto* hostile :
       {"compute-us-90pct https://evil.example", "<b>compute</b>-us", "@everyone compute-us-90pct"}) {
    const auto text = plain(one.commands(command_kind::show_claim, hostile));
    CHECK(text.find("evil") == std::string::npos);
    CHECK(text.find('<') == std::string::npos);
    CHECK(text.find('@') == std::string::npos);
  }
}

TEST_CASE("near ids") {
  const std::vector<std::string> ids{"compute-us-90pct", "compute-lead-expanding", "talent-us-over-50pct",
                                     "apps-tesla"};
  CHECK(near_ids("compute-us-90pc", ids).front() == "compute-us-90pct");
  CHECK(near_ids("tesla", ids) == std::vector<std::string>{"apps-tesla"});
  CHECK(near_ids("Apps-Tesal", ids) == std::vector<std::string>{"apps-tesla"});
  CHECK(near_ids("lead", ids) == std::vector<std::string>{"compute-lead-expanding"});
  CHECK(near_ids("us", ids).size() == 2);
  CHECK(near_ids("compute", ids).size() == 2);
  CHECK(near_ids("zebra", ids).empty());
  CHECK(near_ids("", ids).empty());
  CHECK(near_ids("  ", ids).empty());
  CHECK(near_ids(std::string(1000, 'a'), ids).empty());
}

TEST_CASE("\"did this hold in June 2025?\" means the claim last shown") {
  talk one;
  one.outcome.as_of = date("2025-06");
  CHECK(plain(one.commands(command_kind::about_last)).starts_with("Which claim do you mean?"));
  one.memory.last_claim = "compute-china-underutilised";
  const auto said = one.commands(command_kind::about_last);
  CHECK(said.claim_id == "compute-china-underutilised");
  CHECK(said.status == "On 30 Jun 2025 the status was: holds · today: outdated");
}

TEST_CASE("other: what came next, or nothing") {
  talk one;
  one.memory.last_claim = "compute-us-90pct";
  one.memory.last_candidates = {"compute-us-90pct", "compute-lead-expanding", "data-us-quality"};
  const auto said = one.commands(command_kind::other);
  CHECK(said.kind == answer_kind::suggest);
  CHECK(said.lead == "These came near as well. Answer with a number.");
  CHECK(said.suggested == std::vector<std::string>{"compute-lead-expanding", "data-us-quality"});
  one.memory.last_candidates.clear();
  CHECK(plain(one.commands(command_kind::other)) ==
        "Nothing else here comes near that question. All claims: https://bot.example.org/a/us-china-ai-gap");
}

TEST_CASE("confirmations say what the service does") {
  talk one;
  using enum command_kind;
  CHECK(plain(one.commands(forget_me)) ==
        "The text of your questions has been deleted from this service. Answers already posted stay.");
  CHECK(plain(one.commands(follow)).starts_with("Which claim do you mean?"));
  CHECK(plain(one.commands(this_is_wrong, "the number is 80")).starts_with("Which claim do you mean?"));
  CHECK(plain(one.commands(unfollow)) == "No more lines here about changes.");
  const auto followed = one.commands(follow, "data-us-quality");
  CHECK(plain(followed) ==
        "You will get one line here when its status changes: The US benefits from high-quality datasets. · to end that "
        "reply "
        "\"unfollow\"");
  CHECK(followed.claim_id.empty());  // it was not shown
  CHECK(plain(one.commands(unfollow, "data-us-quality")) ==
        "No more lines here about this: The US benefits from high-quality datasets.");
  CHECK(one.commands(follow, "zebra").lead.starts_with("There is no claim of that name."));

  one.memory.last_claim = "compute-us-90pct";
  CHECK(one.commands(follow).lead.starts_with(
      "You will get one line here when its status changes: The United States holds"));
  const auto wrong = one.commands(this_is_wrong, "look at https://evil.example");
  CHECK(wrong.lead.starts_with("Passed on to the moderators"));
  CHECK(wrong.lead.find("evil") == std::string::npos);
  CHECK(wrong.claim_id == "compute-us-90pct");
  CHECK(wrong.status_word.empty());
  CHECK(plain(one.commands(this_is_wrong)).starts_with("To tell the moderators, reply"));
}

TEST_CASE("changes since: from the command's date") {
  talk one;
  one.outcome.kind = outcome_kind::command;
  one.outcome.command = {.kind = command_kind::changes_since, .argument = {}, .date = date("2026-05")};
  CHECK(one.say().status == "1 status has changed since May 2026.");
  one.outcome.command.date.reset();
  CHECK(one.say().status.starts_with("Of 6 claims"));
}

TEST_CASE("notices are one line in both languages") {
  for (const auto* key : {"cap_person", "cap_thread", "cap_space", "paused"}) {
    for (const auto* language : {"en", "zh"}) {
      const auto said = compose_notice(words(), language, key);
      CHECK(said.kind == answer_kind::notice);
      CHECK(said.lead.find("notice.") == std::string::npos);
      CHECK(plain(said).find('\n') == std::string::npos);
    }
  }
}

TEST_CASE("no answer of ours begins with a yes or a no") {
  talk one;
  for (const auto* language : {"en", "zh"}) {
    one.outcome.language = language;
    for (const auto& claim : one.whole.articles[0].claims) {
      const auto text = ascii_lower(plain(one.asks(claim.id)));
      CHECK_FALSE(text.starts_with("yes"));
      CHECK_FALSE(text.starts_with("no,"));
      CHECK_FALSE(text.starts_with("是的"));
    }
  }
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
