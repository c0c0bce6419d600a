// Text to terms: what is cleaned away, how numbers meet, which spellings are one.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/terms/background.hpp"
#include "knowledge/terms/clean.hpp"
#include "knowledge/terms/exclusions.hpp"
#include "knowledge/terms/numbers.hpp"
#include "knowledge/terms/query.hpp"
#include "knowledge/terms/tokens.hpp"
#include "knowledge/terms/vocabulary.hpp"
#include "knowledge/text.hpp"

using namespace stillholds;

namespace {

std::vector<std::string> keys(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& found : terms_of(text)) out.push_back(found.key);
  return out;
}

bool holds(const std::vector<std::string>& all, std::string_view key) {
  return std::ranges::find(all, key) != all.end();
}

std::string joined(std::span<const token> tokens) {
  std::string out;
  for (const auto& next : tokens) out += (out.empty() ? "" : " ") + next.text;
  return out;
}

std::string joined(std::string_view text) { return joined(tokenise(clean(text))); }

}  // namespace

TEST_CASE("what people paste around a question is cleaned away") {
  struct row {
    std::string_view text;
    std::string_view words;
  };
  for (const auto& [text, words] : std::vector<row>{
           {"see https://example.org/a?b=c#d now", "see now"},
           {"www.example.org is down", "is down"},
           {"look pic.twitter.com/AbC123", "look"},
           {"看https://example.org/路径吧", "看 路径吧"},
           {"Cats rule — Jane Doe (@jane_doe) June 3, 2020", "cats rule"},
           {"Cats rule -- Jane (@jane) June 3, 2020 and dogs", "cats rule and dogs"},
           {"we — not they — win (@home)", "we not they"},
           {"Tom &amp; Jerry&#39;s &quot;show&quot;", "tom jerry's show"},
           {"@realJaneDoe says #AIGap_2025", "real jane doe says ai gap 2025"},
           {"#COVID19 and #H200", "covid 19 and h200"},
           {"mail me at a@b.org", "mail me at a b . org"},
           {"ＦＵＬＬ　ｗｉｄｔｈ", "full width"},
           {"don’t “quote” me", "don't quote me"},
           {"the U.S. and U.S.A. agree. Yes", "the us and usa agree . yes"},
           {"美國算力", "美国算力"},
           {std::string_view("cats\0dogs", 9), "cats dogs"},
           {"", ""},
       }) {
    CAPTURE(text);
    CHECK(joined(text) == words);
  }
}

TEST_CASE("broken and hostile bytes become harmless tokens") {
  for (const std::string& text :
       {std::string("\xff\xfe\x80"), std::string(2000, '@'), std::string(2000, '#'), std::string(500, '('),
        std::string("— (@"), std::string("&amp"), std::string("https://"), std::string(1, '\0')}) {
    CHECK(is_utf8(clean(text)));
    CHECK_NOTHROW(static_cast<void>(terms_of(text)));
  }
}

TEST_CASE("a capital says nothing where every word has one") {
  const auto names_in = [](std::string_view text) {
    std::string names;
    for (const auto& next : tokenise(text)) {
      if (next.named) names += next.surface + " ";
    }
    return names;
  };
  CHECK(names_in("Did Nvidia sell chips to Huawei?") == "Nvidia Huawei ");
  CHECK(names_in("Did a Baby Survive the Fire in London?").empty());
  CHECK(names_in("DID A BABY SURVIVE THE FIRE").empty());
  CHECK(names_in("NASA Says iPhone Sales Fell Sharply Again") == "NASA iPhone ");
  CHECK(names_in("Do the H200 and the 5G Chips Sell Well Abroad") == "H200 5G ");
  CHECK(names_in("Is This Real Life? we asked Nvidia about it. Did They Answer Every Question?") == "Nvidia ");
  CHECK(names_in("Nvidia Huawei Tesla") == "Huawei Tesla ");  // too few to be a headline
}

