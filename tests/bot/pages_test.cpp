#include "bot/pages/pages.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

#include "knowledge/text.hpp"
#include "tests/samples.hpp"

using namespace stillholds;

namespace {

// "&", quotes, tags, a terminal escape, a line feed, a right-to-left override and a broken byte.
constexpr std::string_view hostile =
    "\"><script>alert(1)</script>'&amp;\x1b[31m\x07\n\xE2\x80\xAE\xff<img src=x onerror=y>";

snapshot sample() { return {{samples::small_article()}, {}}; }

snapshot hostile_sample() {
  auto of = samples::small_article();
  const std::string bad{hostile};
  of.title = of.author = of.publisher = of.quoted_by = bad;
  of.url = "javascript:alert(1)";
  of.sections[0].title = bad;
  for (auto& topic : of.answers) topic.second["en"] = bad;
  auto& one = of.claims[0];
  one.text = one.quote = one.measure = one.scope = bad;
  one.history[0].summary = bad;
  one.claim_text["zh"] = one.summary_text["zh"] = bad;
  one.review.retired_on = samples::date("2026-01");
  one.review.retired_why = bad;
  auto& item = one.evidence[0];
  item.finding = item.quote = item.source.publisher = item.source.title = bad;
  item.source.url = "javascript:alert(2)";
  one.evidence[1].source.url = "https://example.org/?a=\"><b>&x='";
  return {{of}, {}};
}

page get(std::string_view path, std::string_view query = "", std::string_view public_url = samples::public_url) {
  static const snapshot whole = sample();
  return public_page(path, query, whole,
                     {.public_url = public_url, .today = samples::today, .words = wording::built_in()});
}

bool has(const page& in, std::string_view text) { return in.body.find(text) != std::string::npos; }

// What a browser with our content policy may not meet, and what every page must have.
void check_sound(const page& one) {
  CAPTURE(one.body);
  REQUIRE(is_utf8(one.body));
  CHECK(one.body.starts_with("<!doctype html>\n<html lang=\""));
  CHECK(one.body.ends_with("</html>\n"));
  for (const auto* forbidden : {"<script", " style=", "<style", " onerror=", " onclick=", "javascript:", "<img", "\x1b",
                                "\x07", "\xE2\x80\xAE", "http-equiv"}) {
    CHECK_MESSAGE(!has(one, forbidden), forbidden);
  }
  for (const auto* wanted :
       {"<meta charset=\"utf-8\">", "name=\"viewport\"", "<title>", "<main id=\"content\">", "<h1", "</footer>"}) {
    CHECK_MESSAGE(has(one, wanted), wanted);
  }
  // Every element is closed in its order.
  std::vector<std::string> open;
  const std::set<std::string, std::less<>> single{"meta", "link", "input", "!doctype"};
  for (auto at = one.body.find('<'); at != std::string::npos; at = one.body.find('<', at + 1)) {
    const auto end = one.body.find_first_of(" >", at);
    const auto name = one.body.substr(at + 1, end - at - 1);
    if (name.starts_with('/')) {
      REQUIRE(!open.empty());
      REQUIRE(open.back() == name.substr(1));
      open.pop_back();
    } else if (!single.contains(name)) {
      open.push_back(name);
    }
  }
  CHECK(open.empty());
  CHECK(one.body.find("<h1") == one.body.rfind("<h1"));  // one heading of the first order
}

}  // namespace

TEST_CASE("every page is sound, in both languages") {
  for (const auto* query : {"", "lang=zh"}) {
    for (const auto* path : {"/", "/a/us-china-ai-gap", "/a/us-china-ai-gap/", "/a/us-china-ai-gap/compute-us-90pct",
                             "/a/us-china-ai-gap/compute-china-underutilised", "/a/us-china-ai-gap/data-us-quality"}) {
      CAPTURE(path);
      const auto one = get(path, query);
      CHECK(one.status == 200);
      CHECK(one.content_type == "text/html; charset=utf-8");
      CHECK(one.etag.size() == 18);
      check_sound(one);
    }
    const auto missing = get("/a/none", query);
    CHECK(missing.status == 404);
    CHECK(missing.etag.empty());
    check_sound(missing);
  }
}

