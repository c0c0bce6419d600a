#include "knowledge/model/loader.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "knowledge/model/article_reader.hpp"
#include "knowledge/model/yaml.hpp"
#include "knowledge/text.hpp"
#include "tests/knowledge/knowledge_folder.hpp"

using namespace stillholds;

namespace {

struct change {
  std::string from;
  std::string to;
  std::vector<std::string> faults;  // without the file's name
};

void check_changes(const std::string& file, const std::vector<change>& changes) {
  for (const auto& [from, to, faults] : changes) {
    const knowledge_folder folder;
    folder.edit(file, from, to);
    std::vector<std::string> expected;
    for (const auto& one : faults) expected.push_back(file + ":" + one);
    CAPTURE(from);
    CAPTURE(to);
    const auto got = lines_of(load_knowledge(folder.path()).faults);
    CHECK_MESSAGE(got == expected, fmt::format("{}", fmt::join(got, "\n")));
  }
}

}  // namespace

TEST_CASE("a whole knowledge folder is read as written") {
  const knowledge_folder folder;
  const auto all = load_knowledge(folder.path());
  REQUIRE(lines_of(all.faults) == std::vector<std::string>{});
  CHECK(all.ok());
  REQUIRE(all.articles.size() == 1);
  const auto& article = all.articles[0];
  CHECK(article.id == "bridges");
  CHECK(article.title == "A Note on Bridges");
  CHECK(article.publisher == "The Gazette");
  CHECK(article.published == partial_date{2025, 1, 0});
  CHECK(article.url == "https://gazette.example/bridges");
  CHECK(article.mirrors == std::vector<std::string>{"https://copy.example/b"});
  CHECK(article.quoted_by == "Rui");
  CHECK(article.quoted_on == partial_date{2025, 3, 13});
  REQUIRE(article.sections.size() == 2);
  CHECK(article.sections[0].title_text.at("zh") == "长度");
  CHECK(article.aliases == std::vector<std::string>{"bridge note"});
  CHECK(article.answers.at("update").at("zh") == "是。");
  CHECK(article.text.find("90 metres") != std::string::npos);
  CHECK(place_of(article, "aliases[0]").line == 12);

  REQUIRE(article.claims.size() == 1);
  const auto& claim = article.claims[0];
  CHECK(claim.id == "length-90");
  CHECK(claim.section == "length");
  CHECK(claim.text == "The bridge is 90 metres long.");
  CHECK(claim.also_asked_as == std::vector<std::string>{"how long is the bridge"});
  CHECK(claim.claim_text.at("zh") == "桥长90米。");
  CHECK(claim.summary_text.at("zh") == "实测75米。");
  REQUIRE(claim.history.size() == 1);
  CHECK(claim.current().status == status::outdated);
  CHECK(claim.current().confidence == confidence_level::medium);
  CHECK(claim.current().reviewed == partial_date{2026, 11, 1});
  CHECK(claim.review.every_days == 90);
  REQUIRE(claim.evidence.size() == 2);
  CHECK(claim.evidence[0].source.publisher == "Daily");  // newest first
  CHECK(claim.evidence[0].finding_text.at("zh") == "据说80米。");
  CHECK(claim.evidence[1].source.kind == source_kind::primary);
  CHECK(claim.evidence[1].bearing == bearing::contradicts);
  CHECK(place_of(claim, "also_asked_as[0]").line == 5);
  CHECK(place_of(claim, "also_asked_as[0]").column == 5);
  CHECK(place_of(claim, "nothing").line == claim.at.line);

  REQUIRE(all.golden.size() == 1);
  CHECK(all.golden[0].ask == "how long is the bridge");
  CHECK(all.golden[0].expect == "length-90");
  CHECK(all.golden[0].article_id == "bridges");
}

TEST_CASE("the folder may be the knowledge folder, the shelf or one article") {
  const knowledge_folder folder;
  for (const auto* below : {"", "articles", "articles/bridges", "articles/"}) {
    const auto all = load_knowledge(folder.path() / below);
    CAPTURE(below);
    CHECK(all.ok());
    REQUIRE(all.articles.size() == 1);
    CHECK(all.articles[0].id == "bridges");
  }
}