TEST_CASE("companies are names by what the Chinese call them, too") {
  const auto key_of = [](std::string_view text) { return terms_of(text).at(0).key; };
  for (const auto& [chinese, english] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"谷歌", "Google"}, {"微软", "Microsoft"}, {"特斯拉", "Tesla"}, {"国内", "China"}, {"海外", "overseas"}}) {
    CAPTURE(chinese);
    CHECK(key_of(chinese) == key_of(english));
  }
  CHECK(terms_of("谷歌").at(0).named);
  CHECK_FALSE(terms_of("海外").at(0).named);
  CHECK(key_of("美国国内") == key_of("the US"));
  CHECK(key_of("the States") == key_of("the US"));
}

TEST_CASE("numbers meet however they are written") {
  struct row {
    std::string_view text;
    std::string_view key;
  };
  for (const auto& [text, key] : std::vector<row>{
           {"90%", "90%"},
           {"90 %", "90%"},
           {"９０％", "90%"},
           {"90 percent", "90%"},
           {"90 per cent", "90%"},
           {"90pct", "90%"},
           {"ninety percent", "90%"},
           {"9/10", "90%"},
           {"nine out of ten", "90%"},
           {"9 in 10", "90%"},
           {"nine tenths", "90%"},
           {"百分之九十", "90%"},
           {"百分之90", "90%"},
           {"九成", "90%"},
           {"十分之九", "90%"},
           {"1/10th", "10%"},
           {"one tenth", "10%"},
           {"a tenth", "10%"},
           {"1/10", "10%"},
           {"十分之一", "10%"},
           {"twenty-five percent", "25%"},
           {"three quarters", "75%"},
           {"over half", "50%"},
           {"half of", "50%"},
           {"一半", "50%"},
           {"1.5%", "1.5%"},
           {"$80B", "usd:80e9"},
           {"$80bn", "usd:80e9"},
           {"$80 billion", "usd:80e9"},
           {"US$80 billion", "usd:80e9"},
           {"80 billion dollars", "usd:80e9"},
           {"eighty billion dollars", "usd:80e9"},
           {"$80,000,000,000", "usd:80e9"},
           {"800亿美元", "usd:80e9"},
           {"八百亿美元", "usd:80e9"},
           {"$11.6 billion", "usd:11.6e9"},
           {"€5m", "eur:5e6"},
           {"80 billion", "#80e9"},
           {"80b", "#80e9"},
           {"a million", "#1e6"},
           {"1,509", "#1509"},
           {"2025", "2025"},
           {"2025年", "2025"},
       }) {
    CAPTURE(text);
    CHECK(holds(keys(text), key));
  }
}

TEST_CASE("money is also known without its currency") {
  CHECK(holds(keys("$80B"), "#80e9"));
  CHECK(holds(keys("80 billion"), "#80e9"));
  CHECK_FALSE(holds(keys("80 billion"), "usd:80e9"));
}

TEST_CASE("words that only look like numbers stay words") {
  CHECK(keys("one thing led to another").front() == stem("one"));
  CHECK(holds(keys("H200"), "h200"));
  CHECK(holds(keys("5G masts"), "5g"));
  CHECK_FALSE(holds(keys("9/11"), "81.82%"));
  CHECK_FALSE(holds(keys("24/7 support"), "10%"));
  CHECK_FALSE(holds(keys("half-hearted"), "50%"));
  CHECK_FALSE(holds(keys("a third country"), "33.33%"));
  CHECK_FALSE(holds(keys("一些人"), "#1"));
  CHECK_FALSE(holds(keys("万一"), "#10e3"));
}

TEST_CASE("a number says how many tokens it takes") {
  const auto tokens = tokenise("about 90 per cent of it");
  const auto found = read_number(tokens, 1);
  REQUIRE(found);
  CHECK(found->tokens == 3);
  CHECK(found->unit == number_unit::percent);
  CHECK_FALSE(read_number(tokens, 0));
  CHECK_FALSE(read_number(tokens, 99));
}

