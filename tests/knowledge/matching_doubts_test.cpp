// Questions near to a claim that ask something else, and questions that only the evidence of a claim speaks of.
#include <doctest/doctest.h>

#include <string_view>
#include <utility>
#include <vector>

#include "knowledge/encoding/sentence_vectors.hpp"
#include "knowledge/matching/matcher.hpp"
#include "tests/first_article.hpp"
#include "tests/knowledge/encoder_weights.hpp"

using namespace stillholds;
using namespace stillholds::first_article;

TEST_CASE("what is asked of the other party, of a stranger or of another gap is asked back, and the reason is given") {
  for (const auto& [question, reason] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"is American compute less than a tenth of China's", "of one party"},
           {"are US models copies of Chinese ones", "of one party"},
           {"美国算力不到中国十分之一？", "of one party"},
           {"does India hold 90% of AI compute", ""},
           {"is Zuckerberg married", ""},
           {"is Tesla stock overvalued", ""},
           {"苹果AI落后谷歌多久", "begins with somebody"},
           {"is the trade gap between the US and China widening", "a gap in something else"},
           {"is the gap between rich and poor widening", ""},
           {"中美贸易差距在扩大还是缩小", "a gap in something else"}}) {
    CAPTURE(question);
    const auto found = match(question);
    CAPTURE(found.why);
    CHECK(found.kind != outcome_kind::claim);
    CHECK(found.why.contains(reason));  // empty: by words alone it is not sure enough anyway
  }
}

TEST_CASE("a shared name is no reason to ask back when most of the question is about something else" *
          doctest::skip(no_weights())) {
  const auto vectors = sentence_vectors::open(weights_file(), {});  // nothing is remembered on disk
  REQUIRE(vectors.has_value());
  const matcher by_meaning(whole().articles, *vectors);
  for (const std::string_view question :
       {"tesla model y lease deals", "who is nvidia's ceo", "what's tuition at tsinghua for foreign students",
        "china's population is shrinking?", "does huawei make good phones", "Has BYD overtaken Tesla in car sales?"}) {
    CAPTURE(question);
    const auto found = by_meaning.match(question, {}, today);
    CHECK(found.kind == outcome_kind::none);
    CHECK(found.why.contains("next to nothing in common"));
  }
  // Nor are two claims that share it an answer to two questions.
  CHECK(by_meaning.match("who is Nvidia's CEO and where does he live", {}, today).kind == outcome_kind::none);
  // But "more patents and better ones" is about two claims.
  CHECK(by_meaning.match("do they have more patents and better ones?", {}, today).kind == outcome_kind::claim);
  // Chinese has no sentence vector: fewer of its words meet, and they must do.
  CHECK(by_meaning.match("中国还能从黑市买到英伟达显卡吗", {}, today).kind == outcome_kind::suggest);
}

TEST_CASE("what does not belong together when read together is not asked back" * doctest::skip(no_weights())) {
  const auto vectors = sentence_vectors::open(weights_file(), {});
  REQUIRE(vectors.has_value());
  const matcher by_meaning(whole().articles, *vectors);
  const auto found = by_meaning.match("is self driving banned on motorways in winter", {}, today);
  CAPTURE(found.why);
  CHECK(found.kind == outcome_kind::none);
  CHECK(found.why.contains("read together they do not belong to each other"));
}

TEST_CASE("a word or two in common are no answer when others are asked about; a figure among them is" *
          doctest::skip(no_weights())) {
  const auto vectors = sentence_vectors::open(weights_file(), {});
  REQUIRE(vectors.has_value());
  const matcher by_meaning(whole().articles, *vectors);
  for (const std::string_view question :
       {"do meta glasses fog up when it rains", "can meta glasses be repaired by an optician"}) {
    CAPTURE(question);
    const auto found = by_meaning.match(question, {}, today);
    CAPTURE(found.why);
    CHECK(found.kind == outcome_kind::suggest);
    CHECK(found.why.contains("shares a word or two"));
  }
  for (const auto& [question, claim] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"where on earth does the 90% compute number come from", "compute-us-90pct"},
           {"MICROSOFT $80B, TRUE OR NOT?", "compute-microsoft-80b"},
           {"how are the robotaxis in Austin going", "apps-tesla"},
           {"which headset is the best seller, Quest or Vision Pro", "apps-meta-xr"},
           {"IS CHINA'S COMPUTE UNDER A TENTH OF AMERICA'S?", "compute-china-under-tenth"},
           {"has Huawei caught Nvidia yet", "compute-china-outdated-domestic"}}) {
    CAPTURE(question);
    const auto found = by_meaning.match(question, {}, today);
    CAPTURE(found.why);
    CHECK(found.claim_id == claim);
  }
}

