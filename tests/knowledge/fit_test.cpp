#include "knowledge/answers/fit.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

#include "knowledge/text.hpp"

using namespace stillholds;

namespace {

answer claim_answer() {
  return {.kind = answer_kind::claim,
          .lead = "Claim (Computing power, Jan 2025): \"and is expanding its lead\"",
          .gloss = "That is: The US lead is growing.",
          .status = "Status: holds · reviewed 23 Nov 2026",
          .body = "The U.S. measures agree. The lead grew to 5.2 times. It may not last.",
          .heading = "Newer evidence",
          .items = {{.label = "Apr 2026, Epoch AI", .text = "Finding one.", .url = "https://a.example/1"},
                    {.label = "Jan 2026, IDC", .text = "Finding two.", .url = "https://a.example/2"},
                    {.label = "Apr 2025, SCMP", .text = "Finding three.", .url = "https://a.example/3"}},
          .link_label = "Full history",
          .link = "https://bot.example.org/a/gap/lead",
          .footer = "not what you meant? reply \"other\""};
}

answer chinese_answer() {
  auto what = claim_answer();
  what.language = "zh";
  what.lead =
      "论断（算力，2025年1月）：“美国在人工智能算力方面的领先优势正在扩大👩‍🔬"
      "🇨"
      "🇳"
      "”";
  what.gloss = "原文：“and is expanding its lead”";
  what.status = "状态：成立 · 2026年11月23日复核";
  what.body = "各项指标一致。领先扩大到5.2倍。未必能持续！";
  what.items[0].text = "发现一。";
  return what;
}

answer choice_answer() {
  answer what{.kind = answer_kind::suggest, .lead = "Did you mean one of these?"};
  for (const auto* label : {"1", "2", "3"}) {
    what.items.push_back({.label = label, .text = fmt::format("Claim {} {}", label, std::string(140, 'x')), .url = ""});
  }
  what.link_label = "All claims";
  what.link = "https://bot.example.org/a/gap";
  what.footer = "footer";
  return what;
}

// Brackets for every escape and link, so that a broken piece shows at once.
dialect marked(std::size_t limit) {
  dialect in;
  in.escape = [](std::string_view text) { return fmt::format("«{}»", text); };
  in.link = [](std::string_view url, std::string_view label) { return fmt::format("<{}|{}>", url, label); };
  in.strong = [](std::string_view text) { return fmt::format("*{}*", text); };
  in.limit = limit;
  return in;
}

std::size_t times(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

}  // namespace

TEST_CASE("the whole answer, plain") {
  CHECK(write(claim_answer(), plain_dialect()) ==
        "Claim (Computing power, Jan 2025): \"and is expanding its lead\"\n"
        "That is: The US lead is growing.\n"
        "Status: holds · reviewed 23 Nov 2026\n"
        "The U.S. measures agree. The lead grew to 5.2 times. It may not last.\n"
        "Newer evidence\n"
        "· Apr 2026, Epoch AI: Finding one.  https://a.example/1\n"
        "· Jan 2026, IDC: Finding two.  https://a.example/2\n"
        "· Apr 2025, SCMP: Finding three.  https://a.example/3\n"
        "Full history: https://bot.example.org/a/gap/lead · not what you meant? reply \"other\"");
}

TEST_CASE("the forms come in the promised order") {
  // Written with every limit from long to short, each new text is the next form.
  std::vector<std::string> forms;
  for (std::size_t limit = 600; limit >= 126; --limit) {
    auto text = write(claim_answer(), plain_dialect(limit));
    if (forms.empty() || forms.back() != text) forms.push_back(std::move(text));
  }
  REQUIRE(forms.size() >= 9);
  struct shown {
    std::size_t items;
    bool third, second, first, gloss, footer;
  };
  const shown order[] = {{3, true, true, true, true, true},     {2, true, true, true, true, true},
                         {1, true, true, true, true, true},     {0, true, true, true, true, true},
                         {0, false, true, true, true, true},    {0, false, false, true, true, true},
                         {0, false, false, false, true, true},  {0, false, false, false, false, true},
                         {0, false, false, false, false, false}};
  for (std::size_t i = 0; i < std::size(order); ++i) {
    CAPTURE(forms[i]);
    const auto& text = forms[i];
    CHECK(times(text, "Finding") == order[i].items);
    CHECK((text.find("Newer evidence") != std::string::npos) == (order[i].items > 0));
    CHECK((text.find("may not last.") != std::string::npos) == order[i].third);
    CHECK((text.find("5.2 times.") != std::string::npos) == order[i].second);
    CHECK((text.find("measures agree.") != std::string::npos) == order[i].first);
    CHECK((text.find("That is") != std::string::npos) == order[i].gloss);
    CHECK((text.find("reply") != std::string::npos) == order[i].footer);
    CHECK(text.find("https://bot.example.org/a/gap/lead") != std::string::npos);
    CHECK(text.find("…") == std::string::npos);
  }
  CHECK(forms[8] ==
        "Claim (Computing power, Jan 2025): \"and is expanding its lead\"\n"
        "Status: holds · reviewed 23 Nov 2026\n"
        "Full history: https://bot.example.org/a/gap/lead");
  CHECK(forms[9].find("…") != std::string::npos);  // only then is the lead cut
}

TEST_CASE("every limit is kept, in every measure, and no character, markup or link is broken") {
  struct unit {
    std::string_view name;
    std::size_t (*measure)(std::string_view);
  };
  const unit units[] = {{"code points", [](std::string_view t) { return code_points(t); }},
                        {"UTF-16", [](std::string_view t) { return utf16_units(t); }},
                        {"bytes", [](std::string_view t) { return t.size(); }}};
  for (const auto& what : {claim_answer(), chinese_answer(), choice_answer()}) {
    for (const auto& [name, measure] : units) {
      for (std::size_t limit = 0; limit <= 1100; ++limit) {
        auto in = marked(limit);
        in.measure = measure;
        const auto text = write(what, in);
        CAPTURE(name);
        CAPTURE(limit);
        CAPTURE(text);
        REQUIRE(measure(text) <= limit);
        REQUIRE(is_utf8(text));
        REQUIRE(times(text, "«") == times(text, "»"));
        REQUIRE(times(text, "<https://") == times(text, ">"));
        REQUIRE(times(text, "*") % 2 == 0);
        // No half of a joined picture is left behind.
        REQUIRE(text.find("\xE2\x80\x8D»") == std::string::npos);
        REQUIRE(text.find("\xE2\x80\x8D…") == std::string::npos);
      }
    }
  }
}

TEST_CASE("more room never shows less") {
  for (const auto& what : {claim_answer(), chinese_answer(), choice_answer()}) {
    std::size_t before = 0;
    for (std::size_t limit = 0; limit <= 900; ++limit) {
      const auto size = code_points(write(what, marked(limit)));
      REQUIRE(size >= before);
      before = size;
    }
  }
}

TEST_CASE("below the last form: status goes, then the lead, then the link") {
  const auto what = claim_answer();
  CHECK(
      write(what, plain_dialect(100)).ends_with("…\nStatus: holds · reviewed 23 Nov 2026\nFull history: " + what.link));
  CHECK(write(what, plain_dialect(84)).find("Status") == std::string::npos);
  CHECK(write(what, plain_dialect(84)).ends_with("…\nFull history: " + what.link));
  CHECK(write(what, plain_dialect(48)) == "Full history: " + what.link);
  CHECK(write(what, plain_dialect(47)) == "Claim (Computing power, Jan 2025): \"and is exp…");
  CHECK(write(what, plain_dialect(2)) == "C…");
  CHECK(write(what, plain_dialect(0)).empty());
}

TEST_CASE("choices keep their number: texts are cut before a choice is dropped") {
  const auto what = choice_answer();
  const auto roomy = write(what, plain_dialect(4000));
  CHECK(roomy.find("1. Claim 1") != std::string::npos);
  CHECK(roomy.find("footer") != std::string::npos);
  CHECK(roomy.find("· 1") == std::string::npos);
  const auto small = write(what, plain_dialect(300));
  for (const auto* start : {"1. Claim 1", "2. Claim 2", "3. Claim 3", "Did you mean", "/a/gap"}) {
    CHECK(small.find(start) != std::string::npos);
  }
  CHECK(times(small, "…") == 3);
  CHECK(times(write(what, plain_dialect(160)), "Claim") == 2);
}

TEST_CASE("a link that hides its address carries the item's label") {
  auto in = marked(4000);
  in.labels_carry_links = true;
  const auto text = write(claim_answer(), in);
  CHECK(text.find("· <https://a.example/1|Apr 2026, Epoch AI>: «Finding one.»\n") != std::string::npos);
  CHECK(text.find("<https://bot.example.org/a/gap/lead|Full history> · «not what you meant?") != std::string::npos);
  auto unlabelled = claim_answer();
  unlabelled.items = {{.label = "", .text = "Finding.", .url = "https://a.example/1"}};
  CHECK(write(unlabelled, in).find("· «Finding.»  <https://a.example/1|>") != std::string::npos);
}

TEST_CASE("line feeds belong to the body alone") {
  answer what{.kind = answer_kind::claim, .lead = "one\ntwo", .status = "a\r\nb"};
  what.body = "first.\n\nsecond.";
  what.items = {{.label = "l\n1", .text = "x\n/close", .url = ""}};
  CHECK(write(what, plain_dialect()) == "one two\na b\nfirst.\nsecond.\n· l 1: x /close");
  for (const std::string end : {"\r", "\v", "\f", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
    auto other = what;
    other.items[0].text = "x" + end + "/close";
    CHECK(write(other, plain_dialect()) == write(what, plain_dialect()));
  }
  auto in = marked(4000);
  in.line_break = "<br>";
  in.part_break = "<p>";
  CHECK(write(what, in) == "«one two»<br>*«a b»*<p>«first.»<br>«second.»<p>· «l 1»: «x /close»");
}

TEST_CASE("small answers take one line") {
  answer what{.kind = answer_kind::repeat, .lead = "Answered here already on 3 Nov 2026."};
  what.link_label = "Full history";
  what.link = "https://bot.example.org/a/b";
  CHECK(write(what, plain_dialect()) ==
        "Answered here already on 3 Nov 2026. Full history: https://bot.example.org/a/b");
  what.kind = answer_kind::claim;
  CHECK(write(what, plain_dialect()) ==
        "Answered here already on 3 Nov 2026.\nFull history: https://bot.example.org/a/b");
  answer follow{.kind = answer_kind::command, .lead = "You will get one line."};
  follow.footer = "to end that reply \"unfollow\"";
  CHECK(write(follow, plain_dialect()) == "You will get one line. · to end that reply \"unfollow\"");
  CHECK(write(answer{}, plain_dialect()).empty());
}

TEST_CASE("the terminal gets no control characters") {
  const answer what{.kind = answer_kind::claim, .lead = "a\x1b[31mred\x07\xE2\x80\xAEx"};
  const auto text = write(what, plain_dialect());
  CHECK(text == "a[31mredx");
}

TEST_CASE("a dialect without functions writes the text as it is") {
  dialect bare;
  CHECK(write({.kind = answer_kind::claim, .lead = "a<b", .link_label = "l", .link = "https://x.example"}, bare) ==
        "a<b\nl: https://x.example");
}