TEST_CASE("what is not there is a 404, whatever the address holds") {
  for (const auto* path :
       {"/x", "/a", "/a/", "/a//", "/a/us-china-ai-gap/none", "/a/us-china-ai-gap/compute-us-90pct/more",
        "/a/../etc/passwd", "/a/%00", "/a/us-china-ai-gap//", "/style.css/", "/A/us-china-ai-gap", "//", "/a/\xff",
        "/a/<script>alert(1)</script>"}) {
    CAPTURE(path);
    const auto one = get(path);
    CHECK(one.status == 404);
    check_sound(one);
  }
}

TEST_CASE("hostile text is shown, never obeyed") {
  const auto whole = hostile_sample();
  for (const auto* query :
       {"", "lang=zh", "q=compute", "lang=\"><script>", "q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E%1b%ff"}) {
    for (const auto* path : {"/", "/a/us-china-ai-gap", "/a/us-china-ai-gap/compute-us-90pct"}) {
      CAPTURE(path);
      CAPTURE(query);
      const auto one =
          public_page(path, query, whole,
                      {.public_url = samples::public_url, .today = samples::today, .words = wording::built_in()});
      CHECK(one.status == 200);
      const auto& body = one.body;
      REQUIRE(is_utf8(body));
      for (const auto* forbidden :
           {"<script", "<img", "<b>", "\x1b", "\x07", "\xE2\x80\xAE", "\xff", "href=\"javascript"}) {
        CHECK_MESSAGE(body.find(forbidden) == std::string::npos, forbidden);
      }
    }
  }
  const auto claim =
      public_page("/a/us-china-ai-gap/compute-us-90pct", "", whole,
                  {.public_url = samples::public_url, .today = samples::today, .words = wording::built_in()});
  CHECK(has(claim, "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;amp;[31m"));
  CHECK(has(claim, "href=\"https://example.org/?a=&quot;&gt;&lt;b&gt;&amp;x=&#39;\""));
}

TEST_CASE("a claim's page shows the words, the verdict, the evidence and the history") {
  const auto one = get("/a/us-china-ai-gap/compute-china-underutilised");
  for (const auto* wanted :
       {"<html lang=\"en\">",
        "<h1>China&#39;s AI computing capacity is often underused because of inefficiencies.</h1>",
        "<blockquote><p>often underutilized due to inefficiencies</p>",
        "<span class=\"badge s-outdated\">outdated</span>",
        "held when written and no longer does",
        "By spring 2026 the problem had flipped to a shortage.",
        "Reviewed 23 Nov 2026 · medium confidence · next review by 21 Feb 2027",
        "<time datetime=\"2026-05-02\">2 May 2026</time> <span class=\"publisher\">Reuters</span>",
        "<span class=\"bearing b-supports\">supports it</span>",
        "Up to 80% of new capacity was idle.",
        "<a href=\"https://example.org/idle\" rel=\"external noopener\">A title</a>",
        "primary source",
        "seen 23 Nov 2026",
        "<time datetime=\"2026-03\">from Mar 2026</time>",
        "<time datetime=\"2025-01\">from Jan 2025</time>",
        "Reports said up to 80 percent of new capacity was idle.",
        "<code>claim compute-china-underutilised</code>",
        "<a href=\"/a/us-china-ai-gap\">The Gap Between the U.S. &amp; China",
        "rel=\"canonical\" href=\"https://bot.example.org/a/us-china-ai-gap/compute-china-underutilised\"",
        "rel=\"prev\" href=\"/a/us-china-ai-gap/compute-us-90pct\"",
        "rel=\"next\" href=\"/a/us-china-ai-gap/compute-lead-expanding\""}) {
    CHECK_MESSAGE(has(one, wanted), wanted);
  }
  CHECK(one.body.find("2 May 2026") < one.body.find("26 Mar 2025"));
  CHECK(one.body.find("from Mar 2026") < one.body.find("from Jan 2025"));
}

TEST_CASE("the review date tells when it has passed, or that nobody looks any more") {
  auto of = samples::small_article();
  of.claims[0].review.every_days.reset();
  of.claims[0].review.by = samples::date("2026-10");
  of.claims[1].review = {};
  of.claims[1].review.retired_on = samples::date("2026-06-01");
  of.claims[1].review.retired_why = "The market is gone";
  const snapshot whole{{of}, {}};
  const page_context context{.public_url = samples::public_url, .today = samples::today, .words = wording::built_in()};
  CHECK(
      has(public_page("/a/us-china-ai-gap/compute-us-90pct", "", whole, context), "review overdue since 31 Oct 2026"));
  CHECK(has(public_page("/a/us-china-ai-gap/compute-china-underutilised", "", whole, context),
            "no longer reviewed since 1 Jun 2026: The market is gone"));
}

