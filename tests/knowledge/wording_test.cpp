#include "knowledge/answers/wording.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "tests/samples.hpp"

using namespace stillholds;

namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

constexpr std::string_view small = R"(languages: [en, zh]
greet:
  plain: {en: 'Hello {name}, {n} times', zh: '{n}次，{name}'}
)";

std::string fault_of(std::string_view text) {
  const auto read_words = wording::parse(text);
  return read_words ? std::string{} : read_words.error().detail;
}

}  // namespace

TEST_CASE("the built-in wording is complete and speaks English and Chinese") {
  const auto& words = wording::built_in();
  CHECK(words.languages() == std::vector<std::string>{"en", "zh"});
  CHECK(words.speaks("zh"));
  CHECK_FALSE(words.speaks("de"));
  for (const auto value : {status::holds, status::partly_holds, status::outdated, status::overturned,
                           status::unsupported, status::unresolved}) {
    CHECK_FALSE(words.status("en", value).empty());
    CHECK(words.status("en", value) != words.status("zh", value));
  }
}

TEST_CASE("say fills every part once and literally") {
  const auto words = wording::parse(small).value();
  CHECK(words.say("en", "greet.plain", {{"name", "Ann"}, {"n", "2"}}) == "Hello Ann, 2 times");
  CHECK(words.say("zh", "greet.plain", {{"name", "安"}, {"n", "2"}}) == "2次，安");
  CHECK(words.say("en", "greet.plain", {{"name", "{n}"}, {"n", "{name}"}}) == "Hello {n}, {name} times");
  CHECK(words.say("en", "greet.plain", {{"n", "2"}}) == "Hello , 2 times");
  CHECK(words.say("fr", "greet.plain", {{"name", "Ann"}, {"n", "2"}}) == "Hello Ann, 2 times");
  CHECK(words.say("en", "greet.missing") == "greet.missing");
}

TEST_CASE("dates keep their precision") {
  const auto& words = wording::built_in();
  CHECK(words.date("en", samples::date("2026-11-23")) == "23 Nov 2026");
  CHECK(words.date("en", samples::date("2026-04")) == "Apr 2026");
  CHECK(words.date("en", samples::date("2026")) == "2026");
  CHECK(words.date("en", samples::date("2025-01-03")) == "3 Jan 2025");
  CHECK(words.date("zh", samples::date("2026-11-23")) == "2026年11月23日");
  CHECK(words.date("zh", samples::date("2026-04")) == "2026年4月");
  CHECK(words.date("zh", samples::date("2026")) == "2026年");
  CHECK(words.date("en", {}).empty());
}

TEST_CASE("rows and counts") {
  const auto& words = wording::built_in();
  using list = std::vector<std::string>;
  CHECK(words.row("en", list{}).empty());
  CHECK(words.row("en", list{"a"}) == "a");
  CHECK(words.row("en", list{"a", "b"}) == "a and b");
  CHECK(words.row("en", list{"a", "b", "c"}) == "a, b and c");
  CHECK(words.row("zh", list{"甲", "乙", "丙"}) == "甲、乙、丙");
  CHECK(words.count("en", "count.holds", 1) == "1 holds");
  CHECK(words.count("en", "count.holds", 7) == "7 hold");
  CHECK(words.count("en", "count.holds", 0) == "0 hold");
}

TEST_CASE("a broken wording file is refused with the place") {
  struct row {
    std::string_view text;
    std::string_view fault;
  };
  const row rows[] = {
      {"", "wording.yaml:1:1: it must begin with the list of languages"},
      {"greet: {en: 'a'}", "wording.yaml:1:1: it must begin with the list of languages"},
      {"languages: [zh]\na: {zh: 'x'}", "wording.yaml:1:1: English (en) must be one of the languages"},
      {"languages: [en, zh]\na:\n  b: {en: 'x'}", "wording.yaml:3:6: \"a.b\" is missing in zh"},
      {"languages: [en, zh]\na: {en: 'x', zh: 'y', fr: 'z'}",
       "wording.yaml:2:23: \"a\": \"fr\" is not one of the languages"},
      {"languages: [en, zh]\na: {en: '{n}', zh: 'y'}", "wording.yaml:2:20: \"a\" has other {names} in zh"},
      {"languages: [en, zh]\na: {en: '{n}', zh: '{m}'}", "wording.yaml:2:20: \"a\" has other {names} in zh"},
      {"languages: [en]\na: {en: ''}", "wording.yaml:2:9: \"a\" is empty in en"},
      {"languages: [en]\na: {en: 'x {'}", "wording.yaml:2:9: \"a\" has a brace that is no {name}"},
      {"languages: [en]\na: {en: 'x }'}", "wording.yaml:2:9: \"a\" has a brace that is no {name}"},
      {"languages: [en]\na: {en: '{N}'}", "wording.yaml:2:9: \"a\" has a brace that is no {name}"},
      {"languages: [en]\na: {en: 'x'}\na: {en: 'y'}", "wording.yaml:3:1: \"a\" stands twice"},
      {"languages: [en]\na: {en: 'x', en: 'y'}", "stands twice in en"},
      {"languages: [en]\na: x", "wording.yaml:2:4: \"a.\" must hold phrases"},
      {"languages: [en\n", "wording.yaml:"},
  };
  for (const auto& [text, fault] : rows) {
    CAPTURE(text);
    const auto found = fault_of(text);
    CHECK_MESSAGE(found.find(fault) != std::string::npos, found);
  }
  CHECK(fault_of(small).empty());
}

// A key that the code says but the file lacks would reach a reader as it is; so look through the code for all of them.
TEST_CASE("every key that the code says exists, and every phrase of the file is well-formed") {
  const auto& words = wording::built_in();
  const std::regex key_in_code(
      R"re("((claim|choice|article|nothing|help|command|notice|row|date|page)(\.[a-z_]+)+)")re");
  std::size_t found = 0;
  for (const auto* folder : {"/knowledge/answers", "/bot/pages"}) {
    for (const auto& entry : std::filesystem::directory_iterator(std::string{SOURCE_DIR} + folder)) {
      if (entry.path().extension() != ".cpp") continue;
      const auto code = read(entry.path());
      for (std::sregex_iterator it(code.begin(), code.end(), key_in_code), end; it != end; ++it) {
        const auto key = (*it)[1].str();
        ++found;
        CHECK_MESSAGE((words.knows(key) || words.knows(key + ".one")), entry.path().filename().string(), ": ", key);
      }
    }
  }
  CHECK(found > 40);
}
