// Commands, questions about the whole article, and dates: what is recognised, and what must be left alone.
#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/matching/commands.hpp"
#include "knowledge/matching/intent.hpp"
#include "knowledge/terms/clean.hpp"
#include "knowledge/terms/dates.hpp"

using namespace stillholds;

namespace {

constexpr day today{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24}};

std::optional<command> said(std::string_view text) {
  return parse_command(text, today, [](std::string_view id) { return id == "ferry-40pct" || id == "crane"; });
}

intent read(std::string_view text) { return read_intent(tokenise(clean(text)), text.contains('?')); }

}  // namespace

TEST_CASE("commands in both languages") {
  struct row {
    std::string_view text;
    command_kind kind;
    std::string_view argument;
  };
  for (const auto& [text, kind, argument] : std::vector<row>{
           {"", command_kind::help, ""},
           {"   ", command_kind::help, ""},
           {"?", command_kind::help, ""},
           {"help", command_kind::help, ""},
           {"Help!", command_kind::help, ""},
           {"what can you do?", command_kind::help, ""},
           {"帮助", command_kind::help, ""},
           {"怎么用？", command_kind::help, ""},
           {"list", command_kind::list, ""},
           {"LIST", command_kind::list, ""},
           {"列表", command_kind::list, ""},
           {"list everything!", command_kind::list, ""},
           {"Give me the list", command_kind::list, ""},
           {"列出所有", command_kind::list, ""},
           {"claim ferry-40pct", command_kind::show_claim, "ferry-40pct"},
           {"Claim: ferry-40pct.", command_kind::show_claim, "ferry-40pct"},
           {"claim no-such-id", command_kind::show_claim, "no-such-id"},
           {"ferry-40pct", command_kind::show_claim, "ferry-40pct"},
           {"crane", command_kind::show_claim, "crane"},
           {"follow", command_kind::follow, ""},
           {"follow ferry-40pct", command_kind::follow, "ferry-40pct"},
           {"关注", command_kind::follow, ""},
           {"unfollow", command_kind::unfollow, ""},
           {"unfollow ferry-40pct", command_kind::unfollow, "ferry-40pct"},
           {"取消关注", command_kind::unfollow, ""},
           {"forget me", command_kind::forget_me, ""},
           {"Forget me, please", command_kind::forget_me, ""},
           {"忘记我", command_kind::forget_me, ""},
           {"this is wrong: the ferry carries 12%, see Port Report", command_kind::this_is_wrong,
            "the ferry carries 12%, see Port Report"},
           {"This is wrong", command_kind::this_is_wrong, ""},
           {"这不对：渡轮只有12%", command_kind::this_is_wrong, "渡轮只有12%"},
           {"other", command_kind::other, ""},
           {"Not what I meant", command_kind::other, ""},
           {"其他", command_kind::other, ""},
           {"不是这个", command_kind::other, ""},
           {"2", command_kind::pick, "2"},
           {"#3", command_kind::pick, "3"},
           {"1.", command_kind::pick, "1"},
           {"２", command_kind::pick, "2"},
           {"the second one", command_kind::pick, "2"},
           {"第二个", command_kind::pick, "2"},
           {"number 2 please", command_kind::pick, "2"},
           {"选2", command_kind::pick, "2"},
           {"show me claim ferry-40pct", command_kind::show_claim, "ferry-40pct"},
           {"changes since 2025-06", command_kind::changes_since, "2025-06"},
           {"changes since June 2025", command_kind::changes_since, "2025-06"},
           {"Changes since January", command_kind::changes_since, "2026-01"},
           {"2025年6月以来的变化", command_kind::changes_since, "2025-06"},
       }) {
    CAPTURE(text);
    const auto found = said(text);
    REQUIRE(found);
    CHECK(found->kind == kind);
    CHECK(found->argument == argument);
    CHECK(found->date.has_value() == (kind == command_kind::changes_since));
  }
}