TEST_CASE("the Chinese page uses translations and marks what is not translated") {
  const auto one = get("/a/us-china-ai-gap/compute-us-90pct", "lang=zh");
  for (const auto* wanted :
       {"<html lang=\"zh\">", "<h1>美国拥有全球约90%的人工智能算力。</h1>",
        "<blockquote lang=\"en\"><p>The U.S. holds 90% of global AI computing power</p>", "一直缺乏依据",
        "<p class=\"summary\">没有公开估计给出90%这个数字。大幅领先属实，具体数字不属实。</p>",
        "<p>五家美国云厂商拥有全球约71%的AI算力。</p>",
        "<p lang=\"en\">75% US, 15% China across 500 AI supercomputers.</p>",
        "<time datetime=\"2026-04\">2026年4月</time>",
        "<a class=\"switch\" lang=\"en\" hreflang=\"en\" href=\"/a/us-china-ai-gap/compute-us-90pct\">English</a>",
        "href=\"/a/us-china-ai-gap?lang=zh\""}) {
    CHECK_MESSAGE(has(one, wanted), wanted);
  }
  CHECK(has(get("/a/us-china-ai-gap/data-us-quality", "lang=zh"),
            "<h1 lang=\"en\">The US benefits from high-quality datasets.</h1>"));
  CHECK(has(get("/", "lang=fr"), "<html lang=\"en\">"));
  CHECK(has(get("/", "x=1&lang=zh"), "<html lang=\"zh\">"));
  CHECK(has(get("/", ""), "<a class=\"switch\" lang=\"zh\" hreflang=\"zh\" href=\"/?lang=zh\">中文</a>"));
}

TEST_CASE("the article's page: counts, digests, changes, and every claim with its status") {
  const auto one = get("/a/us-china-ai-gap");
  for (const auto* wanted :
       {"<h1>The Gap Between the U.S. &amp; China in AI Is Widening, Not Narrowing</h1>",
        "Shenzhen AI Industry Association, Jan 2025 · Quoted by Rui, 13 Mar 2025.",
        "Of 6 claims 1 holds, 1 partly holds", "<svg class=\"bar\" viewBox=\"0 0 6 1\"",
        "<rect class=\"f-overturned\" x=\"3\" width=\"1\" height=\"1\">", "Best as an editor&#39;s note",
        "The model gap shrank.", "All wording comes from a note", "<h3>Computing power</h3>", "<h3>Data resources</h3>",
        "<h3>Conclusion</h3>", "since 5 Oct 2026"}) {
    CHECK_MESSAGE(has(one, wanted), wanted);
  }
  for (const auto& claim : samples::small_article().claims) {
    CHECK(has(one, fmt::format("<li id=\"{}\">", claim.id)));
    CHECK(has(one, fmt::format("href=\"/a/us-china-ai-gap/{}\"", claim.id)));
  }
  CHECK_FALSE(has(one, "Read the article"));  // it has no address
  const auto chinese = get("/a/us-china-ai-gap", "lang=zh");
  CHECK(has(chinese, "<p>模型差距缩小，算力领先扩大。</p>"));
  CHECK(has(chinese, "<p lang=\"en\">Best as an editor&#39;s note"));
}

