#include "knowledge/snapshot/snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

namespace stillholds {
namespace {

// FNV-1a over fields. Every text is preceded by its length, so that nothing can move from one field into the next.
class digest {
 public:
  void add(std::string_view text) noexcept {
    add(static_cast<std::uint64_t>(text.size()));
    for (const char c : text) byte(static_cast<unsigned char>(c));
  }
  void add(std::uint64_t number) noexcept {
    for (int shift = 0; shift < 64; shift += 8) byte(static_cast<unsigned char>(number >> shift));
  }
  void add(const partial_date& date) noexcept {
    add(static_cast<std::uint64_t>(date.year) * 10000U + std::uint64_t{date.month} * 100U + date.dom);
  }
  void add(const std::vector<std::string>& texts) noexcept {
    add(static_cast<std::uint64_t>(texts.size()));
    for (const auto& one : texts) add(one);
  }
  void add(const translations& by_language) noexcept {
    add(static_cast<std::uint64_t>(by_language.size()));
    for (const auto& [language, text] : by_language) {
      add(language);
      add(text);
    }
  }
  [[nodiscard]] std::string hex() const { return fmt::format("{:016x}", value_); }

 private:
  void byte(unsigned char b) noexcept { value_ = (value_ ^ b) * 0x100000001B3U; }

  std::uint64_t value_{0xCBF29CE484222325U};
};

void add_source(digest& into, const source& value) {
  into.add(value.publisher);
  into.add(value.title);
  into.add(value.url);
  into.add(name_of(value.kind));
}

void add_verdict(digest& into, const verdict& value) {
  into.add(value.from);
  into.add(name_of(value.status));
  into.add(value.summary);
  into.add(value.reviewed);
  into.add(name_of(value.confidence));
}

void add_evidence(digest& into, const evidence_item& value) {
  into.add(value.finding);
  into.add(value.finding_text);
  into.add(name_of(value.bearing));
  into.add(value.published);
  into.add(value.seen);
  add_source(into, value.source);
  into.add(value.quote);
}

// What a reader may be shown of a claim: not its phrasings, and not when a moderator plans to look again.
void add_shown(digest& into, const claim& value) {
  for (const auto* text : {&value.id, &value.section, &value.text, &value.quote, &value.measure, &value.scope})
    into.add(*text);
  into.add(value.claim_text);
  into.add(value.summary_text);
  into.add(static_cast<std::uint64_t>(value.history.size()));
  for (const auto& one : value.history) add_verdict(into, one);
  into.add(static_cast<std::uint64_t>(value.evidence.size()));
  for (const auto& one : value.evidence) add_evidence(into, one);
  into.add(value.review.retired_on.value_or(partial_date{}));
  into.add(value.review.retired_why);
}

void add_article(digest& into, const article& value) {
  for (const auto* text : {&value.id, &value.title, &value.author, &value.publisher, &value.url, &value.language,
                           &value.quoted_by, &value.text}) {
    into.add(*text);
  }
  into.add(value.published);
  into.add(value.quoted_on);
  into.add(value.mirrors);
  into.add(value.aliases);
  into.add(static_cast<std::uint64_t>(value.sections.size()));
  for (const auto& one : value.sections) {
    into.add(one.id);
    into.add(one.title);
    into.add(one.title_text);
    into.add(one.date);
  }
  into.add(static_cast<std::uint64_t>(value.answers.size()));
  for (const auto& [topic, answer] : value.answers) {
    into.add(topic);
    into.add(answer);
  }
  into.add(static_cast<std::uint64_t>(value.claims.size()));
  for (const auto& one : value.claims) {
    add_shown(into, one);
    into.add(one.also_asked_as);
    into.add(one.review.by.value_or(partial_date{}));
    into.add(static_cast<std::uint64_t>(one.review.every_days.value_or(0)));
  }
}

std::string version_of(std::span<const article> articles) {
  digest whole;
  for (const auto& one : articles) add_article(whole, one);
  return whole.hex();
}

std::vector<article> by_id(std::vector<article> articles) {
  std::ranges::sort(articles, {}, &article::id);
  return articles;
}

}  // namespace

snapshot::snapshot(std::vector<article> loaded, std::vector<golden_question> tests, const snapshot_basis& basis)
    : articles(by_id(std::move(loaded))),
      golden(std::move(tests)),
      matcher(articles, basis.vectors, basis.previous ? &basis.previous->matcher : nullptr),
      version(version_of(articles)) {}

const article* snapshot::find_article(std::string_view id) const noexcept {
  const auto it = std::ranges::find(articles, id, &article::id);
  return it == articles.end() ? nullptr : &*it;
}

snapshot::found snapshot::find_claim(std::string_view id) const noexcept {
  for (const auto& one : articles) {
    if (const auto* const claim = one.find(id)) return {&one, claim};
  }
  return {};
}

std::string snapshot::revision_of(const claim& value) {
  digest shown;
  add_shown(shown, value);
  return shown.hex();
}

}  // namespace stillholds
