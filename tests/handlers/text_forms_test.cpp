// Forms that platforms give texts: HTML, UTF-16 places, marks and joiners; and what statuses and dates of calls mean.
#include <doctest/doctest.h>

#include "handlers/port/dialects.hpp"
#include "handlers/port/html_text.hpp"
#include "handlers/port/rest.hpp"
#include "handlers/port/utf16.hpp"
#include "knowledge/calendar.hpp"

using namespace stillholds;

TEST_CASE("HTML is read as it shows") {
  struct row {
    const char* html;
    const char* text;
  };
  for (const auto& one :
       {row{"<p>a <b>b</b></p><p>c</p>", "a b\nc"}, row{"a<br>b<br />c", "a\nb\nc"},
        row{"&lt;b&gt; &amp;lt; &quot;x&quot; &#39;y&#39; &#x4e2d;&nbsp;z", "<b> &lt; \"x\" 'y' \u4e2d z"},
        row{"&unknown; &; & a &#0; &#xD800; &#99999999;", "&unknown; &; & a &#0; &#xD800; &#99999999;"},
        row{"5 < 6 and 7", "5 < 6 and 7"}, row{"<b>x</b> < y <", "x < y <"}, row{"<", "<"}, row{"", ""},
        row{"<p>@<span>claimbot</span> is it?</p>", "@claimbot is it?"}, row{"a <code>@bot</code> b", "a `@bot` b"},
        row{"a<pre><code>@bot\nx</code></pre>b", "a\n```\n@bot\nx\n```\nb"},
        row{"<blockquote><p>@bot</p><p>x</p></blockquote><p>yes</p>", "> @bot\n> x\nyes"},
        row{"<blockquote>a<blockquote>b</blockquote>c\nd</blockquote></blockquote>e", "> a\n> b\n> c\n> d\ne"},
        row{"<BLOCKQUOTE cite='x'>a", "> a"}, row{"</pre></code>a", "`a"}}) {
    CAPTURE(one.html);
    CHECK(text_of_html(one.html) == one.text);
  }
}

TEST_CASE("UTF-16 places become places of bytes, and none beyond the text or inside a character") {
  const std::string text = "\U0001F50B h\u00e9 @bot";
  const auto bot = utf16_range(text, 6, 4);
  REQUIRE(bot.has_value());
  CHECK(text.substr(bot->begin, bot->end - bot->begin) == "@bot");
  const auto all = utf16_range(text, 0, 10);
  REQUIRE(all.has_value());
  CHECK(all->end == text.size());
  for (const auto& [offset, length] : {std::pair{1, 2}, std::pair{0, 1}, std::pair{-1, 2}, std::pair{0, -1},
                                       std::pair{6, 5}, std::pair{11, 0}, std::pair{1'000'000, 1}}) {
    CAPTURE(offset);
    CHECK(!utf16_range(text, offset, length).has_value());
  }
  CHECK(utf16_range("", 0, 0).has_value());
}

TEST_CASE("a joiner stands after each mark that something follows") {
  CHECK(join_after("@all #1 a@ b", "@#") == "@\u2060all #\u20601 a@ b");
  CHECK(join_after("@", "@") == "@");
}

TEST_CASE("statuses mean what they usually mean") {
  struct row {
    unsigned status;
    judgement_kind kind;
  };
  for (const auto& one :
       {row{429, judgement_kind::retry}, row{503, judgement_kind::retry}, row{500, judgement_kind::unknown},
        row{504, judgement_kind::unknown}, row{401, judgement_kind::refused}, row{404, judgement_kind::refused},
        row{302, judgement_kind::refused}, row{101, judgement_kind::refused}}) {
    CAPTURE(one.status);
    const auto judged = judge_status({.status = one.status});
    REQUIRE(judged.has_value());
    CHECK(judged->kind == one.kind);
  }
  CHECK(!judge_status({.status = 204}).has_value());
}

TEST_CASE("a time to wait until is measured by the response's own clock") {
  const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
  CHECK(*parse_http_date(date) == *parse_instant("1994-11-06T08:49:37Z"));
  CHECK(pause_until({{"Date", date}, {"X-Reset", "784111837"}}, "x-reset") == std::chrono::seconds{60});
  CHECK(pause_until({{"Date", date}, {"X-Reset", "5"}}, "x-reset") == std::chrono::seconds{0});
  CHECK(!pause_until({{"X-Reset", "784111837"}}, "x-reset").has_value());
  CHECK(!pause_until({{"Date", "now"}, {"X-Reset", "784111837"}}, "x-reset").has_value());
  for (const auto* bad : {"", "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37 GMT",
                          "Sun, 06 Xyz 1994 08:49:37 GMT", "Sun, 36 Nov 1994 08:49:37 GMT"}) {
    CHECK(!parse_http_date(bad).has_value());
  }
}