TEST_CASE("the front page: articles, meanings, and a question tried") {
  const auto one = get("/");
  CHECK(has(one, "<a href=\"/a/us-china-ai-gap\">The Gap Between"));
  CHECK(has(one, "<form class=\"ask\" method=\"get\" action=\"/\" role=\"search\">"));
  CHECK(has(one, "had no good support even when written"));
  CHECK_FALSE(has(one, "id=\"answer\""));
  CHECK_FALSE(has(get("/", "q="), "id=\"answer\""));
  CHECK_FALSE(has(get("/", "q=+%20+"), "id=\"answer\""));

  const auto asked = get("/", "q=claim+compute-us-90pct");
  check_sound(asked);
  for (const auto* wanted :
       {"id=\"answer\"", "value=\"claim compute-us-90pct\"",
        "<p class=\"lead\">Claim (Computing power, Jan 2025): &quot;The U.S. holds 90% of global AI computing "
        "power&quot;</p>",
        "<p class=\"verdict\">Status: never well supported · reviewed 23 Nov 2026</p>",
        "<a href=\"https://epoch.ai/data/ai-chip-owners\" rel=\"external noopener\">Apr 2026, Epoch AI</a>: Five US",
        "<a href=\"/a/us-china-ai-gap/compute-us-90pct\">Full history</a>",
        "href=\"/?lang=zh&amp;q=claim%20compute-us-90pct\""}) {
    CHECK_MESSAGE(has(asked, wanted), wanted);
  }
  const auto chinese = get("/", "lang=zh&q=list");
  CHECK(has(chinese, "<input type=\"hidden\" name=\"lang\" value=\"zh\">"));

  // Nothing was done, so the page must not say that it was.
  for (const auto* acting : {"q=forget+me", "q=unfollow", "q=follow+compute-us-90pct"}) {
    const auto acted = get("/", acting);
    CHECK(has(acted, "here nothing is stored"));
    CHECK_FALSE(has(acted, "deleted"));
    CHECK_FALSE(has(acted, "You will get"));
  }
  CHECK(get("/", "q=" + std::string(20000, 'a')).body.size() < 20000);  // a question is cut, not echoed whole
}

TEST_CASE("the style sheet and the icon have tags of their own; a changed page has another tag") {
  const auto style = get("/style.css");
  CHECK(style.status == 200);
  CHECK(style.content_type == "text/css; charset=utf-8");
  CHECK(has(style, "prefers-color-scheme: dark"));
  CHECK_FALSE(has(style, "url("));  // it loads nothing
  CHECK_FALSE(has(style, "@import"));
  CHECK(get("/icon.svg").content_type == "image/svg+xml");
  CHECK(style.etag == get("/style.css", "v=1").etag);
  CHECK(style.etag != get("/icon.svg").etag);
  CHECK(get("/").etag == get("/").etag);
  CHECK(get("/").etag != get("/", "lang=zh").etag);
  CHECK(has(get("/"), "/style.css?v=" + style.etag.substr(1, 8)));
}

TEST_CASE("a public address below a path gives every link its prefix") {
  for (const auto* url : {"https://example.org/claims", "https://example.org/claims/"}) {
    const auto one = get("/a/us-china-ai-gap", "", url);
    CHECK(has(one, "href=\"/claims/a/us-china-ai-gap/compute-us-90pct\""));
    CHECK(has(one, "href=\"/claims/style.css?v="));
    CHECK_FALSE(has(one, "href=\"/a/"));
  }
  const auto asked = get("/", "q=claim+compute-us-90pct", "https://example.org/claims");
  CHECK(has(asked, "<a href=\"/claims/a/us-china-ai-gap/compute-us-90pct\">Full history</a>"));
  CHECK(has(asked, "action=\"/claims/\""));
}

TEST_CASE("a knowledge base without articles still has a front page") {
  const snapshot empty{{}, {}};
  const auto one =
      public_page("/", "q=anything", empty, {.public_url = "", .today = samples::today, .words = wording::built_in()});
  CHECK(one.status == 200);
  CHECK(has(one, "There is no article here yet."));
  check_sound(one);
}

TEST_CASE("an article without author, sections, verdicts or dates does not break a page") {
  article bare;
  bare.id = "bare";
  bare.title = "Bare";
  claim one;
  one.id = "bare-claim";
  one.section = "nowhere";
  one.text = "Something.";
  one.history = {samples::judged("2027-01", status::holds, "Later.")};  // not yet in force
  bare.claims = {one};
  const snapshot whole{{bare}, {}};
  const page_context context{.public_url = "", .today = samples::today, .words = wording::built_in()};
  for (const auto* path : {"/", "/a/bare", "/a/bare/bare-claim"}) {
    const auto shown = public_page(path, "", whole, context);
    CHECK(shown.status == 200);
    check_sound(shown);
  }
  CHECK(has(public_page("/a/bare/bare-claim", "", whole, context), "not judged yet"));
}
