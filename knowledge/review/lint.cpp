#include "knowledge/review/lint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "knowledge/model/fields.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

using std::chrono::days;

constexpr days year_long{365};
constexpr std::size_t publishers_min = 2;

// Host and path: what two addresses of one page have in common.
std::string page_of(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("?#"));
  const auto slash = std::min(url.find('/'), url.size());
  const auto authority = url.substr(0, slash);
  auto host = ascii_lower(authority.substr(0, authority.find(':')));
  if (host.starts_with("www.")) host.erase(0, 4);
  auto path = url.substr(slash);
  while (path.ends_with('/')) path.remove_suffix(1);
  return host.append(path);
}

// A phrasing as a reader cannot tell it from another: case, width, blanks and the mark at the end do not count.
std::string phrasing_key(std::string_view text) {
  auto key = on_one_line(fold(text));
  while (key.ends_with("。")) key.resize(key.size() - 3);
  while (!key.empty() && std::string_view{"?.! "}.find(key.back()) != std::string_view::npos) key.pop_back();
  return key;
}

// The first place of everything that must be unique, each kind for itself.
class register_of_names {
 public:
  register_of_names(std::string_view what, std::vector<fault>& faults) : what_(what), faults_(faults) {}

  void add(const std::string& key, std::string_view text, const position& at) {
    if (key.empty()) return;
    const auto [first, fresh] = first_.emplace(key, at);
    if (fresh) return;
    const auto& [file, line, column] = first->second;
    faults_.push_back(
        {severity::error, at,
         fmt::format("{} \"{}\" stands already in {}:{}:{}; keep one of them", what_, text, file, line, column)});
  }

 private:
  std::string_view what_;
  std::vector<fault>& faults_;
  std::map<std::string, position> first_;
};

class rule_book {
 public:
  explicit rule_book(const lint_rules& rules) : rules_(rules) {}

  void check_names(const std::vector<article>& articles);
  void check_article(const article& of);
  [[nodiscard]] std::vector<fault> take() { return std::move(faults_); }

 private:
  void error(const position& at, std::string message) { faults_.push_back({severity::error, at, std::move(message)}); }
  void warn(const position& at, std::string message) { faults_.push_back({severity::warning, at, std::move(message)}); }

  void not_in_future(const partial_date& date, std::string_view what, const position& at) {
    if (date.empty() || date.first_day() <= rules_.today + days{1}) return;
    error(at, fmt::format("{} {} is in the future; write the real date", what, date.to_string()));
  }

  void check_claim(const article& of, const claim& what);
  void check_quote(const article& of, const claim& what);
  void check_history(const claim& what);
  void check_review(const claim& what);
  void check_evidence(const evidence_item& item, const std::set<std::string>& own_pages);
  void check_strength(const article& of, const claim& what);

  const lint_rules& rules_;
  std::vector<fault> faults_;
};

void rule_book::check_names(const std::vector<article>& articles) {
  register_of_names ids{"the id", faults_};
  register_of_names aliases{"the alias", faults_};
  register_of_names phrasings{"the phrasing", faults_};
  for (const auto& of : articles) {
    register_of_names sections{"the section", faults_};
    for (std::size_t i = 0; i < of.sections.size(); ++i) {
      sections.add(of.sections[i].id, of.sections[i].id, place_of(of, fmt::format("sections[{}]", i)));
    }
    for (std::size_t i = 0; i < of.aliases.size(); ++i) {
      aliases.add(phrasing_key(of.aliases[i]), of.aliases[i], place_of(of, fmt::format("aliases[{}]", i)));
    }
    for (const auto& one : of.claims) {
      ids.add(one.id, one.id, one.at);
      for (std::size_t i = 0; i < one.also_asked_as.size(); ++i) {
        phrasings.add(phrasing_key(one.also_asked_as[i]), one.also_asked_as[i],
                      place_of(one, fmt::format("also_asked_as[{}]", i)));
      }
    }
  }
}

void rule_book::check_article(const article& of) {
  not_in_future(of.published, "published", place_of(of, "published"));
  not_in_future(of.quoted_on, "published", place_of(of, "quoted_in.published"));
  for (std::size_t i = 0; i < of.sections.size(); ++i)
    not_in_future(of.sections[i].date, "date", place_of(of, fmt::format("sections[{}].date", i)));
  for (const auto& one : of.claims) check_claim(of, one);
}