TEST_CASE("what is said of somebody else is no claim of the one who is left out") {
  for (const std::string_view question :
       {"Apart from Meta, Snap leads in smart glasses",
        "Apart from Microsoft, Oracle is spending 80 billion on datacentres",
        "Aside from Microsoft, Oracle puts AI in business software",
        "Other than OpenAI, Mistral expected 110bn in sales", "Which company other than Meta leads in smart glasses?",
        "apart from Microsoft spending 80bn, did anyone spend more"}) {
    CAPTURE(question);
    const auto found = match(question);
    CAPTURE(found.why);
    CHECK(found.kind != outcome_kind::claim);
  }
  // But of whom the claim does not speak may well be left out.
  const auto found = match("apart from Microsoft, which tech giants boost AI infrastructure spending");
  CAPTURE(found.why);
  CHECK(found.claim_id == "compute-hyperscalers-boost");
}

TEST_CASE("the same words in the claim's own sense are answered") {
  for (const auto& [question, claim] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"is China's compute less than a tenth of America's", "compute-china-under-tenth"},
           {"are Chinese models copies of American ones", "models-china-derivative"},
           {"is the gap between China and the US widening", "conclusion-gap-widening"},
           {"is the huge AI gap still widening", "conclusion-gap-widening"},
           {"中美AI差距在扩大吗", "conclusion-gap-widening"},
           {"can Nvidia legally sell the H200 to China", "compute-china-nvidia-limits"},
           {"is Tesla's robotaxi actually running without a driver", "apps-tesla"},
           {"DOES THE US HAVE 90% OF AI COMPUTE", "compute-us-90pct"},
           {"Does The United States Really Hold 90% Of Global AI Computing Power", "compute-us-90pct"},
           {"has China caught up with the US in AI", "conclusion-gap-widening"},
           {"I read on Reddit that the US holds 90% of AI compute, is that true?", "compute-us-90pct"},
           {"according to Bloomberg the US holds 90% of AI compute", "compute-us-90pct"},
           {"Elon Musk says China files more AI patents than the US", "talent-china-more-patents"},
           {"does the US have ten times more compute than China", "compute-china-under-tenth"}}) {
    CAPTURE(question);
    const auto found = match(question);
    CAPTURE(found.why);
    CHECK(found.kind == outcome_kind::claim);
    CHECK(found.claim_id == claim);
  }
}

TEST_CASE("what only the evidence speaks of leads to its claim, by asking back") {
  for (const auto& [question, claim] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"CloudMatrix 384 vs NVL72", "compute-china-outdated-domestic"},
           {"Tencent cloud raised prices 400%?", "compute-china-underutilised"}}) {
    CAPTURE(question);
    const auto found = match(question);
    CAPTURE(found.why);
    CHECK(found.kind == outcome_kind::suggest);
    REQUIRE(found.suggestions.size() == 1);
    CHECK(found.suggestions[0] == claim);
    CHECK(found.why.contains("found since"));
  }
  CHECK(match("is Meta down today").kind != outcome_kind::claim);
  CHECK(match("how do I bake bread at 400%").kind == outcome_kind::none);
}

TEST_CASE("a question with one foreign name among Chinese words is a Chinese one") {
  CHECK(match("OpenAI呢").language == "zh");
  CHECK(match("微软Copilot").language == "zh");
  CHECK(match("what does 算力 mean in English").language == "en");
}
