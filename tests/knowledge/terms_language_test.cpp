// Languages that answers are not written in.
#include "knowledge/terms/language.hpp"

#include <doctest/doctest.h>

#include "tests/first_article.hpp"

using namespace stillholds;
using namespace stillholds::first_article;

TEST_CASE("a question in a third language is known as one, English and Chinese never are") {
  for (const std::string_view text :
       {"¿Es verdad que Estados Unidos tiene el 90% de la potencia de cálculo?",
        "Est-ce que les États-Unis ont encore 90%?", "Stimmt es, dass die USA 90% haben und ist das noch so?",
        "É verdade que os EUA ainda não têm 90%?", "Правда ли, что у США 90% мощностей?",
        "アメリカは90%の計算能力を持っていますか", "미국이 컴퓨팅의 90%를 가지고 있나요",
        "Faut-il mettre à jour l'article ?", "Muss der Artikel aktualisiert werden?", "Tesla est-il en avance ?",
        "Meta führt bei XR?", "Klopt het dat China achterloopt?", "czy to prawda, że Chiny są w tyle",
        "هل تملك أمريكا 90٪ من قدرة الحوسبة؟", "apakah Amerika masih unggul dan berapa besar"}) {
    CAPTURE(text);
    CHECK(is_in_another_language(text));
  }
  for (const std::string_view text :
       {"does the US really have 90% of compute", "美国真的占全球90%的AI算力吗",
        "is DeepSeek's R1 en par with o1, per se?", "Rui说只有大模型部分变了，对吗", "la la land", "es", "", "90%",
        "What did Der Spiegel say about AI", "naïve question", "Is the El Niño effect larger than Los Alamos compute?",
        "du they have des chips", "US China trade war: chips die off"}) {
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