TEST_CASE("one country, one key") {
  for (const std::string_view text :
       {"the US", "USA", "U.S.", "the U.S.A.", "America", "american", "Americas", "United States",
        "the united states of america", "america's", "does us lead", "美国"}) {
    CAPTURE(text);
    CHECK(holds(keys(text), "@usa"));
  }
  for (const std::string_view text : {"China", "Chinese", "chinas", "China’s", "PRC", "中国"}) {
    CAPTURE(text);
    CHECK(holds(keys(text), "@china"));
  }
  const auto both = keys("中美差距");
  CHECK(holds(both, "@usa"));
  CHECK(holds(both, "@china"));
  CHECK(keys("artificial intelligence") == keys("AI"));
  CHECK(keys("人工智能") == keys("AI"));
}

TEST_CASE("us is not always a country") {
  for (const std::string_view text : {"tell us more", "all of us", "let us go"}) {
    CAPTURE(text);
    CHECK_FALSE(holds(keys(text), "@usa"));
  }
  CHECK(holds(keys("tell US officials"), "@usa"));
}

TEST_CASE("inflected words and both spellings meet") {
  const std::vector<std::vector<std::string_view>> families{
      {"widen", "widening", "widened"},   {"centre", "center", "centres", "centers"},
      {"underutilised", "underutilized"}, {"labour", "labor"},
      {"organisation", "organization"},   {"gpu", "gpus", "GPUs"},
      {"patent", "patents", "patent's"}};
  for (const auto& family : families) {
    for (const auto word : family) {
      CAPTURE(word);
      CHECK(keys(word) == keys(family.front()));
    }
  }
  CHECK(keys("datacenters") == keys("data center"));
}

TEST_CASE("stop words and particles carry nothing") {
  CHECK(keys("does it really have the").empty());
  CHECK(keys("doesn't didnt lol").empty());
  CHECK(keys("是不是还").empty());
}

TEST_CASE("han text becomes words, and single characters pairs") {
  const auto found = keys("训练数据的质量");
  CHECK(holds(found, "训练"));
  CHECK(holds(found, "数据"));
  CHECK(holds(found, "质量"));
  CHECK_FALSE(holds(found, "据的"));
}

TEST_CASE("names are told from the start of a sentence") {
  const auto named = [](std::string_view text, std::string_view key) {
    const auto all = terms_of(text);
    const auto found = std::ranges::find(all, key, &term::key);
    REQUIRE(found != all.end());
    return found->named;
  };
  CHECK(named("Did Tesla deliver", "tesla"));
  CHECK_FALSE(named("Robots deliver", "robot"));
  CHECK_FALSE(named("It came. Robots deliver", "robot"));
  CHECK(named("the h200 arrives", "h200"));
  CHECK(named("OpenAI said so", "openai"));
}

TEST_CASE("everyday words are known to be everyday words") {
  CHECK(background_share("make") > background_share("lead"));
  CHECK(background_share("lead") > background_share("semiconductor"));
}

TEST_CASE("a name stays one where it comes to stand first because another is left out") {
  for (const std::string_view text : {"Apart from Meta, Snap leads", "除了Meta、Google以外 Snap leads"}) {
    CAPTURE(text);
    const auto [_, kept, left_out] = without_exclusions(clean(text));
    CHECK(std::ranges::any_of(left_out, [](const token& next) { return next.text == "meta"; }));
    REQUIRE_FALSE(kept.empty());
    CHECK(kept[0].text == "snap");
    CHECK(kept[0].named);
    CHECK_FALSE(kept[0].glued);
  }
}