TEST_CASE("questions are not commands") {
  for (const std::string_view text : {"help China catch up?",
                                      "list of chips that are banned",
                                      "claim that the ferry is full is false?",
                                      "claim false",
                                      "follow the money",
                                      "this is wrong about the ferry, isn't it",
                                      "other countries do better",
                                      "10",
                                      "0",
                                      "2 percent?",
                                      "changes in the ferry since June 2025",
                                      "changes since 2027-01",
                                      "changes",
                                      "第二大港口是哪个",
                                      "其他国家呢",
                                      "列表里的说法对吗",
                                      "unknown-id",
                                      "follow crane-less ports",
                                      "show open-source",
                                      "neither side",
                                      "info",
                                      "man"}) {
    CAPTURE(text);
    CHECK_FALSE(said(text));
  }
}

TEST_CASE("questions about the whole article") {
  struct row {
    std::string_view text;
    article_topic topic;
  };
  using enum article_topic;
  for (const auto& [text, topic] : std::vector<row>{
           {"should they update the piece or nah?", update},
           {"Does this article need an update", update},
           {"this needs a rewrite", update},
           {"why don't they just fix the damn article", update},
           {"would you retract it", update},
           {"isn't it time for a correction?", update},
           {"update?", update},
           {"Shouldn't this be retracted?", update},
           {"is this due for a rewrite", update},
           {"why has nobody updated this", update},
           {"赶紧改文章！", update},
           {"worth editing or just delete it", update},
           {"are the numbers in here reliable", overview},
           {"show me everything you've checked", list},
           {"what's different compared to when this was published", changed},
           {"最后更新是什么时候", provenance},
           {"this is true?", overview},
           {"what percent of the article holds up", overview},
           {"tl;dr", overview},
           {"what can I ask you", list},
           {"as of?", provenance},
           {"how fresh is this data", provenance},
           {"where did you get these numbers", provenance},
           {"这篇文章需要更新吗", update},
           {"他们该不该更正", update},
           {"文章是不是该撤回了", update},
           {"what changed?", changed},
           {"what's new since then", changed},
           {"so nothing has changed, right?", changed},
           {"has anything changed", changed},
           {"anything different now?", changed},
           {"any updates?", changed},
           {"有什么变化", changed},
           {"之后哪些变了", changed},
           {"list the claims", list},
           {"show me all the claims", list},
           {"what does the article say", list},
           {"which claims do you track", list},
           {"列出所有论断", list},
           {"这篇文章讲了什么", list},
           {"is any of this still true?", overview},
           {"none of this holds anymore", overview},
           {"how many claims are overturned", overview},
           {"how many of these claims failed", overview},
           {"how much of this is bullshit", overview},
           {"what still holds and what doesn't", overview},
           {"which parts are wrong", overview},
           {"isn't all of this outdated by now", overview},
           {"did this age well?", overview},
           {"tldr", overview},
           {"is this whole thing still worth reading?", overview},
           {"this thing is almost 2 years old lol is any of it still true", overview},
           {"somebody should rewrite this, no? its nearly two years old", update},
           {"are most of the points still valid or is it mostly outdated", overview},
           {"give me the short version, whats right and whats wrong in here", overview},
           {"which parts aged worst", overview},
           {"got links for all this fact checking?", provenance},
           {"would you say they need to publish a new version of this", update},
           {"what would you change if you rewrote the piece", update},
           {"what would you change here?", update},
           {"how many claims did you look at in total", overview},
           {"你核对了哪些内容，列一下", list},
           {"can u give me a quick list of what's right and whats wrong in here", overview},
           {"which numbers in the article never had any backing", provenance},
           {"give me a summary", overview},
           {"现在还成立吗", overview},
           {"有几条被推翻了", overview},
           {"这篇文章全是胡说八道吧", overview},
           {"总结一下", overview},
           {"sources?", provenance},
           {"what are your sources", provenance},
           {"when was this last checked", provenance},
           {"who checked this", provenance},
           {"how do you know", provenance},
           {"how old is this info", provenance},
           {"where do you get this from", provenance},
           {"来源是什么", provenance},
           {"什么时候核查的", provenance},
       }) {
    CAPTURE(text);
    const auto found = read(text);
    REQUIRE(found.topic);
    CHECK(*found.topic == topic);
    CHECK(found.rest.empty());
  }
}