void rule_book::check_claim(const article& of, const claim& what) {
  if (!what.section.empty() && of.find_section(what.section) == nullptr) {
    std::vector<std::string_view> known;
    known.reserve(of.sections.size());
    for (const auto& one : of.sections) known.push_back(one.id);
    error(place_of(what, "section"), fmt::format("unknown section \"{}\"; use {}", what.section, either_of(known)));
  }
  check_quote(of, what);
  check_history(what);
  check_review(what);
  std::set<std::string> own_pages;
  if (!of.url.empty()) own_pages.insert(page_of(of.url));
  for (const auto& mirror : of.mirrors) own_pages.insert(page_of(mirror));
  for (const auto& item : what.evidence) check_evidence(item, own_pages);
  check_strength(of, what);
}

void rule_book::check_quote(const article& of, const claim& what) {
  if (of.text.empty() || what.quote.empty()) return;
  const auto text = on_one_line(of.text);
  if (text.find(what.quote) != std::string::npos) return;
  const bool nearly = fold(text).find(fold(what.quote)) != std::string::npos;
  error(place_of(what, "quote"),
        nearly ? "the quote differs from article.txt in capitals, quotation marks or dashes; copy it letter for letter"
               : "the quote does not stand in article.txt; copy it from there letter for letter");
}

void rule_book::check_history(const claim& what) {
  const verdict* before = nullptr;
  for (const auto& one : what.history) {
    not_in_future(one.from, "from", place_of(one, "from"));
    not_in_future(one.reviewed, "reviewed", place_of(one, "reviewed"));
    if (before != nullptr && one.from.first_day() <= before->from.first_day()) {
      error(place_of(one, "from"),
            fmt::format("history is out of order: {} does not come after {}; the newest stands last",
                        one.from.to_string(), before->from.to_string()));
    }
    before = &one;
  }
}

void rule_book::check_review(const claim& what) {
  if (what.history.empty()) return;
  const auto due = what.review_due();
  if (!due || *due >= rules_.today) return;
  const auto* const key = what.review.by ? "review_by" : "review_every";
  warn(place_of(what, key), fmt::format("review was due on {}; look again, then set reviewed{}",
                                        date_of(*due).to_string(), what.review.by ? " and review_by" : ""));
}

void rule_book::check_evidence(const evidence_item& item, const std::set<std::string>& own_pages) {
  // What is written but wrong the loader has reported.
  if (item.published.empty() && !item.keys.contains("published")) {
    error(item.at, "evidence without a date; add published: with the year, month or day");
  }
  if ((item.source.publisher.empty() || item.source.url.empty()) && !item.keys.contains("source")) {
    error(item.at, "evidence without a source; add source: with publisher, title, url and kind");
  }
  not_in_future(item.published, "published", place_of(item, "published"));
  not_in_future(item.seen, "seen", place_of(item, "seen"));
  if (!item.source.url.empty() && own_pages.contains(page_of(item.source.url))) {
    error(place_of(item, "source.url"), "the source is the article itself or a mirror of it; cite somebody else");
  }
}

void rule_book::check_strength(const article& of, const claim& what) {
  const auto& at = place_of(what, "evidence");
  std::set<std::string> publishers;
  for (const auto& item : what.evidence) {
    if (!item.source.publisher.empty()) publishers.insert(fold(item.source.publisher));
  }
  publishers.erase(fold(of.publisher));  // nobody is independent of himself
  if (publishers.size() < publishers_min) {
    warn(at, fmt::format("{} independent publisher{}; add evidence from another", publishers.size(),
                         publishers.size() == 1 ? "" : "s"));
  }
  if (what.evidence.empty()) return;
  if (std::ranges::all_of(what.evidence,
                          [](const auto& item) { return item.source.kind == source_kind::aggregator; })) {
    warn(at, "only aggregators; add the source they take it from");
  }
  const auto last_possible_day = [](const evidence_item& item) {
    return item.published.empty() ? day{} : item.published.last_day();
  };
  const auto newest = std::ranges::max(what.evidence, {}, last_possible_day).published;
  if (!what.review.retired_on && !newest.empty() && newest.last_day() < rules_.today - year_long) {
    warn(at, fmt::format("the newest evidence is of {}; look for newer, or retire the claim", newest.to_string()));
  }
}

}  // namespace

std::vector<fault> lint(const std::vector<article>& articles, const lint_rules& rules) {
  rule_book book{rules};
  book.check_names(articles);
  for (const auto& of : articles) book.check_article(of);
  auto faults = book.take();
  std::ranges::sort(faults, {},
                    [](const fault& one) { return std::tie(one.at.file, one.at.line, one.at.column, one.message); });
  return faults;
}

}  // namespace stillholds
