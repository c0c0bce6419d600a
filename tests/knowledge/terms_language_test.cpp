// Languages that no answer is written in, questions that ask two things, and what is said about a decision.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/answers/compose.hpp"
#include "knowledge/answers/fit.hpp"
#include "knowledge/matching/explain.hpp"
#include "knowledge/model/loader.hpp"
#include "knowledge/snapshot/snapshot.hpp"
#include "knowledge/terms/language.hpp"

using namespace stillholds;

namespace {

constexpr day today = std::chrono::sys_days{std::chrono::year{2026} / 11 / 26};

const snapshot& first_article() {
  static const auto made = [] {
    auto loaded = load_knowledge(std::filesystem::path(SOURCE_DIR) / "knowledge");
    return snapshot(std::move(loaded.articles), std::move(loaded.golden));
  }();
  return made;
}

answer answer_to(std::string_view question) {
  const auto found = first_article().matcher.match(question, {}, today);
  return compose({.snapshot = first_article(),
                  .outcome = found,
                  .wording = wording::built_in(),
                  .memory = {},
                  .public_url = "https://bot.example",
                  .article_id = {},
                  .today = today});
}

}  // namespace

TEST_CASE("a question in a third language is known as one, English and Chinese never are") {
  for (const std::string_view text :
       {"¿Es verdad que Estados Unidos tiene el 90% de la potencia de cálculo?",
        "Est-ce que les États-Unis ont encore 90%?", "Stimmt es, dass die USA 90% haben und ist das noch so?",
        "É verdade que os EUA ainda não têm 90%?", "Правда ли, что у США 90% мощностей?",
        "アメリカは90%の計算能力を持っていますか", "미국이 컴퓨팅의 90%를 가지고 있나요",
        "هل تملك أمريكا 90٪ من قدرة الحوسبة؟", "apakah Amerika masih unggul dan berapa besar"}) {
    CAPTURE(text);
    CHECK(is_in_another_language(text));
  }
  for (const std::string_view text :
       {"does the US really have 90% of compute", "美国真的占全球90%的AI算力吗",
        "is DeepSeek's R1 en par with o1, per se?", "Rui说只有大模型部分变了，对吗", "la la land", "es", "", "90%",
        "What did Der Spiegel say about AI", "naïve question"}) {
    CAPTURE(text);
    CHECK_FALSE(is_in_another_language(text));
  }
}

TEST_CASE("a question in a third language is answered in English with one line that says so") {
  const auto made = answer_to("¿Es verdad que EE.UU. invierte los 80 billion de Microsoft en data centers para la AI?");
  CHECK(made.language == "en");
  CHECK(made.body.starts_with("Answers here are in English and Chinese."));
  CHECK(answer_to("did Microsoft invest $80 billion in data centers").body.find("English and Chinese") ==
        std::string::npos);
}

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
    const auto found = first_article().matcher.match(question, {}, today);
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
    const auto found = first_article().matcher.match(question, {}, today);
    CAPTURE(found.why);
    CHECK(found.second_claim_id.empty());
  }
}

TEST_CASE("a claim about others than the question names is no answer") {
  for (const std::string_view question :
       {"does India hold 90% of AI compute", "does the UK lead in foundation models",
        "is Russia a second-tier AI player", "does Meta expect $110 billion revenue in 2025",
        "Google plans $80 billion for data centers?", "does China attract over half of top AI researchers"}) {
    CAPTURE(question);
    const auto found = first_article().matcher.match(question, {}, today);
    CAPTURE(found.why);
    CHECK(found.kind != outcome_kind::claim);
    CHECK(found.claim_id.empty());
  }
  CHECK(
      first_article().matcher.match("does India hold 90% of AI compute", {}, today).why.contains("none of the names"));
}

TEST_CASE("a decision is explained with the words, the runner-up and what was wanted") {
  const auto found = first_article().matcher.match("does the US have 90% of global AI computing power", {}, today);
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
  CHECK(describe_signal("nothing").empty());
  const auto refused = first_article().matcher.match("who won the football in Lisbon", {}, today);
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
                        {"list the claims", article_topic::list},
                        {"列出所有论断", article_topic::list},
                        {"when was this last checked", article_topic::provenance},
                        {"as of when is this", article_topic::provenance},
                        {"does anyone here even check sources", article_topic::provenance},
                        {"截至什么时候", article_topic::provenance},
                        {"这些说法的来源是什么", article_topic::provenance}}) {
    CAPTURE(text);
    const auto found = first_article().matcher.match(text, {}, today);
    CAPTURE(found.why);
    CHECK(found.kind == outcome_kind::article);
    CHECK(found.topic == topic);
  }
  for (const std::string_view text : {"should they update the article's claim that the US has 90% of compute?",
                                      "is the article's 90% figure bullshit"}) {
    CAPTURE(text);
    CHECK(first_article().matcher.match(text, {}, today).claim_id == "compute-us-90pct");
  }
}