TEST_CASE("who a question leaves out is no word of it, and a phrase without a name stays") {
  struct row {
    std::string_view text;
    std::string_view kept;
  };
  for (const auto& [text, kept] :
       std::to_array<row>({{"what do companies other than msft spend", "what do companies spend"},
                           {"who apart from Nvidia and the Dutch makes chips", "who makes chips"},
                           {"is anyone except for China behind", "is anyone behind"},
                           {"apart from the US, who has compute", "who has compute"},
                           {"besides, Apple leads", "besides apple leads"},
                           {"apart from the US, Japan leads", "japan leads"},
                           {"other than Elon Musk, who said so", "who said so"},
                           {"other than Nvidia, AMD leads", "amd leads"},
                           {"who leads apart from Google and Meta?", "who leads ?"},
                           {"held back by none other than Nvidia", "held back by none other than nvidia"},
                           {"apart from GPT-4 and Claude 3, which models lead", "which models lead"},
                           {"other than Nvidia 5 firms lead", "5 firms lead"},
                           {"other than Tesla's fsd, who leads", "who leads"},
                           {"which chips other than Nvidia's lead?", "which chips lead ?"},
                           {"apart from Nvidia & AMD who leads", "who leads"},
                           {"apart from Nvidia/AMD who leads", "who leads"},
                           {"other than Nvidia, AMD, and Intel, who leads", "who leads"},
                           {"who leads other than Nvidia, AMD and Intel", "who leads"},
                           {"other than Nvidia, AMD and Intel lead", "amd and intel lead"},
                           {"are there any apart from US-made chips", "are there any chips"},
                           {"is it good except when it rains", "is it good except when it rains"},
                           {"it is no other", "it is no other"},
                           {"other than", "other than"},
                           {"除了英伟达以外还有谁", "还有谁"},
                           {"除了Nvidia之外还有谁", "还有谁"},
                           {"中国除了Nvidia还有谁", "中国 还有谁"},
                           {"除了Nvidia和AMD以外还有谁", "还有谁"},
                           {"除了Nvidia、AMD和谷歌之外谁落后", "谁落后"},
                           {"除了英伟达和谷歌，谁落后", "谁落后"},
                           {"除了英伟达谁领先", "谁领先"},
                           {"除了英伟达AMD也受限吗", "amd 也受限吗"},
                           {"除了英伟达和AMD谁受限", "谁受限"},
                           {"除了英伟达、谷歌以外谁领先", "谁领先"},
                           {"除了英伟达芯片受限吗", "除了英伟达芯片受限吗"},
                           {"除了英伟达芯片受限吗？", "除了英伟达芯片受限吗 ?"},
                           {"除了特斯拉FSD以外谁领先", "谁领先"},
                           {"除了Nvidia外国公司也受限吗", "外国公司也受限吗"},
                           {"除了Nvidia外，谁也受限", "谁也受限"},
                           {"除了英伟达外美国公司都受限吗", "美国公司都受限吗"},
                           {"除了中国国有企业以外谁受限", "谁受限"},
                           {"除了英伟达所有公司都受限吗", "所有公司都受限吗"},
                           {"过去除了英伟达以外谁受限", "过去 谁受限"},
                           {"摘除英伟达以外的芯片限制", "摘除英伟达以外的芯片限制"},
                           {"美国去除了英伟达芯片限制吗", "美国去除了英伟达芯片限制吗"},
                           {"中国移除英伟达芯片以外的设备吗", "中国移除英伟达芯片以外的设备吗"},
                           {"我想了解除了特斯拉以外谁领先", "我想了解 谁领先"},
                           {"了解除微软以外科技巨头的开支", "了解 科技巨头的开支"},
                           {"有没有除英伟达外的公司", "有没有 的公司"},
                           {"除Nvidia以外还有谁", "还有谁"},
                           {"除Nvidia", "除 nvidia"},
                           {"解除限制，除英伟达以外还有谁", "解除限制 还有谁"},
                           {"解除限制除英伟达外还有谁", "解除限制 还有谁"},
                           {"解除中国以外的限制", "解除中国以外的限制"},
                           {"除了这个以外还有什么", "除了这个以外还有什么"},
                           {"除了", "除了"},
                           {"除了价格还有什么", "除了价格还有什么"}})) {
    CAPTURE(text);
    const auto found = without_exclusions(clean(text));
    CHECK(joined(found.text) == kept);
    CHECK(joined(found.tokens) == kept);
  }
}
