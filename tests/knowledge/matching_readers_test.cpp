// What readers under the first article ask, and what they must get.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "knowledge/answers/fit.hpp"
#include "knowledge/matching/explain.hpp"
#include "knowledge/ranking/signals.hpp"
#include "tests/first_article.hpp"

using namespace stillholds;
using namespace stillholds::first_article;

TEST_CASE("one question about two claims gets both, shortly") {
  struct row {
    std::string_view question;
    std::string_view first;
    std::string_view second;
  };
  for (const auto& [question, first, second] : std::vector<row>{
           {"did Microsoft spend $80 billion on data centers and did OpenAI get $110 billion?", "compute-microsoft-80b",
            "apps-openai-110b"},
           {"do they have more patents and better ones?", "talent-china-more-patents", "talent-patents-lack-impact"}}) {
    CAPTURE(question);
    const auto found = match(question);
    CAPTURE(found.why);
    CHECK(found.kind == outcome_kind::claim);
    CHECK(found.claim_id == first);
    CHECK(found.second_claim_id == second);
    const auto made = answer_to(question);
    REQUIRE(made.items.size() == 2);
    CHECK(made.items[0].url.ends_with(first));
    CHECK(made.items[1].url.ends_with(second));
    CHECK(made.items[0].label.starts_with("Status: "));
    CHECK(write(made, plain_dialect()).size() < 1200);
  }
}

TEST_CASE("an and between two words makes no second question") {
  for (const std::string_view question :
       {"does the US dominate AI infrastructure, talent and applications",
        "is the gap between the US and China widening", "have AWS, Google and Meta boosted their AI infrastructure?",
        "compare the us and europe in ai", "are the us and japan leading in ai"}) {
    CAPTURE(question);
    const auto found = match(question);
    CAPTURE(found.why);
    CHECK(found.second_claim_id.empty());
  }
}

TEST_CASE("a claim about others than the question names is no answer") {
  for (const std::string_view question :
       {"does India hold 90% of AI compute", "does the UK lead in foundation models",
        "is Russia a second-tier AI player", "does Meta expect $110 billion revenue in 2025",
        "Google plans $80 billion for data centers?", "does China attract over half of top AI researchers",
        "is the gap between China and India in AI narrowing", "is the gap between the US and Europe widening",
        "欧洲的算力占全球九成吗"}) {
    CAPTURE(question);
    const auto found = match(question);
    CAPTURE(found.why);
    CHECK(found.kind != outcome_kind::claim);
    CHECK(found.claim_id.empty());
  }
  CHECK(match("is the gap between China and India in AI narrowing")
            .why.contains("names a place that neither the claim nor the article is about"));
  CHECK(match("does India hold 90% of AI compute").why.contains("none of the names"));
}

TEST_CASE("a decision is explained with the words, the runner-up and what was wanted") {
  const auto found = match("does the US have 90% of global AI computing power");
  CHECK(found.why.starts_with("answered: compute-us-90pct is nearest (sure to "));
  CHECK(found.why.contains("it shares: "));
  CHECK(found.why.contains("90%"));
  CHECK(found.why.contains("next is "));
  REQUIRE_FALSE(found.candidates.empty());
  CHECK(found.candidates[0].signals.size() == signal_count);
  for (const auto& [name, value] : found.candidates[0].signals) {
    CAPTURE(name);
    CHECK_FALSE(describe_signal(name).empty());
    CHECK(value >= 0);
    CHECK(value <= 1.5);
  }
  const auto typo = match("reserch gap widning?");
  CHECK(typo.why.contains("reserch (read as research)"));
  CHECK(match("help").why == "a command: help");
  CHECK(describe_signal("nothing").empty());
  const auto refused = match("who won the football in Lisbon");
  CHECK(refused.kind == outcome_kind::none);
  CHECK(refused.why.starts_with("refused"));
}

