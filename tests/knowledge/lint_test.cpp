#include "knowledge/review/lint.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "tests/knowledge/knowledge_folder.hpp"

using namespace stillholds;
using namespace std::chrono_literals;

namespace {

const lint_rules rules{.today = day{2026y / 11 / 24}};

std::vector<std::string> lint_of(const knowledge_folder& folder, const lint_rules& by = rules) {
  const auto all = load_knowledge(folder.path());
  CHECK(lines_of(all.faults) == std::vector<std::string>{});
  return lines_of(lint(all.articles, by));
}

std::vector<std::string> lint_answers_of(const knowledge_folder& folder, const lint_rules& by = rules) {
  auto all = load_knowledge(folder.path());
  CHECK(lines_of(all.faults) == std::vector<std::string>{});
  const snapshot whole{std::move(all.articles), std::move(all.golden)};
  return lines_of(lint_answers(whole, by));
}

struct change {
  std::string file;
  std::string from;
  std::string to;
  std::vector<std::string> faults;
};

void check_changes(const std::vector<change>& changes) {
  for (const auto& [file, from, to, faults] : changes) {
    const knowledge_folder folder;
    folder.edit(file, from, to);
    CAPTURE(from);
    CAPTURE(to);
    const auto got = lint_of(folder);
    CHECK_MESSAGE(got == faults, fmt::format("{}", fmt::join(got, "\n")));
  }
}

std::string at_claim(std::string_view rest) { return claim_file + ":" + std::string{rest}; }

}  // namespace

TEST_CASE("a sound knowledge base has no faults") {
  const knowledge_folder folder;
  CHECK(lint_of(folder) == std::vector<std::string>{});
}

TEST_CASE("errors of one claim") {
  const auto after = [](const std::string& verdict) { return "    confidence: medium\n" + verdict + "review_every"; };
  check_changes({
      {claim_file,
       "section: length",
       "section: roof",
       {at_claim("1:10: error: unknown section \"roof\"; use length or load")}},
      {claim_file,
       "quote: The bridge is 90 metres long",
       "quote: The bridge is 80 metres long",
       {at_claim("3:8: error: the quote does not stand in article.txt; copy it from there letter for letter")}},
      {claim_file,
       "quote: The bridge is",
       "quote: the bridge is",
       {at_claim("3:8: error: the quote differs from article.txt in capitals, quotation marks or dashes; copy it "
                 "letter for letter")}},
      {claim_file,
       "quote: The bridge is 90 metres long",
       "quote: long, they say. It carries",
       {}},  // over a line's end
      {claim_file,
       "    confidence: medium\nreview_every",
       after("  - {from: 2025-01-01, status: holds, summary: S., reviewed: 2026-11-01, confidence: low}\n"),
       {at_claim(
           "16:12: error: history is out of order: 2025-01-01 does not come after 2025-01; the newest stands last")}},
      {claim_file,
       "    confidence: medium\nreview_every",
       after("  - {from: 2024-12, status: holds, summary: S., reviewed: 2026-11-01, confidence: low}\n"),
       {at_claim(
           "16:12: error: history is out of order: 2024-12 does not come after 2025-01; the newest stands last")}},
      {claim_file,
       "    confidence: medium\nreview_every",
       after("  - {from: 2025-02, status: holds, summary: S., reviewed: 2026-11-01, confidence: low}\n"),
       {}},
      {claim_file,
       "    published: 2026-04\n",
       "",
       {at_claim("18:5: error: evidence without a date; add published: with the year, month or day")}},
      {claim_file,
       "    source: {publisher: Daily, title: Bridges, url: \"https://daily.example/b?x=1\", kind: secondary}\n",
       "",
       {at_claim("17:1: warning: 1 independent publisher; add evidence from another"),
        at_claim("27:5: error: evidence without a source; add source: with publisher, title, url and kind")}},
  });
}

