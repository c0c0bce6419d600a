#include "knowledge/terms/query.hpp"

#include <fmt/format.h>
#include <libstemmer.h>
#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "knowledge/terms/background.hpp"
#include "knowledge/terms/clean.hpp"
#include "knowledge/terms/numbers.hpp"
#include "knowledge/terms/vocabulary.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

struct stemmer_deleter {
  void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};

// Neither a stemmer nor a break iterator may be shared between threads, and both cost more to make than to use.
sb_stemmer* stemmer_of_thread() {
  thread_local const std::unique_ptr<sb_stemmer, stemmer_deleter> stemmer(sb_stemmer_new("english", "UTF_8"));
  return stemmer.get();
}

icu::BreakIterator* han_breaker_of_thread() {
  thread_local const std::unique_ptr<icu::BreakIterator> breaker = [] {
    UErrorCode status = U_ZERO_ERROR;
    return std::unique_ptr<icu::BreakIterator>(
        icu::BreakIterator::createWordInstance(icu::Locale::getChinese(), status));
  }();
  return breaker.get();
}

bool replace_end(std::string& word, std::string_view end, std::string_view by, std::size_t length_min) {
  if (word.size() < length_min || !word.ends_with(end)) return false;
  word.replace(word.size() - end.size(), end.size(), by);
  return true;
}

// British endings become American ones on both sides; that "promise" turns into "promize" on both does no harm.
void unite_spelling(std::string& word) {
  for (const std::string_view tail : {"", "s", "d", "r", "rs"}) {
    if (replace_end(word, std::string("ise").append(tail), std::string("ize").append(tail), 6)) return;
  }
  if (replace_end(word, "ising", "izing", 7) || replace_end(word, "isation", "ization", 8)) return;
  if (replace_end(word, "isations", "izations", 9)) return;
  if (replace_end(word, "tre", "ter", 5) || replace_end(word, "tres", "ters", 6)) return;
  if (word.size() == 4 && replace_end(word, "pus", "pu", 4)) return;  // gpus: the stemmer keeps a final "us"
  if (replace_end(word, "our", "or", 6) || replace_end(word, "ours", "ors", 7)) return;
}

std::string without_apostrophes(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (c != '\'') out.push_back(c);
  }
  return out;
}

std::string_view without_possessive(std::string_view word) {
  if (word.ends_with("'s")) return word.substr(0, word.size() - 2);
  if (word.ends_with('\'')) return word.substr(0, word.size() - 1);
  return word;
}

std::vector<std::string> han_words(std::string_view run) {
  auto* const breaker = han_breaker_of_thread();
  const auto text = icu::UnicodeString::fromUTF8(icu::StringPiece(run.data(), static_cast<std::int32_t>(run.size())));
  std::vector<std::string> words;
  if (breaker == nullptr) return words;
  breaker->setText(text);
  std::int32_t begin = breaker->first();
  for (std::int32_t end = breaker->next(); end != icu::BreakIterator::DONE; begin = end, end = breaker->next()) {
    std::string word;
    text.tempSubStringBetween(begin, end).toUTF8String(word);
    words.push_back(std::move(word));
  }
  return words;
}

std::vector<std::string_view> han_characters(std::string_view text) {
  std::vector<std::string_view> characters;
  while (!text.empty()) {
    const std::size_t bytes = static_cast<unsigned char>(text[0]) >= 0xF0 ? 4 : 3;  // beyond the basic plane four
    characters.push_back(text.substr(0, bytes));
    text.remove_prefix(std::min(bytes, text.size()));
  }
  return characters;
}

class term_maker {
 public:
  explicit term_maker(std::span<const token> tokens) : tokens_(tokens) {}

  std::vector<term> run() {
    while (at_ < tokens_.size()) {
      if (take_number()) continue;
      const token& next = tokens_[at_];
      if (next.kind == token_kind::word) {
        take_word();
      } else {
        if (next.kind == token_kind::han) put_han(next.text);
        if (next.kind == token_kind::number) put_word(next.text, next);
        ++at_;
      }
    }
    return std::move(terms_);
  }

 private:
  bool take_number() {
    const auto found = read_number(tokens_, at_);
    if (!found) return false;
    std::string surface;
    for (std::size_t i = at_; i < at_ + found->tokens; ++i) {
      if (i > at_ && !tokens_[i].glued) surface += ' ';
      surface += tokens_[i].surface;
    }
    constexpr double share_of_a_year = 0.01;
    constexpr double share_of_a_number = 0.0005;
    term out{.key = found->key(), .surface = surface};
    out.background = share_of_a_number;
    switch (found->unit) {
      case number_unit::percent: out.kind = term_kind::percent; break;
      case number_unit::money: out.kind = term_kind::money; break;
      case number_unit::plain: out.kind = term_kind::plain_number; break;
      case number_unit::year: out.kind = term_kind::year, out.background = share_of_a_year; break;
    }
    terms_.push_back(out);
    if (found->unit == number_unit::money) {
      out.key = found->bare_key();
      out.kind = term_kind::plain_number;
      terms_.push_back(std::move(out));
    }
    at_ += found->tokens;
    return true;
  }