TEST_CASE("other forms of the same things") {
  const knowledge_folder folder;
  folder.edit(claim_file, "review_every: 90d", "review_by: 2027-02");
  CHECK(load_knowledge(folder.path()).articles.at(0).claims.at(0).review.by == partial_date{2027, 2, 0});
  folder.edit(claim_file, "review_by: 2027-02", "retired: {on: 2026, why: The bridge is gone.}");
  const auto retired = load_knowledge(folder.path());
  CHECK(retired.ok());
  CHECK(retired.articles.at(0).claims.at(0).review.retired_on == partial_date{2026, 0, 0});
  CHECK(retired.articles.at(0).claims.at(0).review.retired_why == "The bridge is gone.");
  folder.edit(claim_file, "claim: The bridge is 90 metres long.",
              "claim: |\n  The bridge\u200B is\n\n  \u202E90 metres  long.\n");
  CHECK(load_knowledge(folder.path()).articles.at(0).claims.at(0).text == "The bridge is 90 metres long.");
  folder.write(claim_file, "\xEF\xBB\xBF" + std::string{sample_claim});
  CHECK(load_knowledge(folder.path()).ok());
  std::string crlf;
  for (const char c : sample_claim) crlf += c == '\n' ? "\r\n" : std::string{c};
  folder.write(claim_file, crlf);
  const auto windows = load_knowledge(folder.path());
  CHECK(windows.ok());
  CHECK(windows.articles.at(0).claims.at(0).current().summary == "It was measured at 75 metres.");
}

TEST_CASE("claims stand in section order, then by id; evidence newest first, else as written") {
  const knowledge_folder folder;
  const auto claim = std::string{sample_claim};
  folder.write("articles/bridges/claims/a-load.yaml", std::string{claim}.replace(0, 15, "section: load\n"));
  folder.write("articles/bridges/claims/z-length.yaml", claim);
  folder.write("articles/bridges/claims/b-nowhere.yaml", std::string{claim}.replace(0, 15, "section: roof\n"));
  folder.edit("articles/bridges/claims/z-length.yaml", "published: 2026-05-02", "published: 2026-04");
  const auto all = load_knowledge(folder.path());
  REQUIRE(all.articles.at(0).claims.size() == 4);
  CHECK(all.articles[0].claims[0].id == "length-90");
  CHECK(all.articles[0].claims[1].id == "z-length");
  CHECK(all.articles[0].claims[1].evidence.at(0).source.publisher == "Survey Office");
  CHECK(all.articles[0].claims[2].id == "a-load");
  CHECK(all.articles[0].claims[3].id == "b-nowhere");
}