TEST_CASE("questions about the whole article, in both languages, denied, rude, and with reasons added") {
  struct row {
    std::string_view text;
    article_topic topic;
  };
  for (const auto& [text, topic] :
       std::vector<row>{{"should they update the piece or nah, since a lot remain unchanged?", article_topic::update},
                        {"they shouldn't update the piece, right?", article_topic::update},
                        {"why the hell hasn't anyone fixed this article yet", article_topic::update},
                        {"does the piece need an update on chips", article_topic::update},
                        {"这篇文章应该更新吗，还是大部分没变？", article_topic::update},
                        {"这篇文章不用改吧", article_topic::update},
                        {"what changed since January 2025", article_topic::changed},
                        {"nothing has changed since then, has it", article_topic::changed},
                        {"how many of these claims were overturned", article_topic::overview},
                        {"they shouldn't have written this crap, is any of it true?", article_topic::overview},
                        {"文章里有多少论断被推翻了", article_topic::overview},
                        {"I'm late, what's the verdict?", article_topic::overview},
                        {"What Has Changed Since This Article Came Out?", article_topic::changed},
                        {"can you sum up what is outdated", article_topic::overview},
                        {"biggest shifts since March 2025?", article_topic::changed},
                        {"这篇文章发表以来哪些地方变了", article_topic::changed},
                        {"the full list of claims please", article_topic::list},
                        {"list the claims", article_topic::list},
                        {"WHICH CLAIMS WERE NEVER SUPPORTED", article_topic::overview},
                        {"can you sum this up", article_topic::overview},
                        {"what sources did you use for this", article_topic::provenance},
                        {"how recent is the evidence behind this", article_topic::provenance},
                        {"列出所有论断", article_topic::list},
                        {"when was this last checked", article_topic::provenance},
                        {"as of when is this", article_topic::provenance},
                        {"does anyone here even check sources", article_topic::provenance},
                        {"截至什么时候", article_topic::provenance},
                        {"这些说法的来源是什么", article_topic::provenance}}) {
    CAPTURE(text);
    const auto found = match(text);
    CAPTURE(found.why);
    CHECK(found.kind == outcome_kind::article);
    CHECK(found.topic == topic);
  }
  // A new version of something else is not one of the piece, nor is "years old" the age of it.
  for (const std::string_view text :
       {"does the article mention the new version of DeepSeek", "is there a new version of Qwen the piece misses?",
        "has OpenAI released a new version of GPT since the article", "are the chips years old or still current",
        "what would you change about America's chip ban in the article", "中国新系列芯片出来了吗"}) {
    CAPTURE(text);
    CHECK(match(text).kind != outcome_kind::article);
  }
  for (const std::string_view text : {"should they update the article's claim that the US has 90% of compute?",
                                      "is the article's 90% figure bullshit"}) {
    CAPTURE(text);
    CHECK(match(text).claim_id == "compute-us-90pct");
  }
}

TEST_CASE("what to do, how to do it and what it costs is asked of others; what is known about it is asked of us") {
  for (const std::string_view text : {"should I buy Nvidia stock",
                                      "how to file a patent in China",
                                      "how much does a Tesla cost",
                                      "how do I use copilot to write an email",
                                      "best laptop for AI",
                                      "is Azure cheaper than AWS",
                                      "专利怎么申请",
                                      "特斯拉要多少钱",
                                      "can I buy Nvidia shares now",
                                      "is nvda a buy",
                                      "is Nvidia a buy after earnings?",
                                      "can i patent an app idea myself",
                                      "ChatGPT一个月多少钱",
                                      "ChatGPT一个月多少钱啊？",
                                      "ChatGPT每月多少钱呢，谢谢",
                                      "ChatGPT Plus一个月多少钱订阅",
                                      "how do I connect copilot to my printer",
                                      "which university is best for studying biology",
                                      "what laptop is best for a student",
                                      "how much are the new meta glasses",
                                      "how much does a robotaxi ticket cost today",
                                      "how do i become an AI researcher"}) {
    CAPTURE(text);
    const auto found = match(text);
    CHECK(found.kind == outcome_kind::none);
    CHECK(found.why.starts_with("refused: asks what to do"));
  }
  for (const auto& [text, claim] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"can you still get Nvidia chips in China", "compute-china-nvidia-limits"},
           {"could we sell Nvidia chips to China", "compute-china-nvidia-limits"},
           {"谷歌和亚马逊每月多少钱建数据中心", "compute-hyperscalers-boost"},
           {"OpenAI每个月多少钱进账", "apps-openai-110b"},
           {"did China put a buy ban on Nvidia chips", "compute-china-nvidia-limits"},
           {"US share of global compute right now?", "compute-us-90pct"},
           {"how much is Meta losing on smart glasses?", "apps-meta-xr"},
           {"how much is Tesla spending on driverless cars", "apps-tesla"},
           {"how can you say Chinese open models trail", "apps-china-trails"},
           {"how do you know China won't become first tier", "conclusion-china-second-tier"},
           {"which GPU is better, Ascend 910C or Nvidia's H20", "compute-china-outdated-domestic"},
           {"what is Meta's smart glasses market share now", "apps-meta-xr"},
           {"cloud market share of US companies now", "data-us-internet-infra"},
           {"is the US still the best place for AI researchers to work", "talent-us-over-50pct"},
           {"谷歌亚马逊今年砸多少钱建数据中心", "compute-hyperscalers-boost"},
           {"is the gap between us and china really getting bigger", "conclusion-gap-widening"}}) {
    CAPTURE(text);
    const auto found = match(text);
    CAPTURE(found.why);
    CHECK((found.claim_id == claim || std::ranges::find(found.suggestions, claim) != found.suggestions.end()));
  }
}

