#include "knowledge/text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace stillholds;
using namespace std::string_literals;

TEST_CASE("UTF-8 is checked strictly") {
  for (const auto& good : {""s, "plain"s, "naïve 人工智能 🚀"s, "\0a"s, "\xF4\x8F\xBF\xBF"s}) CHECK(is_utf8(good));
  for (const auto& bad : {"\x80"s, "\xC0\xAF"s, "\xC1\xBF"s, "\xE0\x80\xAF"s, "\xED\xA0\x80"s, "\xF0\x80\x80\x80"s,
                          "\xF4\x90\x80\x80"s, "\xF5\x80\x80\x80"s, "\xE4\xBA"s, "12345678\xFF"s, "a\xE4\xBA"s}) {
    CHECK_MESSAGE(!is_utf8(bad), doctest::toString(bad));
  }
}

TEST_CASE("every broken byte becomes one replacement") {
  CHECK(to_utf8("good 好") == "good 好");
  CHECK(to_utf8("a\xFF\xE4\xBA"s) == "a\uFFFD\uFFFD\uFFFD");
  CHECK(to_utf8("\xE4\xBA人"s) == "\uFFFD\uFFFD人");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  CHECK(is_utf8(to_utf8(all)));
  CHECK(code_points(all) == 256);
}

TEST_CASE("length in code points and in UTF-16 units") {
  CHECK(code_points("") == 0);
  CHECK(code_points("ab人🚀") == 4);
  CHECK(utf16_units("ab人🚀") == 5);
  const std::string_view text = "a🚀b人c";
  CHECK(byte_at_utf16(text, 0) == 0);
  CHECK(byte_at_utf16(text, 1) == 1);
  CHECK(byte_at_utf16(text, 2) == 1);  // inside the pair: the character's start
  CHECK(byte_at_utf16(text, 3) == 5);
  CHECK(byte_at_utf16(text, 5) == 9);
  CHECK(byte_at_utf16(text, 6) == text.size());
  CHECK(byte_at_utf16(text, 99) == text.size());
}

TEST_CASE("a cut never breaks a character as people see it") {
  CHECK(cut("hello", 10) == "hello");
  CHECK(cut("hello", 3) == "hel");
  CHECK(cut("hello", 0).empty());
  CHECK(cut("ae\u0301z", 2) == "a");  // e and its accent are one
  CHECK(cut("ae\u0301z", 3) == "ae\u0301");
  CHECK(cut("x👩\u200D🚀y", 3) == "x");  // a joined picture is one
  CHECK(cut("x👩\u200D🚀y", 4) == "x👩\u200D🚀");
  CHECK(cut("🇨🇳🇺🇸", 3) == "🇨🇳");  // a flag is two
  CHECK(cut("a\r\nb", 2) == "a");
  CHECK(cut("算力差距", 2) == "算力");
  CHECK(cut("e\u0301\u0301\u0301", 2).empty());
  CHECK(cut("ab\xFF\xFFgh", 3) == "ab\xFF");
}

TEST_CASE("sentences") {
  const std::vector<std::pair<std::string, std::vector<std::string_view>>> cases{
      {"", {}},
      {"  \n ", {}},
      {"No stop at all", {"No stop at all"}},
      {"One. Two! Three? Four", {"One.", "Two!", "Three?", "Four"}},
      {"The U.S. holds 5.2 percent. It grew.", {"The U.S. holds 5.2 percent.", "It grew."}},
      {"Made in the U.S. The share fell.", {"Made in the U.S.", "The share fell."}},
      {"The U.S. Department said so. Done.", {"The U.S. Department said so.", "Done."}},
      {"Some, e.g. Nvidia, i.e. One firm. Two.", {"Some, e.g. Nvidia, i.e. One firm.", "Two."}},
      {"It is what Dr. Smith and J. Doe say. End.", {"It is what Dr. Smith and J. Doe say.", "End."}},
      {"On Jan. 13 it rose. See No. 5 for that. No. It fell.",
       {"On Jan. 13 it rose.", "See No. 5 for that.", "No.", "It fell."}},
      {"Nvidia Corp. China fell. Nvidia Inc. The rest rose.",
       {"Nvidia Corp. China fell.", "Nvidia Inc.", "The rest rose."}},
      {"1. First point. 2. Second point.", {"1. First point.", "2. Second point."}},
      {"He said \"no.\" Then (he left.) Gone.", {"He said \"no.\"", "Then (he left.)", "Gone."}},
      {"Well... maybe. Well... Maybe.", {"Well... maybe.", "Well...", "Maybe."}},
      {"Really?! Yes.", {"Really?!", "Yes."}},
      {"版本 5.2。美国领先！中国呢？是的", {"版本 5.2。", "美国领先！", "中国呢？", "是的"}},
      {"他说“不会。”然后走了。", {"他说“不会。”", "然后走了。"}},
      {"Version 2.0 is out.Now what", {"Version 2.0 is out.Now what"}},
      {"Head\n\nBody one. Body\ntwo.", {"Head", "Body one.", "Body\ntwo."}},
      {"See https://a.example/x.y?z=1. Next.", {"See https://a.example/x.y?z=1.", "Next."}},
  };
  for (const auto& [text, expected] : cases) {
    CAPTURE(text);
    CHECK(sentences(text) == expected);
  }
}

TEST_CASE("sentences lose nothing but blanks") {
  const std::string text = "A. b! ... ?? 。！ \xFF. U.S.\n\n\n x. \u3000。 1. 2. ‘.’ “！”";
  std::string joined;
  for (const auto one : sentences(text)) joined += one;
  const auto squeeze = [](std::string_view from) {
    std::string out;
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (from.substr(i, 3) == "\u3000") {
        i += 2;
      } else if (from[i] != ' ' && from[i] != '\n') {
        out += from[i];
      }
    }
    return out;
  };
  CHECK(squeeze(joined) == squeeze(text));
}