TEST_CASE("faults of a claim file, each at its place") {
  check_changes(
      claim_file,
      {
          {"claim: The",
           "clam: The",
           {"1:1: error: a claim has no \"claim\"; add it",
            "2:1: error: unknown key \"clam\"; did you mean \"claim\"?"}},
          {"section: length", "section:", {"1:1: error: \"section\" is empty; fill it in"}},
          {"section: length",
           "section: \"\u200B\"",
           {"1:10: error: \"section\" holds no text; fill it in or remove it"}},
          {"section: length", "section: [length]", {"1:10: error: \"section\" must be text, not a list"}},
          {"section: length\n",
           "section: length\ncolour: red\n",
           {"2:1: error: unknown key \"colour\"; a claim has section, claim, quote, measure, scope, also_asked_as, "
            "text, history, "
            "review_every, review_by, retired or evidence"}},
          {"status: outdated",
           "status: outdatd",
           {"12:13: error: unknown status \"outdatd\"; use holds, partly-holds, outdated, overturned, unsupported or "
            "unresolved"}},
          {"bearing: contradicts",
           "bearing: against",
           {"19:14: error: unknown bearing \"against\"; use supports, contradicts or qualifies"}},
          {"kind: primary",
           "kind: first",
           {"26:13: error: unknown kind \"first\"; use primary, secondary or aggregator"}},
          {"confidence: medium",
           "confidence: sure",
           {"15:17: error: unknown confidence \"sure\"; use low, medium or high"}},
          {"from: 2025-01",
           "from: 2025-13",
           {"11:11: error: \"2025-13\" is not a date; write 2025, 2025-04 or 2025-04-13"}},
          {"from: 2025-01",
           "from: 2025-02-30",
           {"11:11: error: \"2025-02-30\" is not a date; write 2025, 2025-04 or 2025-04-13"}},
          {"reviewed: 2026-11-01",
           "reviewed: 2026-11",
           {"14:15: error: \"reviewed\" must be a date to the day, not \"2026-11\"; write it like 2026-11-23"}},
          {"published: 2026-04",
           "published: April",
           {"20:16: error: \"April\" is not a date; write 2025, 2025-04 or 2025-04-13"}},
          {"    seen: 2026-11-01\n", "", {"18:5: error: an evidence item has no \"seen\"; add it"}},
          {"      title: Lengths\n", "", {"23:7: error: a source has no \"title\"; add it"}},
          {"url: https://survey.example/lengths",
           "url: survey.example",
           {"25:12: error: \"survey.example\" is not a web address; write it in full, such as "
            "https://example.org/page"}},
          {"url: https://survey.example/lengths",
           "url: javascript:alert(1)",
           {"25:12: error: \"javascript:alert(1)\" is not a web address; write it in full, such as "
            "https://example.org/page"}},
          {"url: https://survey.example/lengths",
           "url: https://a@b.example/",
           {"25:12: error: \"https://a@b.example/\" is not a web address; write it in full, such as "
            "https://example.org/page"}},
          {"review_every: 90d\n", "", {"1:1: error: no review is planned; add review_every, review_by or retired"}},
          {"review_every: 90d",
           "review_every: 12w",
           {"16:15: error: \"12w\" is not an interval; write the days like 90d"}},
          {"review_every: 90d",
           "review_every: 0d",
           {"16:15: error: \"0d\" is not an interval; write the days like 90d"}},
          {"review_every: 90d",
           "review_every: 99999999999d",
           {"16:15: error: \"99999999999d\" is not an interval; write the days like 90d"}},
          {"review_every: 90d",
           "review_every: 90d\nreview_by: 2027",
           {"1:1: error: more than one of review_every, review_by and retired; keep one"}},
          {"review_every: 90d", "retired: {on: 2026-01}", {"16:10: error: \"retired\" has no \"why\"; add it"}},
          {"  zh:\n",
           "  en:\n",
           {"7:3: error: \"en\" is the article's own language; its text stands in claim and summary"}},
          {"  zh:\n", "  chinese:\n", {"7:3: error: \"chinese\" is not a language code; write one such as en or zh"}},
          {"    summary: 实测75米。\n", "", {"8:5: error: a translation has no \"summary\"; add it"}},
          {"{zh: 据说80米。}",
           "{en: said}",
           {"28:12: error: \"en\" is the article's own language; its text stands outside \"text\""}},
          {"  - how long is the bridge", "  how long", {"5:3: error: \"also_asked_as\" must be a list, not text"}},
          {"  - how long is the bridge",
           "  -",
           {"5:3: error: \"also_asked_as\" holds no text; fill it in or remove it"}},
          {"evidence:\n",
           "evidence:\n  - just text\n",
           {"18:5: error: an evidence item must be \"key: value\" lines, not text"}},
          {"quote: The", "quote: &x The", {"3:8: error: anchors (&name) are not read here; write the text out"}},
          {"claim: The",
           "claim: !!str The",
           {"2:8: error: the tag \"tag:yaml.org,2002:str\" is not read here; remove it"}},
          {"quote: The bridge",
           "claim: The bridge",
           {"1:1: error: a claim has no \"quote\"; add it",
            "3:1: error: \"claim\" stands twice, first on line 2; keep one of them"}},
          {"    claim: 桥长90米。",
           "    claim: 桥长90米。\n    bad key: x",
           {"9:5: error: unknown key \"bad key\"; a translation has claim or summary"}},
          {"{zh: 据说80米。}",
           "{zh: 据说80米。, 中: x, 1: y}",
           {"28:24: error: \"中\" is not a language code; write one such as en or zh",
            "28:30: error: \"1\" is not a language code; write one such as en or zh"}},
      });
}

