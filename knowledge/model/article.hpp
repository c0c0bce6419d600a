// What we know, as plain values: an article, its claims, their verdicts over time and the evidence for them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/calendar.hpp"

namespace stillholds {

enum class status { holds, partly_holds, outdated, overturned, unsupported, unresolved };
enum class bearing { supports, contradicts, qualifies };
enum class source_kind { primary, secondary, aggregator };
enum class confidence_level { low, medium, high };

// The words used in the files: "partly-holds", "primary", ...
[[nodiscard]] std::string_view name_of(status value) noexcept;
[[nodiscard]] std::string_view name_of(bearing value) noexcept;
[[nodiscard]] std::string_view name_of(source_kind value) noexcept;
[[nodiscard]] std::string_view name_of(confidence_level value) noexcept;
[[nodiscard]] std::optional<status> parse_status(std::string_view word) noexcept;
[[nodiscard]] std::optional<bearing> parse_bearing(std::string_view word) noexcept;
[[nodiscard]] std::optional<source_kind> parse_source_kind(std::string_view word) noexcept;
[[nodiscard]] std::optional<confidence_level> parse_confidence(std::string_view word) noexcept;

// Where something stands in a file, 1-based, so that a fault can be found in an editor.
struct position {
  std::string file;
  int line{0};
  int column{0};
};

// Where the keys of a value stand in its file, by path: "quote", "source.url", "also_asked_as[1]". Empty for values
// made in memory. Not part of the content.
using places = std::map<std::string, position, std::less<>>;

// Text by language code ("zh"). The article's own language is never in it.
using translations = std::map<std::string, std::string, std::less<>>;

struct source {
  std::string publisher;
  std::string title;
  std::string url;
  source_kind kind{source_kind::secondary};
};

struct evidence_item {
  std::string finding;
  translations finding_text;
  stillholds::bearing bearing{stillholds::bearing::qualifies};
  partial_date published;
  partial_date seen;
  stillholds::source source;
  std::string quote;
  position at;
  places keys{};
};

// One entry of a claim's history: in force from `from` until the next entry's `from`.
struct verdict {
  partial_date from;
  stillholds::status status{stillholds::status::unresolved};
  std::string summary;
  partial_date reviewed;
  confidence_level confidence{confidence_level::low};
  position at;
  places keys{};
};

// When a moderator has to look again: an interval after the last review, a date, or never (retired).
struct review_plan {
  std::optional<int> every_days;
  std::optional<partial_date> by;
  std::optional<partial_date> retired_on;
  std::string retired_why;
};

struct claim {
  std::string id;  // the file's stem; unique over the whole knowledge base
  std::string section;
  std::string text;
  std::string quote;
  std::string measure;
  std::string scope;
  std::vector<std::string> also_asked_as;
  translations claim_text;       // the claim in other languages
  translations summary_text;     // the newest verdict's summary in other languages
  std::vector<verdict> history;  // oldest first, never empty once loaded
  review_plan review;
  std::vector<evidence_item> evidence;  // newest first once loaded
  position at;
  places keys{};

  [[nodiscard]] const verdict& current() const { return history.back(); }
  // The verdict in force on that day: the newest whose `from` may already have begun (its first day <= `on`);
  // nullptr before the first one.
  [[nodiscard]] const verdict* in_force(day on) const noexcept;
  // The last day on which this claim's review counts as done in time; nothing when retired or unplanned.
  [[nodiscard]] std::optional<day> review_due() const;
};

struct section {
  std::string id;
  std::string title;
  translations title_text;
  partial_date date{};  // when it was written, where that is not when the article appeared
};

struct article {
  std::string id;  // the folder's name
  std::string title;
  std::string author;
  std::string publisher;
  partial_date published;
  std::string url;
  std::vector<std::string> mirrors;  // other addresses of the same text; never valid as evidence
  std::string language{"en"};
  std::string quoted_by;  // who quoted it where readers met it; may be empty
  partial_date quoted_on;
  std::vector<section> sections;  // in the article's order
  std::vector<std::string> aliases;
  // Article-level answers by topic ("update", "changed", "provenance") and language, the article's own included.
  std::map<std::string, translations, std::less<>> answers;
  std::string text;           // the article itself where stored; quotes are checked against it
  std::vector<claim> claims;  // in section order, then by id
  position at;
  places keys{};

  [[nodiscard]] const claim* find(std::string_view claim_id) const noexcept;
  [[nodiscard]] const section* find_section(std::string_view section_id) const noexcept;
};

// A moderator's own test: this question must find this claim, the article answer, or nothing.
struct golden_question {
  std::string ask;
  std::string expect;  // a claim id, "article" or "none"
  std::string article_id;
  position at;
};

// Where that key of a loaded value stands; the value's own place when that is not known.
template <class Value>
[[nodiscard]] const position& place_of(const Value& value, std::string_view key) {
  const auto found = value.keys.find(key);
  return found == value.keys.end() ? value.at : found->second;
}

// Looks up a translation; `fallback` where the language has none.
[[nodiscard]] const std::string& text_in(const translations& by_language, std::string_view language,
                                         const std::string& fallback);

}  // namespace stillholds
