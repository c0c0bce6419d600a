#include "knowledge/answers/article_answer.hpp"

#include <doctest/doctest.h>

#include "knowledge/answers/fit.hpp"
#include "tests/samples.hpp"

using namespace stillholds;
using samples::date;

namespace {

const wording& words() { return wording::built_in(); }

std::string plain(const answer& what) { return write(what, plain_dialect()); }

article sample() { return samples::small_article(); }

answer article_of(article_topic topic, std::string_view language = "en", std::string_view since = "",
                  std::string_view as_of = "") {
  return compose_article(sample(), topic, words(), language, samples::public_url, samples::today,
                         since.empty() ? std::nullopt : std::optional{date(since)},
                         as_of.empty() ? std::nullopt : std::optional{date(as_of)});
}

}  // namespace

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
        "共6条论断：1条成立、1条部分成立、1条已过时、1条已被推翻、1条一直缺乏依据、1条尚无定论。");
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