TEST_CASE("what is no YAML or no text at all") {
  check_changes(
      claim_file,
      {
          {"claim: The bridge is",
           "claim: The bridge: is",
           {"2:18: error: not YAML: illegal map value; put text that holds \": \" between quotation marks"}},
          {"section: length",
           "section: \"length",
           {"32:54: error: not YAML: end of map not found; check indentation and quotation marks here and just above"}},
          {"quote: The",
           R"(quote: "\上 The)",
           {R"(3:11: error: not YAML: unknown escape character; between double quotation marks a backslash is written \\; )"
            "between single ones as it is"}},
          {"quote: The", "quote: \xFF", {"3:8: error: not UTF-8; save the file as UTF-8"}},
          {"据说80米", "据说80\x01米", {"28:20: error: an invisible control character stands here; remove it"}},
          {"section: length",
           "section: {a: {b: {c: {d: {e: {f: {g: {h: {i: {j: {k: {l: {m: 1}}}}}}}}}}}}}",
           {"1:54: error: nested too deeply; nothing here needs that many levels"}},
          {"      kind: primary\n",
           "      kind: primary\n---\nsecond: document\n",
           {"27:1: error: a second document begins here; put it into a file of its own"}},
          {"section: length",
           "? [a]\n: length",
           {"1:1: error: a claim has no \"section\"; add it",
            "1:3: error: a key must be a plain word; write \"word: value\""}},
      });
  const knowledge_folder folder;
  folder.write(claim_file, "# only a comment\n");
  CHECK(lines_of(load_knowledge(folder.path()).faults) ==
        std::vector<std::string>{claim_file + ": error: the file is empty; fill it or remove it"});
  folder.write(claim_file, "- a\n- b\n");
  CHECK(lines_of(load_knowledge(folder.path()).faults) ==
        std::vector<std::string>{claim_file + ":1:1: error: a claim must be \"key: value\" lines, not a list"});
  folder.write(claim_file, std::string{sample_claim} + "#" + std::string(256 * 1024, 'x'));
  CHECK(lines_of(load_knowledge(folder.path()).faults) ==
        std::vector<std::string>{claim_file + ": error: the file is larger than 256 KiB; split it"});
  folder.write(claim_file, std::string(100'000, '['));
  CHECK(lines_of(load_knowledge(folder.path()).faults) ==
        std::vector<std::string>{claim_file + ":1:7: error: nested too deeply; nothing here needs that many levels"});
}

TEST_CASE("a line as long as a file may be is read in one pass, and its places are right") {
  std::string list = "section: [";
  while (list.size() + 12 < yaml_bytes_max) list += "é,";
  std::string map = "{";
  for (int i = 0; map.size() + 24 < yaml_bytes_max; ++i) map += fmt::format("k{}: é,", i);
  for (const auto& [text, last] : {std::pair{list + "&a x]\n", "&a"}, std::pair{map + "z: &a x}\n", "&a"}}) {
    const auto begun = std::chrono::steady_clock::now();
    fault_list faults{"c.yaml"};
    const auto tree = parse_yaml(text, faults);
    // Reading the line anew for each of its parts took a minute.
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{10});
    REQUIRE(tree.has_value());
    REQUIRE(faults.all().size() == 1);
    CHECK(faults.all()[0].at.column == static_cast<int>(code_points(text.substr(0, text.find(last)))) + 1);
  }
}

TEST_CASE("aliases are refused where they stand, and only there") {
  const knowledge_folder folder;
  folder.write(claim_file, std::string{sample_claim} + "measure: &m metres\nscope: *m\n");
  CHECK(lines_of(load_knowledge(folder.path()).faults) ==
        std::vector<std::string>{claim_file + ":33:10: error: anchors (&name) are not read here; write the text out",
                                 claim_file + ":34:8: error: aliases (*name) are not read here; write the text out"});
}

TEST_CASE("faults of an article file") {
  check_changes(
      article_file,
      {
          {"title: A Note",
           "titel: A Note",
           {"1:1: error: the article has no \"title\"; add it",
            "1:1: error: unknown key \"titel\"; did you mean \"title\"?"}},
          {"language: en",
           "language: english",
           {"7:11: error: \"english\" is not a language code; write one such as en or zh"}},
          {"- {id: length,",
           "- {id: Length!,",
           {"10:10: error: \"Length!\" is no id; use small letters, digits and single hyphens"}},
          {"{id: load, title: Load}", "{id: load}", {"11:5: error: a section has no \"title\"; add it"}},
          {"  update:\n",
           "  upgrade:\n",
           {"14:3: error: unknown answer \"upgrade\"; use update, changed or provenance"}},
          {"    en: Yes.\n", "", {"14:3: error: \"update\" has no text in the article's own language; add \"en: …\""}},
          {"author: Rui, ", "", {"8:12: error: \"quoted_in\" has no \"author\"; add it"}},
          {"- https://copy.example/b",
           "- copy",
           {"6:5: error: \"copy\" is not a web address; write it in full, such as https://example.org/page"}},
      });
}

TEST_CASE("faults of the golden questions") {
  check_changes("articles/bridges/golden.yaml",
                {{"expect:",
                  "expects:",
                  {"1:3: error: a golden question has no \"expect\"; add it",
                   "2:3: error: unknown key \"expects\"; did you mean \"expect\"?"}},
                 {"- ask: how long is the bridge\n  expect",
                  "ask: x\nexpect",
                  {"1:1: error: golden questions must be a list of \"- ask: …\" and \"expect: …\""}}});
}

TEST_CASE("a broken file hides nothing in the others") {
  const knowledge_folder folder;
  folder.write(article_file, "title: [\n");
  folder.edit(claim_file, "status: outdated", "status: gone");
  folder.edit("articles/bridges/golden.yaml", "expect", "expct");
  folder.write("articles/other/claims/x.yaml", "a: 1\n");
  folder.write("articles/third/article.yaml", sample_article);
  folder.write("articles/third/claims/Bad Name.yaml", sample_claim);
  folder.write("articles/third/claims/none.yaml", sample_claim);
  folder.write("articles/third/claims/old.yml", sample_claim);
  folder.write("articles/third/claims/.hidden.yaml", "[");
  folder.write("articles/third/claims/edited.yaml~", "[");
  std::filesystem::create_directory(folder.path() / "articles/third/claims/folder.yaml");
  folder.write("articles/third/article.txt", "\xFF");
  folder.write("articles/claim.schema.json", "{}");
  const auto all = load_knowledge(folder.path());
  CHECK_FALSE(all.ok());
  const auto lines = lines_of(all.faults);
  const std::vector<std::string> expected{
      "articles/bridges/article.yaml:2:1: error: not YAML: end of sequence flow not found; check indentation and "
      "quotation marks here "
      "and just above",
      claim_file +
          ":12:13: error: unknown status \"gone\"; use holds, partly-holds, outdated, overturned, unsupported or "
          "unresolved",
      "articles/bridges/golden.yaml:1:3: error: a golden question has no \"expect\"; add it",
      "articles/bridges/golden.yaml:2:3: error: unknown key \"expct\"; did you mean \"expect\"?",
      "articles/other/article.yaml: error: claims without an article; add this file",
      "articles/third/article.txt: error: not UTF-8; save the file as UTF-8",
      "articles/third/claims/Bad Name.yaml: error: \"Bad Name\" is no id; rename it with small letters, digits and "
      "single hyphens",
      "articles/third/claims/folder.yaml: error: not an ordinary file; replace it by one",
      "articles/third/claims/none.yaml: error: \"none\" is reserved; choose another name",
      "articles/third/claims/old.yml: error: claim files end in .yaml; rename it",
  };
  CHECK_MESSAGE(lines == expected, fmt::format("{}", fmt::join(lines, "\n")));
  REQUIRE(all.articles.size() == 1);
  CHECK(all.articles[0].id == "third");
  CHECK(all.articles[0].claims.size() == 2);
}

TEST_CASE("a folder without knowledge says so") {
  const knowledge_folder folder;
  CHECK(lines_of(load_knowledge(folder.path() / "nowhere").faults) ==
        std::vector<std::string>{".: error: the knowledge folder is not there; give the right one"});
  std::filesystem::create_directory(folder.path() / "empty");
  CHECK(lines_of(load_knowledge(folder.path() / "empty").faults) ==
        std::vector<std::string>{".: error: no article here; expected a folder with an article.yaml in it"});
}

TEST_CASE("no byte of a claim file, changed, dropped or last, brings the loader down") {
  const knowledge_folder folder;
  const std::string valid{sample_claim};
  const auto lines = std::ranges::count(valid, '\n') + 1;
  const auto load_with = [&](const std::string& text) {
    fault_list faults{claim_file};
    std::optional<claim> found;
    if (const auto tree = parse_yaml(text, faults)) found = read_claim(*tree, "length-90", "en", faults);
    CHECK((found.has_value() || !faults.all().empty()));  // either the claim is there, or a fault says why not
    for (const auto& one : faults.all()) {
      CHECK((one.at.line >= 0 && one.at.line <= lines + 1));
      CHECK((one.at.line == 0) == (one.at.column == 0));
      CHECK(is_utf8(one.message));
    }
    return faults.all().empty();
  };
  REQUIRE(load_with(valid));
  for (std::size_t i = 0; i < valid.size(); ++i) {
    auto text = valid;
    text[i] = static_cast<char>(text[i] ^ static_cast<char>(1U << (i % 8)));
    const bool good = load_with(text);
    if (i % 50 == 0) {
      folder.write(claim_file, text);
      CHECK(load_knowledge(folder.path()).ok() == good);
    }
    for (const char c : {'\0', '\n', ':', '[', '&', '*', '"', '\t', '|', '\xFF'}) {
      if (i % 5 != static_cast<std::size_t>(static_cast<unsigned char>(c)) % 5)
        continue;  // a fifth of them keeps this quick
      text = valid;
      text[i] = c;
      load_with(text);
    }
    if (i % 3 == 0) load_with(valid.substr(0, i));
    if (i % 3 == 1) load_with(std::string{valid}.erase(i, 1));
  }
}