TEST_CASE("a date in the future, with a day of grace") {
  check_changes({
      {claim_file,
       "from: 2025-01",
       "from: 2026-12",
       {at_claim("11:11: error: from 2026-12 is in the future; write the real date")}},
      {claim_file, "from: 2025-01", "from: 2026-11", {}},
      {claim_file, "from: 2025-01", "from: 2026", {}},
      {claim_file,
       "from: 2025-01",
       "from: 2027",
       {at_claim("11:11: error: from 2027 is in the future; write the real date")}},
      {claim_file, "reviewed: 2026-11-01", "reviewed: 2026-11-25", {}},
      {claim_file,
       "reviewed: 2026-11-01",
       "reviewed: 2026-11-26",
       {at_claim("14:15: error: reviewed 2026-11-26 is in the future; write the real date")}},
      {claim_file,
       "published: 2026-05-02",
       "published: 2026-12-02",
       {at_claim("30:16: error: published 2026-12-02 is in the future; write the real date")}},
      {claim_file,
       "seen: 2026-11-01",
       "seen: 2027-11-01",
       {at_claim("21:11: error: seen 2027-11-01 is in the future; write the real date")}},
      {article_file,
       "published: 2025-01\n",
       "published: 2027-01\n",
       {article_file + ":3:12: error: published 2027-01 is in the future; write the real date"}},
      {article_file,
       "published: 2025-03-13",
       "published: 2027-03-13",
       {article_file + ":8:37: error: published 2027-03-13 is in the future; write the real date"}},
  });
}

TEST_CASE("the article and its mirrors are no evidence, however they are written") {
  const auto fault = at_claim("25:12: error: the source is the article itself or a mirror of it; cite somebody else");
  for (const auto* same : {"https://gazette.example/bridges", "http://www.Gazette.example:80/bridges/?utm=1#top",
                           "https://copy.example/b/", "http://copy.example/b?x"}) {
    check_changes({{claim_file, "url: https://survey.example/lengths", std::string{"url: "} + same, {fault}}});
  }
  for (const auto* other :
       {"https://gazette.example/", "https://gazette.example/bridges/2", "https://gazette.example/Bridges",
        "https://notgazette.example/bridges", "https://copy.example.org/b"}) {
    check_changes({{claim_file, "url: https://survey.example/lengths", std::string{"url: "} + other, {}}});
  }
}

TEST_CASE("warnings of one claim") {
  const auto thin = at_claim("17:1: warning: 1 independent publisher; add evidence from another");
  check_changes({
      {claim_file, "review_every: 90d", "review_every: 23d", {}},
      {claim_file,
       "review_every: 90d",
       "review_every: 22d",
       {at_claim("16:15: warning: review was due on 2026-11-23; look again, then set reviewed")}},
      {claim_file, "review_every: 90d", "review_by: 2026-11", {}},
      {claim_file,
       "review_every: 90d",
       "review_by: 2026-10",
       {at_claim("16:12: warning: review was due on 2026-10-31; look again, then set reviewed and review_by")}},
      {claim_file, "review_every: 90d", "retired: {on: 2026-01, why: Gone.}", {}},
      {claim_file, "publisher: Daily,", "publisher: SURVEY office,", {thin}},
      {claim_file, "publisher: Daily,", "publisher: the gazette,", {thin}},
  });
  const knowledge_folder folder;
  folder.edit(claim_file, "kind: primary", "kind: aggregator");
  CHECK(lint_of(folder) == std::vector<std::string>{});
  folder.edit(claim_file, "kind: secondary", "kind: aggregator");
  CHECK(lint_of(folder) ==
        std::vector<std::string>{at_claim("17:1: warning: only aggregators; add the source they take it from")});
  auto text = folder.read(claim_file);
  folder.write(claim_file, text.substr(0, text.find("evidence:")));
  CHECK(lint_of(folder) ==
        std::vector<std::string>{at_claim("1:1: warning: 0 independent publishers; add evidence from another")});
}

TEST_CASE("a verdict whose newest evidence is older than a year") {
  const knowledge_folder folder;
  folder.edit(claim_file, "published: 2026-05-02", "published: 2025-11-24");
  folder.edit(claim_file, "published: 2026-04", "published: 2025-04");
  CHECK(lint_of(folder) == std::vector<std::string>{});
  folder.edit(claim_file, "published: 2025-11-24", "published: 2025-11-23");
  const auto stale =
      at_claim("17:1: warning: the newest evidence is of 2025-11-23; look for newer, or retire the claim");
  CHECK(lint_of(folder) == std::vector<std::string>{stale});
  folder.edit(claim_file, "review_every: 90d", "retired: {on: 2026-01, why: Gone.}");
  CHECK(lint_of(folder) == std::vector<std::string>{});
  folder.edit(claim_file, "retired: {on: 2026-01, why: Gone.}", "review_every: 90d");
  folder.edit(claim_file, "published: 2025-11-23", "published: 2025");  // may mean its last day
  CHECK(lint_of(folder) == std::vector<std::string>{});
}