  // A spelling from the alias table takes all of its tokens; the longest one wins.
  bool take_alias(std::string_view first) {
    for (const alias& entry : aliases_of(first)) {
      bool fits = at_ + entry.words.size() <= tokens_.size();
      for (std::size_t i = 1; fits && i < entry.words.size(); ++i) {
        fits = without_apostrophes(without_possessive(tokens_[at_ + i].text)) == entry.words[i];
      }
      if (!fits) continue;
      std::string surface = tokens_[at_].surface;
      for (std::size_t i = 1; i < entry.words.size(); ++i) surface += " " + tokens_[at_ + i].surface;
      put_keys(entry.key, surface);
      at_ += entry.words.size();
      return true;
    }
    return false;
  }

  void put_keys(std::string_view keys, const std::string& surface) {
    while (!keys.empty()) {
      const auto key = keys.substr(0, keys.find(' '));
      keys.remove_prefix(std::min(keys.size(), key.size() + 1));
      if (!key.starts_with('@')) {
        const bool is_name = key[0] >= 'A' && key[0] <= 'Z';
        put_word(ascii_lower(key), token{.surface = surface, .named = is_name, .cased = is_name});
      } else {
        terms_.push_back({.key = std::string(key),
                          .surface = surface,
                          .kind = term_kind::word,
                          .named = key != "@ai",
                          .cased = true,
                          .place = key != "@ai",
                          .background = background_share(key)});
      }
    }
  }

  // "us" is the country unless a word before it wants the pronoun.
  [[nodiscard]] bool is_pronoun() const {
    const token& word = tokens_[at_];
    if (word.text != "us" || word.upper) return false;
    if (at_ == 0) return false;
    const auto& before = tokens_[at_ - 1].text;
    return takes_pronoun(before) || (before == "of" && at_ > 1 && takes_pronoun(tokens_[at_ - 2].text));
  }

  void take_word() {
    const token& next = tokens_[at_];
    const auto bare = without_possessive(next.text);
    const bool possessive = bare.size() != next.text.size();
    if (!is_pronoun() && take_alias(bare)) return;
    if (!possessive || !is_stop_word(bare)) put_word(next.text == "us" ? std::string_view{} : bare, next);
    ++at_;
  }

  void put_word(std::string_view folded, const token& of) {
    std::string word = without_apostrophes(folded);
    if (word.empty() || (word.size() == 1 && static_cast<unsigned char>(word[0]) < 0x80 && word[0] > '9') ||
        is_stop_word(word))
      return;
    // "chinas", "americas": the writer left the apostrophe out.
    if (word.size() > 4 && word.ends_with('s')) {
      const auto singular = std::string_view(word).substr(0, word.size() - 1);
      for (const alias& entry : aliases_of(singular)) {
        if (entry.words.size() == 1) return put_keys(entry.key, of.surface);
      }
    }
    const double share = background_share(word);
    auto key = stem(word);
    terms_.push_back({.key = std::move(key),
                      .surface = of.surface,
                      .word = std::move(word),
                      .kind = term_kind::word,
                      .named = of.named,
                      .cased = of.cased,
                      .background = share});
  }

  // Aliases are cut out first: the dictionary does not know all of them as one word.
  void put_han(std::string_view run) {
    std::size_t begin = 0;
    for (std::size_t at = 0; at < run.size();) {
      const auto* const found = han_alias_at(run.substr(at));
      if (found == nullptr) {
        at += han_characters(run.substr(at, 4)).front().size();
        continue;
      }
      put_han_words(run.substr(begin, at - begin));
      put_keys(found->key, std::string(found->words[0]));
      at += found->words[0].size();
      begin = at;
    }
    put_han_words(run.substr(begin));
  }

  // Words of two characters or more, the pairs inside words of four or more, and pairs of single characters: there the
  // dictionary was not sure where words end. Particles part the words around them.
  void put_han_words(std::string_view text) {
    std::string single;  // the last word, when it is one character and nothing parts it from the next
    if (text.empty()) return;
    for (const auto& word : han_words(text)) {
      const auto characters = han_characters(word);
      if (is_han_stop_word(word)) {
        single.clear();
        continue;
      }
      if (characters.size() > 1) put_han_term(word);
      for (std::size_t i = 0; characters.size() > 3 && i + 1 < characters.size(); ++i) {
        put_han_term(fmt::format("{}{}", characters[i], characters[i + 1]));
      }
      if (characters.size() == 1 && !single.empty()) put_han_term(single + word);
      single = characters.size() == 1 ? word : std::string{};
    }
  }

  void put_han_term(const std::string& word) {
    constexpr double unlisted_han_share = 0.0005;  // pairs of characters are commoner than words
    for (const term& earlier : terms_) {
      if (earlier.key == word) return;
    }
    terms_.push_back({.key = word,
                      .surface = word,
                      .kind = term_kind::han,
                      .named = false,
                      .background = std::max(unlisted_han_share, background_share(word))});
  }

  std::span<const token> tokens_;
  std::size_t at_{0};
  std::vector<term> terms_;
};

}  // namespace

std::string stem(std::string_view folded_word) {
  std::string word(folded_word);
  unite_spelling(word);
  auto* const stemmer = stemmer_of_thread();
  if (stemmer == nullptr) return word;
  const auto* const stemmed =
      sb_stemmer_stem(stemmer, reinterpret_cast<const sb_symbol*>(word.data()), static_cast<int>(word.size()));
  if (stemmed == nullptr) return word;
  return {reinterpret_cast<const char*>(stemmed), static_cast<std::size_t>(sb_stemmer_length(stemmer))};
}

std::vector<term> terms_of(std::span<const token> tokens) { return term_maker(tokens).run(); }

std::vector<term> terms_of(std::string_view text) { return terms_of(tokenise(clean(text))); }

}  // namespace stillholds