TEST_CASE("what changed is asked for with times of all kinds") {
  for (const auto& [text, since] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"what changed since yesterday", "2026-11-25"},
           {"any changes in the last six months", "2026-05"},
           {"what's changed since the summer", "2026-06"},
           {"what changed between jan 2025 and june 2026", "2025-01"},
           {"what changed this year?", "2026"},
           {"anything new in the past 2 weeks?", "2026-11-12"},
           {"what changed over the last year", "2025"},
           {"今年有什么变化", "2026"},
           {"最近半年有什么变化", "2026-05"},
           {"过去三个月有什么变化", "2026-08"},
           {"去年三月以后有什么变化吗", "2025-03"},
           {"what changed since 13/03/2025", "2025-03-13"}}) {
    CAPTURE(text);
    const auto found = match(text);
    CAPTURE(found.why);
    CHECK(found.kind == outcome_kind::article);
    CHECK(found.topic == article_topic::changed);
    REQUIRE(found.command.date.has_value());
    CHECK(found.command.date->to_string() == since);
  }
}

TEST_CASE("thanks and praise ask nothing") {
  for (const std::string_view text :
       {"thanks for the article", "great piece!", "nice writeup Rui", "好文章", "文章写得不错", "thanks",
        "Thank you so much!!", "ty, good bot", "cheers for the quick reply", "谢谢", "非常感谢你的回答"}) {
    CAPTURE(text);
    CHECK(match(text).kind == outcome_kind::none);
    CHECK(match(text).asks_nothing);
  }
  for (const std::string_view text :
       {"is this article good", "was it a good read", "answer please, thanks", "thx proof", "great, evidence",
        "cool. sources", "great, wrong", "thanks, Huawei", "thank you, battery recycling", "谢谢，来源", "thanks 2025",
        "thanks, and what about India?", "is that good?", "love to know about Taiwan semiconductors",
        "who won the match", "thanks for telling me how old the prime minister of France is"}) {
    CAPTURE(text);
    CHECK_FALSE(match(text).asks_nothing);
  }
  CHECK(match("Rui's post?").kind == outcome_kind::article);
}

TEST_CASE("a question about a section is answered with its claims") {
  for (const auto& [text, section] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"list the claims on talent", "ai-talent"},
           {"should the section on talent be corrected", "ai-talent"},
           {"what does it say about data resources", "data-resources"},
           {"talent", "ai-talent"},
           {"算力？", "computing-power"},
           {"人才那部分有什么变化", "ai-talent"},
           {"what does the article say about large models?", "ai-large-models"}}) {
    CAPTURE(text);
    const auto found = match(text);
    CAPTURE(found.why);
    CHECK(found.kind == outcome_kind::article);
    CHECK(found.section == section);
  }
  CHECK(match("list the claims").section.empty());
  CHECK(match("数据线哪里买").kind == outcome_kind::none);
  const auto made = answer_to("list the claims on talent");
  CHECK(made.lead.ends_with(", on AI Talent"));
  CHECK(made.status.starts_with("Of 5 claims "));
  REQUIRE(made.items.size() == 5);
  CHECK(made.items[0].url.ends_with("/talent-china-more-patents"));
  CHECK(made.items[0].label == "holds");
  CHECK(made.heading.empty());
}

TEST_CASE("a request is heard although it is thanked for") {
  for (const auto& [text, kind] :
       std::vector<std::pair<std::string_view, command_kind>>{{"thanks help", command_kind::help},
                                                              {"thanks, unfollow", command_kind::unfollow},
                                                              {"unfollow, thank you", command_kind::unfollow},
                                                              {"谢谢，忘记我", command_kind::forget_me},
                                                              {"2 thanks", command_kind::pick},
                                                              {"Thanks! list", command_kind::list}}) {
    CAPTURE(text);
    CHECK(match(text).kind == outcome_kind::command);
    CHECK(match(text).command.kind == kind);
  }
}
