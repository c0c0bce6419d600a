// Every fixed word the bot says, by language, from one small file (knowledge/wording.yaml) that is built into the
// binary.
#pragma once

#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "knowledge/calendar.hpp"
#include "knowledge/error.hpp"
#include "knowledge/model/article.hpp"

namespace stillholds {

class wording {
 public:
  // Reads the file's text; malformed, with line and column, unless every phrase stands there once in every listed
  // language, with the same {placeholders}.
  [[nodiscard]] static result<wording> parse(std::string_view yaml_text);
  // The one built into this binary. Never fails: a broken file fails the build's tests.
  [[nodiscard]] static const wording& built_in();

  // The phrase of a key such as "claim.lead" with its "{name}" parts replaced, each once and literally. English stands
  // in for a language without wording; a key that does not exist (a programmer's mistake) is said as it is.
  [[nodiscard]] std::string say(std::string_view language, std::string_view key,
                                std::initializer_list<std::pair<std::string_view, std::string_view>> parts = {}) const;
  // As say(KEY.one or KEY.many), with {n} filled in.
  [[nodiscard]] std::string count(std::string_view language, std::string_view key, std::size_t n) const;
  // "a, b and c".
  [[nodiscard]] std::string row(std::string_view language, std::span<const std::string> parts) const;
  // "23 Nov 2026", "Apr 2026", "2026"; "2026年11月23日" … Empty for an empty date.
  [[nodiscard]] std::string date(std::string_view language, const partial_date& value) const;
  [[nodiscard]] std::string status(std::string_view language, stillholds::status value) const;

  [[nodiscard]] const std::vector<std::string>& languages() const noexcept { return languages_; }
  [[nodiscard]] bool speaks(std::string_view language) const noexcept { return phrases_.contains(language); }
  // Whether a key exists: for the tests that look through the code for keys.
  [[nodiscard]] bool knows(std::string_view key) const noexcept;

 private:
  std::vector<std::string> languages_;                                                           // in the file's order
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> phrases_;  // by language, by key
};

}  // namespace stillholds