TEST_CASE("cutting at a sentence end") {
  const std::string_view text = "The U.S. holds 75%. China holds 15%. The rest is small.";
  CHECK(cut_at_sentence(text, 200) == text);
  CHECK(cut_at_sentence(text, code_points(text)) == text);
  CHECK(cut_at_sentence(text, code_points(text) - 1) == "The U.S. holds 75%. China holds 15%.");
  CHECK(cut_at_sentence(text, 20) == "The U.S. holds 75%.");
  CHECK(cut_at_sentence(text, 19) == "The U.S. holds 75%.");
  CHECK(cut_at_sentence(text, 18).empty());
  CHECK(cut_at_sentence("美国约占七成。中国约占一成半。", 8) == "美国约占七成。");
}

TEST_CASE("long and dull texts take no longer than others") {
  // Each of these took minutes when the time grew with the square of the length.
  constexpr std::size_t size = 200'000;
  std::string pairs;
  for (std::size_t i = 0; i < size / 3; ++i) pairs += "A. ";
  for (const auto& text : {std::string(size, '.') + "x", std::string(size, '.') + " x", std::string(size, '"') + "x",
                           pairs, std::string(size, ' ') + "x", std::string(size, 'a') + ". B"}) {
    CHECK(sentences(text).size() <= text.size() / 3 + 1);
    CHECK(cut_at_sentence(text, text.size() - 1).size() < text.size());
    CHECK(is_utf8(fold(text)));
    CHECK(tidy(text).size() <= text.size());
  }
}

TEST_CASE("tidy shows what people see") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", ""},
      {"  two   words \t ", "two words"},
      {"a\tb", "a\tb"},
      {"a\u00A0\u3000b", "a b"},
      {"a\r\nb\rc\nd", "a\nb\nc\nd"},
      {"a  \n  b", "a\nb"},
      {"a\n\n\n\n\nb", "a\n\nb"},
      {"a\u2028b\vc\fd\u0085e", "a\nb\nc\nd\ne"},
      {"\n\nstart and end\n\n", "start and end"},
      {"no\x01\x1B[31mred\x7F\u009Bx\0y"s, "no[31mredxy"},
      {"abc\u202Edef\u202C\u2066g\u2069\u200E\u200F\u061C", "abcdefg"},
      {"w\u200Bo\u200Cr\u200Dd\u2060\uFEFF\u00AD", "word"},
      {"tag\U000E0041\U000E007F\U000E0100s", "tags"},
      {"👩\u200D🚀", "👩\u200D🚀"},
      {"👩🏽\u200D🚀 ok", "👩🏽\u200D🚀 ok"},
      {"🏳\uFE0F\u200D🌈", "🏳\uFE0F\u200D🌈"},
      {"❤\uFE0F", "❤\uFE0F"},
      {"a\uFE0F", "a"},
      {"👩\u200Dx", "👩x"},
      {"x\u200D👩", "x👩"},
      {"👩 \u200D🚀", "👩 🚀"},
      {"e\u0301", "e\u0301"},
      {"\u200B \u200B", ""},
      {"a\u200B \u200Bb", "a b"},
      {"bad\xFF", "bad\uFFFD"},
      {"中文 问题？", "中文 问题？"},
  };
  for (const auto& [text, expected] : cases) {
    CAPTURE(text);
    CHECK(tidy(text) == expected);
    CHECK(tidy(tidy(text)) == tidy(text));
  }
}

TEST_CASE("trim, lower, same") {
  CHECK(trim(" \t\n a b \r\n") == "a b");
  CHECK(trim(" \n ").empty());
  CHECK(ascii_lower("AbZ[É") == "abz[É");
  CHECK(same_ascii("Content-Type", "content-TYPE"));
  CHECK_FALSE(same_ascii("a", "ab"));
  CHECK_FALSE(same_ascii("@", "`"));
  CHECK_FALSE(same_ascii("É", "é"));
}

TEST_CASE("fold makes one form of what means the same") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"Plain ASCII 90%", "plain ascii 90%"},
      {"Ｇ７ ﬁne", "g7 fine"},
      {"Straße", "strasse"},
      {"E\u0301COLE", "école"},
      {"don’t “quote” ‘it’", "don't \"quote\" 'it'"},
      {"don´t", "don't"},
      {"2024–2025 — a‑b −5", "2024-2025 - a-b -5"},
      {"「算力」", "\"算力\""},
      {"９０％", "90%"},
      {"a\u00A0b", "a b"},
      {"ΣΑΣ", "σασ"},
      {"soft\u00ADhy\u200Bphen", "softhyphen"},
      {"x²", "x2"},
      {"Bad\xFFÉ", "bad\uFFFDé"},
  };
  for (const auto& [text, expected] : cases) {
    CAPTURE(text);
    CHECK(fold(text) == expected);
    CHECK(fold(fold(text)) == fold(text));
  }
}

TEST_CASE("the language of a question") {
  CHECK(guess_language("does the US have 90% of compute?") == "en");
  CHECK(guess_language("美国真的拥有90%的算力吗？") == "zh");
  CHECK(guess_language("OpenAI 收入还是 1100亿吗") == "zh");
  CHECK(guess_language("what does 算力 mean in this article") == "en");
  CHECK(guess_language("") == "en");
  CHECK(guess_language("123 ？！") == "en");
  CHECK(guess_language("\xFF\xFE") == "en");
}
