#include "bot/pages/markup.hpp"

#include <doctest/doctest.h>

using namespace stillholds;

TEST_CASE("escaping") {
  CHECK(html_escaped("a & b < c > d \" e ' f") == "a &amp; b &lt; c &gt; d &quot; e &#39; f");
  CHECK(html_escaped("&amp;") == "&amp;amp;");
  CHECK(html_escaped("算力 😀 é") == "算力 😀 é");
  CHECK(html_escaped("a\nb\tc") == "a b c");
  CHECK(html_escaped(std::string_view{"a\0b\x7f\xC2\x85"
                                      "c",
                                      7}) == "abc");
  CHECK(html_escaped("a\xE2\x80\xAE\xE2\x81\xA6"
                     "b") == "ab");
  CHECK(html_escaped("a\xff\xC3"
                     "b") ==
        "a\xEF\xBF\xBD\xEF\xBF\xBD"
        "b");
  CHECK(html_escaped("").empty());
}

TEST_CASE("only addresses of the web become links") {
  struct row {
    std::string_view url;
    bool web;
  };
  for (const auto& [url, web] :
       {row{"https://a.example", true}, row{"http://a.example", true}, row{"javascript:x", false},
        row{"data:text/html,x", false}, row{"//evil.example", false}, row{"", false}, row{" https://a.example", false},
        row{"HTTPS://a.example", false}, row{"ftp://a.example", false}}) {
    CAPTURE(url);
    CHECK(is_web_address(url) == web);
    markup html;
    html.link(url, "label");
    CHECK((std::move(html).take().find("<a ") != std::string::npos) == web);
  }
  markup html;
  html.link("/a/x", "label");
  CHECK(std::move(html).take() == "<!doctype html>\n<a href=\"/a/x\">label</a>");
}

TEST_CASE("elements nest, close themselves and leave out empty attributes") {
  markup html;
  {
    const auto list = html.in("ul", {{"class", "a\"b"}, {"id", ""}});
    const auto entry = html.in("li");
    html.text("<x>").leaf("b", {{"lang", "zh"}}, "y").single("input", {{"value", "&"}});
  }
  CHECK(std::move(html).take() ==
        "<!doctype html>\n<ul class=\"a&quot;b\">\n<li>\n&lt;x&gt;<b lang=\"zh\">y</b><input "
        "value=\"&amp;\"></li>\n</ul>\n");
}