TEST_CASE("names and phrasings stand once in the whole knowledge base") {
  const knowledge_folder folder;
  folder.write("articles/other/article.yaml", sample_article);
  folder.edit("articles/other/article.yaml", "[bridge note]", "[Another, ＢRIDGE  Note]");
  folder.edit("articles/other/article.yaml", "{id: load,", "{id: length,");
  folder.write("articles/other/claims/length-90.yaml", sample_claim);
  folder.edit("articles/other/claims/length-90.yaml", "- how long is the bridge",
              "- how wide is it\n  - How long  is the bridge?");
  const std::vector<std::string> expected{
      "articles/other/article.yaml:11:5: error: the section \"length\" stands already in "
      "articles/other/article.yaml:10:5; keep one of "
      "them",
      "articles/other/article.yaml:12:20: error: the alias \"ＢRIDGE Note\" stands already in "
      "articles/bridges/article.yaml:12:11; keep "
      "one of them",
      "articles/other/claims/length-90.yaml:1:1: error: the id \"length-90\" stands already in "
      "articles/bridges/claims/length-90.yaml:1:1; keep one of them",
      "articles/other/claims/length-90.yaml:6:5: error: the phrasing \"How long is the bridge?\" stands already in "
      "articles/bridges/claims/length-90.yaml:5:5; keep one of them",
  };
  const auto got = lint_of(folder);
  CHECK_MESSAGE(got == expected, fmt::format("{}", fmt::join(got, "\n")));
}

TEST_CASE("rules hold for values made in memory, too") {
  article made;
  made.id = "a";
  made.sections = {{"s", "S", {}}};
  claim one;
  one.id = "c";
  one.section = "s";
  one.history = {{.from = {2025, 0, 0}, .summary = "S.", .reviewed = {2026, 11, 1}, .at = {}}};
  one.evidence.resize(1);
  made.claims = {one};
  const auto got = lines_of(lint({made}, rules));
  const std::vector<std::string> expected{
      ": warning: 0 independent publishers; add evidence from another",
      ": error: evidence without a date; add published: with the year, month or day",
      ": error: evidence without a source; add source: with publisher, title, url and kind",
  };
  CHECK_MESSAGE(got == expected, fmt::format("{}", fmt::join(got, "\n")));
}

TEST_CASE("golden questions find what they must") {
  const knowledge_folder folder;
  const auto golden = std::string{"articles/bridges/golden.yaml"};
  CHECK(lint_answers_of(folder) == std::vector<std::string>{});
  folder.write(golden,
               "- ask: how long is the bridge\n  expect: none\n"
               "- ask: who won the football match last night\n  expect: length-90\n"
               "- ask: how long is the bridge\n  expect: length-91\n"
               "- ask: should they update the piece\n  expect: article\n"
               "- ask: who won the football match last night\n  expect: none\n"
               "- ask: help\n  expect: article\n");
  const std::vector<std::string> expected{
      golden +
          ":1:3: error: \"how long is the bridge\" finds the claim \"length-90\" instead of nothing; see which "
          "phrasing is too broad",
      golden +
          ":3:3: error: \"who won the football match last night\" finds nothing instead of the claim \"length-90\"; "
          "add such a "
          "phrasing to also_asked_as there",
      golden + ":5:3: error: there is no claim \"length-91\"; expect a claim's id, article or none",
      golden + ":11:3: error: \"help\" finds a command instead of the article answer; see which phrasing is too broad",
  };
  const auto got = lint_answers_of(folder);
  CHECK_MESSAGE(got == expected, fmt::format("{}", fmt::join(got, "\n")));
}

TEST_CASE("the shortest answer fits the smallest platform") {
  const knowledge_folder folder;
  auto shortest = rules;
  CHECK(lint_answers_of(folder, shortest) == std::vector<std::string>{});
  shortest.smallest_reply = 40;
  const auto got = lint_answers_of(folder, shortest);
  REQUIRE(got.size() == 2);
  CHECK(got[0].starts_with(at_claim("3:8: error: the shortest answer (en) takes ")));
  CHECK(got[0].ends_with(" characters and the smallest platform has room for 40; shorten the quote"));
  CHECK(got[1].starts_with(at_claim("3:8: error: the shortest answer (zh) takes ")));

  // The border is exact: what is just enough for both languages passes, one less does not. Only the address varies.
  const auto needed = [&](std::string_view line) {
    return std::stoul(std::string{line.substr(line.find("takes ") + 6)});
  };
  shortest.smallest_reply = std::max(needed(got[0]), needed(got[1]));
  CHECK(lint_answers_of(folder, shortest) == std::vector<std::string>{});
  shortest.public_url += "x";
  CHECK(lint_answers_of(folder, shortest).size() >= 1);
}
