// The shared pieces that platforms are made of: encodings, escaping, who is spoken to, what a page still shows.
#include <doctest/doctest.h>

#include "handlers/port/addressing.hpp"
#include "handlers/port/bracket_text.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/escape.hpp"
#include "handlers/port/platform.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/shown_text.hpp"
#include "handlers/port/verdicts.hpp"

using namespace stillholds;

namespace {

std::string base64(std::string_view text) {
  return encode_base64({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
}

// The text with what is quoted or code replaced by underscores.
std::string own_words(std::string text, const quoting& marks) {
  for (const auto& range : not_own_words(text, marks)) {
    for (auto i = range.begin; i < range.end; ++i) {
      if (text[i] != '\n') text[i] = '_';
    }
  }
  return text;
}

constexpr quoting chat{.quote_mark = ">",
                       .quote_all_mark = ">>>",
                       .fence_may_stay_open = false,
                       .tilde_fences = false,
                       .code_may_cross_lines = false};

}  // namespace

TEST_CASE("hex is lower case and whole") {
  CHECK_EQ(decode_hex("00ff7a"), std::string("\0\xff\x7a", 3));
  CHECK_EQ(decode_hex(""), "");
  for (const auto* bad : {"0", "0F", "0g", " 00", "00 ", "0x"}) CHECK(!decode_hex(bad));
}

TEST_CASE("base64 has one spelling") {
  for (const std::string text : {"", "f", "fo", "foo", "foob", "fooba", "foobar", "\xff\xfe\xfd"}) {
    CHECK_EQ(decode_base64(base64(text)), text);
  }
  CHECK_EQ(base64("foob"), "Zm9vYg==");
  for (const auto* bad :
       {"Zm9vYg", "Zm9vYg=", "Zm9vYh==", "Zm9v\n", " Zm9v", "Zm9-", "Z===", "====", "=", "Zm=v", "Zm9vYg==Zm9v"}) {
    CAPTURE(bad);
    CHECK(!decode_base64(bad));
  }
}

TEST_CASE("percent form and back, for every byte") {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  const auto encoded = percent_encode(all);
  CHECK_EQ(encoded.find_first_of(" &=?#+/\"'<>"), std::string::npos);
  CHECK_EQ(percent_decode(encoded, false), all);
  CHECK_EQ(percent_decode("a+b%2B", true), "a b+");
  CHECK_EQ(percent_decode("a+b%2b", false), "a+b+");
  for (const auto* bad : {"%", "%2", "%2g", "a%", "%%20"}) CHECK(!percent_decode(bad, true));
}

TEST_CASE("form fields") {
  const auto form = parse_form("a=1&b=x+y%26&&c&a=2&=z");
  REQUIRE(form.has_value());
  CHECK_EQ(form_value(*form, "b"), "x y&");
  CHECK_EQ(form_value(*form, "c"), "");
  CHECK_EQ(form_value(*form, ""), "z");
  CHECK(!form_value(*form, "a").has_value());
  CHECK(!form_value(*form, "d").has_value());
  CHECK(!parse_form("a=%zz"));
  std::string many;
  for (int i = 0; i < 256; ++i) many += "x=1&";
  CHECK(parse_form(many).has_value());
  CHECK(!parse_form(many + "x=1").has_value());
}

TEST_CASE("the origin of a web address") {
  CHECK_EQ(web_origin("https://Hooks.Slack.com/commands/T/1"), "https://hooks.slack.com");
  CHECK_EQ(web_origin("https://hooks.slack.com:443?x"), "https://hooks.slack.com");
  CHECK_EQ(web_origin("http://127.0.0.1:8080/x"), "http://127.0.0.1:8080");
  CHECK_EQ(web_origin("http://[::1]:80/x"), "http://[::1]");
  CHECK_EQ(web_origin("HTTPS://a.example#x"), "https://a.example");
  for (const auto* bad :
       {"", "a.example", "ftp://a.example", "https://", "https:///x", "https://user@a.example/", "https://a.example:x/",
        "https://a.example:123456/", "https://a b.example", "https://\xc3\xa4.example", "javascript:alert(1)",
        "https://a.example\n/", "https://a%2eexample/"}) {
    CAPTURE(bad);
    CHECK(!web_origin(bad));
  }
  CHECK(web_origin("https://hooks.slack.com\\@evil.com/") == "https://hooks.slack.com");
  CHECK(web_origin("https://evil.com/https://hooks.slack.com") == "https://evil.com");
  CHECK(web_origin("https://hooks.slack.com.evil.com/") == "https://hooks.slack.com.evil.com");
}

TEST_CASE("addresses stop being live, other text stays as it is") {
  const std::string w{word_joiner};
  CHECK_EQ(defang("see https://x.example/a."), "see https:" + w + "//x.example/a.");
  CHECK_EQ(defang("evil.com and sub.evil.co.uk"), "evil." + w + "com and sub.evil.co." + w + "uk");
  CHECK_EQ(defang("WWW.evil.com"), "WWW" + w + ".evil." + w + "com");
  CHECK_EQ(defang("//evil.com"), "/" + w + "/evil." + w + "com");
  CHECK_EQ(defang("a@evil.org"), "a@evil." + w + "org");
  CHECK_EQ(defang("tel:123 data:x mailto:a"), "tel:" + w + "123 data:" + w + "x mailto:" + w + "a");
  CHECK_EQ(defang("evil.com:80"), "evil." + w + "com:80");
  CHECK_EQ(defang("evil.click evil.XN--P1AI evil.internal"),
           "evil." + w + "click evil." + w + "XN--P1AI evil." + w + "internal");
  CHECK_EQ(defang("见evil.com。"), "见evil." + w + "com。");
  CHECK_EQ(defang("evil.com。x.org"), "evil." + w + "com。x." + w + "org");
  for (const auto* plain : {"Status: holds", "U.S. holds 90% (v3.2, 5.2 percent)", "e.g. this", "a: b", "x.example",
                            "chart.png", ":smile:", "10:30", "1.2.3.4", "中文：是", "and/or", "www", "x.", "."}) {
    CAPTURE(plain);
    CHECK_EQ(defang(plain), plain);
  }
}

TEST_CASE("markdown: marks at the beginning of a line") {
  CHECK_EQ(escape_markdown("1. a\n12) b\n+ c\n=== d\n2.5 e"), "1\\. a\n12\\) b\n\\+ c\n\\=== d\n2\\.5 e");
  CHECK_EQ(escape_markdown("a 1. b + c = d"), "a 1. b + c = d");
  CHECK_EQ(escape_markdown("$6m to $9m, $x$"), "\\$6m to \\$9m, $x$");
}

TEST_CASE("entities are decoded once") {
  CHECK_EQ(decode_entities("&amp;lt; &lt;b&gt; &copy; & &am"), "&lt; <b> &copy; & &am");
  CHECK_EQ(decode_entities(escape_entities("<a> &amp; b")), "<a> &amp; b");
}

TEST_CASE("addresses that cannot end the markup around them") {
  CHECK_EQ(safe_address("https://a.example/x_(y)?a=1&b=%20~z"), "https://a.example/x_%28y%29?a=1&b=%20~z");
  CHECK_EQ(safe_address("HTTP://a.example"), "HTTP://a.example");
  CHECK_EQ(safe_address("https://a.example/\xc3\xa4 \n"), "https://a.example/%C3%A4%20%0A");
  for (const auto* bad : {"", "ftp://a", "javascript:alert(1)//http://", "//a", "a", "http:/a"})
    CHECK_EQ(safe_address(bad), "");
}

TEST_CASE("strong text") {
  CHECK_EQ(emphasise("holds", "**"), "**holds**");
  for (const auto* plain : {"", " x", "x ", "a\nb", "a*b"}) CHECK_EQ(emphasise(plain, "**"), plain);
}

TEST_CASE("quotes and code are not the writer's own words") {
  const quoting markdown;
  CHECK_EQ(own_words("> a\nb\n  > c\nd > e", markdown), "___\nb\n_____\nd > e");
  CHECK_EQ(own_words("a `b` c ``d ` e`` f", markdown), "a ___ c _________ f");
  CHECK_EQ(own_words("a `b c", markdown), "a `b c");
  CHECK_EQ(own_words("```\na\n```\nb", markdown), "___\n_\n___\nb");
  CHECK_EQ(own_words("~~~x\na\n~~~~\nb", markdown), "____\n_\n____\nb");
  CHECK_EQ(own_words("````\na\n```\nb\n````\nc", markdown), "____\n_\n___\n_\n____\nc");
  CHECK_EQ(own_words("a\n```\nb\n> c", markdown), "a\n___\n_\n___");
  CHECK_EQ(own_words("it`s\n\nisn`t", markdown), "it`s\n\nisn`t");
  CHECK_EQ(own_words("a `b\nc` d", markdown), "a __\n__ d");
  CHECK_EQ(own_words("a `b\nc` d", chat), "a `b\nc` d");
  CHECK_EQ(own_words("a ```b\nc``` d", chat), "a ____\n____ d");
  CHECK_EQ(own_words("a ```b\nc d", chat), "a ```b\nc d");
  CHECK_EQ(own_words("a\n>>> b\nc", chat), "a\n_____\n_");
  CHECK_EQ(own_words("~~~\na\n~~~", chat), "~~~\na\n~~~");
  CHECK_EQ(own_words("", markdown), "");
}

TEST_CASE("many and endless marks are read in one go" * doctest::timeout(5)) {
  const quoting markdown;
  std::string runs;
  for (std::size_t i = 1; runs.size() < 200'000; ++i) runs += "x" + std::string(i, '`');
  CHECK(not_own_words(runs, markdown).empty());
  CHECK_EQ(not_own_words(std::string(200'000, '`'), markdown).size(), 1U);
  std::string pairs;
  std::string apart;
  while (pairs.size() < 200'000) {
    pairs += "`a` ";
    apart += "a`\n\n";
  }
  CHECK_EQ(not_own_words(pairs, markdown).size(), 50'000U);
  CHECK(not_own_words(apart, markdown).empty());
  CHECK_EQ(find_at_name(std::string(200'000, '@'), "bot", {}).size(), 0U);
  CHECK(defang(std::string(200'000, '.')).size() == 200'000);
  std::string dotted;
  while (dotted.size() < 200'000) dotted += "a.";
  CHECK_EQ(defang(dotted), dotted);
}

TEST_CASE("a name stands as a word of its own") {
  const auto found = [](std::string_view text) { return find_at_name(text, "bot", {}).size(); };
  for (const auto* one : {"@bot", "@BOT help", "hi @bot, x", "(@bot)", "@bot.", "@bot?", "你好@bot吗", "x\n@bot",
                          "@bot: x", "@bot's", "**@bot**"}) {
    CAPTURE(one);
    CHECK_EQ(found(one), 1U);
  }
  for (const auto* none : {"@bot2", "@bots", "@bot_x", "@bot-x", "@bot.example", "x@bot", "@@bot", "@bot@x", "/@bot",
                           "@botä", "ä@bot", "bot", "@", "", "x.@bot", "@bo", "+@bot"}) {
    CAPTURE(none);
    CHECK_EQ(found(none), 0U);
  }
  CHECK_EQ(found("@bot @bot"), 2U);
}

TEST_CASE("what is left is the question") {
  CHECK_EQ(as_question(" , : is it?  ", true), "is it?");
  CHECK_EQ(as_question("，真的吗？", true), "真的吗？");
  CHECK_EQ(as_question(": smile", false), ": smile");
  CHECK_EQ(as_question("a \t b\r\nc\u202e", false), "a b\nc");
  CHECK_EQ(as_question(std::string(10'000, 'x'), false).size(), 4000U);
  CHECK_EQ(as_question("", true), "");
}

TEST_CASE("people, channels and links in angle brackets") {
  const auto read = [](std::string_view text) { return read_bracket_text(text, "U1", chat); };
  CHECK(read("<@U1> x").begins_with_bot);
  CHECK(!read("x <@U1>").begins_with_bot);
  CHECK_EQ(read("a <https://x.example|x> <#C1|c> <!here> &lt;@U1&gt;").words,
           "a https://x.example <#C1|c> <!here> <@U1>");
  CHECK(!read("a &lt;@U1&gt;").names_bot);
  CHECK(!read("<@U12> <@u1> <U1> <@ U1>").names_bot);
  CHECK_EQ(read("a < b <@U1").words, "a < b <@U1");
  CHECK_EQ(read("<mailto:a@b|a@b> <tel:1> <>").words, "a@b tel:1 <>");
}

TEST_CASE("a page still shows what was written, or it does not") {
  CHECK(shows_words("<p>Is it <em>true</em> &amp; “new”? 😄</p>", "Is it true & \"new\"? :smile:"));
  CHECK(shows_words("<p>@bot 美国真的拥有90%的算力吗？</p>", "美国真的拥有90%的算力吗？"));
  CHECK(shows_words("<p>你好@bot这是真的吗</p>", "你好这是真的吗"));
  CHECK(!shows_words("<p>buy my pills</p>", "is it true?"));
  CHECK(!shows_words("", "is it true?"));
  CHECK(!shows_words("<p>美国</p>", "中国真的领先吗"));
  CHECK(!shows_words("<a title=\"is it true\">x</a>", "is it true"));
  CHECK(shows_words("anything", "?!"));
  CHECK(shows_words("is it true", "IS IT TRUE"));
  CHECK(!shows_words("true", "true true true true"));
}

TEST_CASE("a header counts only when it stands alone") {
  const headers all{{"A", "1"}, {"b", "2"}, {"B", "3"}};
  CHECK_EQ(find_header(all, "a"), "1");
  CHECK(!find_header(all, "b"));
  CHECK(!find_header(all, "c"));
}

TEST_CASE("the pause that was asked for") {
  const auto pause = [](std::string_view text) { return asked_pause({{"Retry-After", std::string(text)}}); };
  CHECK(pause("30") == std::chrono::seconds{30});
  CHECK(pause("0") == std::chrono::seconds{0});
  CHECK(pause("86401") == std::chrono::hours{24});
  CHECK(pause("99999999999999999999999") == std::chrono::hours{24});
  for (const auto* bad : {"", "-1", "1.5", "soon", " 5", "Wed, 21 Oct 2026 07:28:00 GMT"}) CHECK(!pause(bad));
  CHECK(!asked_pause({}));
}

TEST_CASE("platforms are found by their name, and each name once") {
  for (const auto& entry : known_platforms()) {
    REQUIRE(find_platform(entry.name) != nullptr);
    const bool same = find_platform(entry.name)->make == entry.make;
    CHECK(same);
    CHECK(!entry.manifest_name.empty());
  }
  CHECK(find_platform("no-such-platform") == nullptr);
  CHECK(find_platform("") == nullptr);
}