TEST_CASE("what a question says beyond such phrases is kept") {
  for (const std::string_view text :
       {"has the ferry's share changed since then?", "what are the sources for the crane", "is the toll still true",
        "should they update the ferry part", "渡轮的比例变了吗", "起重机的来源是什么", "is the harbour outdated",
        "how many ferries still run", "what changed in Rotterdam", "40% still true?"}) {
    CAPTURE(text);
    CHECK_FALSE(read(text).rest.empty());
  }
}

TEST_CASE("chatter is about nothing") {
  for (const std::string_view text : {"lol", "thanks", "first", "great post, thanks for sharing!", "nice one", "好文章",
                                      "转发了", "I disagree", "that is true", "that's right", "this is true",
                                      "how old are you", "where are you from", "everything changes"}) {
    CAPTURE(text);
    CHECK_FALSE(read(text).topic);
  }
}

TEST_CASE("pointing at one thing is told from meaning the whole") {
  CHECK(read("did this hold").only_pointing);
  CHECK(read("was it true").only_pointing);
  CHECK(read("当时成立吗").only_pointing);
  CHECK_FALSE(read("did any of this hold").only_pointing);
  CHECK_FALSE(read("how many of these hold").only_pointing);
  CHECK_FALSE(read("哪些成立").only_pointing);
  CHECK(read("is the article right").names_article);
  CHECK(read("这篇文章").names_article);
  CHECK_FALSE(read("is it right").names_article);
}

TEST_CASE("dates and what they are for") {
  struct row {
    std::string_view text;
    std::string_view date;
    date_role role;
    bool adverbial;
  };
  using enum date_role;
  for (const auto& [text, date, role, adverbial] : std::vector<row>{
           {"as of 2025-06 it held", "2025-06", as_of, false},
           {"as of June 2025", "2025-06", as_of, false},
           {"as at 3 June 2025", "2025-06-03", as_of, false},
           {"did this hold in June 2025?", "2025-06", at, true},
           {"was it true on June 3, 2025", "2025-06-03", at, true},
           {"was it true on June 3rd", "2026-06-03", at, true},
           {"back in 2024 it was", "2024", at, true},
           {"by the end of 2025", "2025", at, true},
           {"in early 2025", "2025-03", at, true},
           {"did it hold in mid 2025", "2025-06", at, true},
           {"by the end of 2025", "2025", at, true},
           {"2025年初时", "2025-03", as_of, false},
           {"since 3/2025", "2025-03", since, false},
           {"since 13/03/2025", "2025-03-13", since, false},
           {"since 3/13/2025", "2025-03-13", since, false},
           {"between March 2025 and June", "2025-03", since, false},
           {"in Dec. 2025", "2025-12", at, true},
           {"in December", "2025-12", at, true},
           {"in May", "2026-05", at, true},
           {"2025/06/03", "2025-06-03", at, false},
           {"2025 revenue", "2025", at, false},
           {"since January 2025", "2025-01", since, false},
           {"since 2025-01-10", "2025-01-10", since, false},
           {"last year", "2025", at, true},
           {"last month", "2026-10", at, true},
           {"a year ago", "2025-11", at, true},
           {"six months ago", "2026-05", at, true},
           {"2 years ago", "2024-11", at, true},
           {"2025年6月时成立吗", "2025-06", as_of, false},
           {"截至2025年6月3日", "2025-06-03", as_of, false},
           {"2025年1月以来", "2025-01", since, false},
           {"2025年收入", "2025", at, false},
           {"在2025年6月成立", "2025-06", at, true},
           {"去年", "2025", at, true},
           {"去年6月", "2025-06", at, true},
           {"上个月", "2026-10", at, true},
           {"in 2030", "2030", at, true},
       }) {
    CAPTURE(text);
    const auto found = find_date(tokenise(text), today);
    REQUIRE(found);
    CHECK(found->date.to_string() == date);
    CHECK(found->role == role);
    CHECK(found->adverbial == adverbial);
  }
}

TEST_CASE("no date where none is meant") {
  for (const std::string_view text : {"it may be true", "march on", "90%", "2000 dollars", "$2025", "the 2025ers",
                                      "13/32/2025 nonsense 99", "1/10th", "H200", "", "一年级"}) {
    CAPTURE(text);
    const auto found = find_date(tokenise(text), today);
    CAPTURE((found ? found->date.to_string() : std::string("-")));
    CHECK_FALSE(found);
  }
}
