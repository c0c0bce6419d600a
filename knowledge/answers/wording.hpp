// Every fixed word the bot says, by language, from one small file (knowledge/wording.yaml) that is built into the binary.
#pragma once

#include <initializer_list>
#include <map>
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
  // Reads the file's text; malformed, with the place, when it is not complete for every language.
  [[nodiscard]] static result<wording> parse(std::string_view yaml_text);
  // The one built into this binary. Never fails: a broken file fails the build's tests.
  [[nodiscard]] static const wording& built_in();

  // The phrase with "{name}" parts replaced. English stands in for a language without wording.
  [[nodiscard]] std::string say(std::string_view language, std::string_view key,
                                std::initializer_list<std::pair<std::string_view, std::string_view>> parts = {}) const;
  // "23 Nov 2026", "Apr 2026", "2026"; "2026年11月23日" …
  [[nodiscard]] std::string date(std::string_view language, const partial_date& value) const;
  [[nodiscard]] std::string status(std::string_view language, stillholds::status value) const;
  [[nodiscard]] std::vector<std::string> languages() const;

 private:
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> phrases_;
};

}  // namespace stillholds
