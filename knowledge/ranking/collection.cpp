#include "knowledge/ranking/collection.hpp"

#include <algorithm>
#include <utility>

#include "knowledge/encoding/cross_encoder.hpp"
#include "knowledge/encoding/vector_cache.hpp"
#include "knowledge/terms/figures.hpp"
#include "knowledge/utf8.hpp"

namespace stillholds {
namespace {

constexpr std::size_t by_words_most = 40;
constexpr std::size_t by_letters_most = 20;
constexpr std::size_t by_meaning_most = 20;

// Names a group by its texts.
std::uint64_t fingerprint_of(std::span<const document> documents) {
  std::string whole;
  const auto add = [&](std::string_view text) {
    whole += text;
    whole += '\0';
  };
  for (const document& next : documents) {
    add(next.id);
    for (const auto& text : next.fields) add(text);
    add("\1");
    for (const auto& text : next.phrasings) add(text);
    add("\2");
  }
  return key_of(whole).low;
}

// The encoder knows English: a text most of whose letters are not Latin has a vector that says nothing.
bool is_latin(std::string_view text) {
  std::size_t latin = 0;
  std::size_t other = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto next = utf8_at(text, at);
    const bool letter = (next.point >= 'a' && next.point <= 'z') || (next.point >= 'A' && next.point <= 'Z');
    latin += letter ? 1 : 0;
    other += next.point >= 0x250 && !(next.point >= 0x2000 && next.point < 0x2E80) ? 1 : 0;
    at += next.size;
  }
  return latin > 2 * other;
}

// The texts of a document that are encoded: its phrasings, or its whole when it has none.
std::vector<std::string> sentences_of(const document& of) {
  std::vector<std::string> texts = of.phrasings;
  if (texts.empty()) {
    auto& whole = texts.emplace_back();
    for (const auto& field : of.fields) {
      if (!whole.empty() && !field.empty()) whole += ". ";
      whole += field;
    }
  }
  std::erase_if(texts, [](const std::string& text) { return !is_latin(text); });
  return texts;
}

gram_index index_letters(std::span<const std::shared_ptr<const analysis>> groups) {
  std::vector<std::uint32_t> owners;
  std::vector<gram_set> sets;
  std::uint32_t document = 0;
  for (const auto& group : groups) {
    for (const auto& next : group->documents()) {
      // The whole is compared only where nothing shorter is known.
      for (std::size_t i = next.units.size() > 1 ? 1 : 0; i < next.units.size(); ++i) {
        owners.push_back(document);
        sets.push_back(next.units[i].grams);
      }
      ++document;
    }
  }
  return {owners, sets, document};
}

}  // namespace

collection::reading collection::read(std::span<const std::vector<document>> groups, const collection* previous) {
  reading out;
  for (const auto& group : groups) {
    out.fingerprints.push_back(fingerprint_of(group));
    const known_group* known = nullptr;
    if (previous != nullptr) {
      const auto found = previous->known_.find(out.fingerprints.back());
      if (found != previous->known_.end()) known = &found->second;
    }
    out.known.push_back(known);
    out.groups.push_back(known != nullptr ? known->texts : std::make_shared<const analysis>(group));
  }
  return out;
}

collection::collection(std::span<const std::vector<document>> groups, std::shared_ptr<const sentence_vectors> vectors,
                       const collection* previous)
    : collection(groups, std::move(vectors), read(groups, previous), previous) {}

collection::collection(std::span<const std::vector<document>> groups, std::shared_ptr<const sentence_vectors> vectors,
                       const reading& read, const collection* previous)
    : read_anew_(static_cast<std::size_t>(std::ranges::count(read.known, nullptr))),
      words_(read.groups),
      letters_(index_letters(read.groups)),
      vectors_(std::move(vectors)) {
  std::uint32_t document = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    known_.try_emplace(read.fingerprints[i], known_group{read.groups[i], document});
    document += static_cast<std::uint32_t>(groups[i].size());
  }
  if (!vectors_) return;
  // Vectors of another encoder say nothing here.
  const bool comparable = previous != nullptr && previous->vectors_ == vectors_;
  index_meanings(groups, read, comparable ? previous : nullptr);
}

void collection::index_meanings(std::span<const std::vector<document>> groups, const reading& read,
                                const collection* before) {
  std::vector<std::uint32_t> owners;
  std::vector<packed_vector> vectors;
  std::vector<std::string> texts;
  std::vector<std::size_t> places;  // of the texts' vectors
  std::uint32_t document = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto* const known = before != nullptr ? read.known[i] : nullptr;
    for (std::uint32_t at = 0; at < groups[i].size(); ++at, ++document) {
      if (known != nullptr) {
        const auto there = known->first_document + at;
        auto row = before->meanings_->before_owner(there);
        for (const auto& vector : before->meanings_->of_owner(there)) {
          owners.push_back(document);
          vectors.push_back(vector);
          wordings_.add(before->wordings_[row++]);
        }
        continue;
      }
      for (auto& text : sentences_of(groups[i][at])) {
        owners.push_back(document);
        places.push_back(vectors.size());
        vectors.emplace_back();
        wordings_.add(vectors_->tokens_of(text));
        texts.push_back(std::move(text));
      }
    }
  }
  encoded_anew_ = texts.size();
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  const auto fresh = views.empty() ? std::vector<packed_vector>{} : vectors_->of_all(views);
  for (std::size_t i = 0; i < fresh.size(); ++i) vectors[places[i]] = fresh[i];
  meanings_ = std::make_unique<const vector_index>(owners, std::move(vectors));
}

std::string collection::corrected(std::string cleaned) const {
  std::size_t at = 0;
  for (const token& next : tokenise(cleaned)) {
    if (next.kind != token_kind::word) continue;
    const auto found = cleaned.find(next.surface, at);
    if (found == std::string::npos) continue;  // its spelling was folded on the way
    at = found + next.surface.size();
    const auto right = words_.spelling_of(next.text);
    if (right.empty()) continue;
    std::string spelt(right);
    if (next.surface[0] >= 'A' && next.surface[0] <= 'Z') spelt[0] = static_cast<char>(spelt[0] - 'a' + 'A');
    cleaned.replace(found, next.surface.size(), spelt);
    at = found + spelt.size();
  }
  return cleaned;
}

std::optional<encoded_question> collection::meaning_of(std::string_view cleaned) const {
  if (!vectors_ || !is_latin(cleaned)) return std::nullopt;
  return vectors_->of(corrected(std::string(cleaned)));
}

asked_question collection::ask(std::span<const token> tokens, const std::optional<encoded_question>& meaning) const {
  return {.words = words_.ask(terms_of(tokens)),
          .letters = letters_.ask(grams_of(tokens)),
          .meaning = meaning && meanings_ ? &meaning->vector : nullptr,
          .wants_figure = asks_for_figure(tokens)};
}

std::optional<double> collection::read_together(const encoded_question& question, std::uint32_t document) const {
  if (!meanings_ || question.tokens.empty() || question.tokens.size() > cross_encoder::question_tokens_max)
    return std::nullopt;
  const auto vectors = meanings_->of_owner(document);
  if (vectors.empty()) return std::nullopt;
  const auto nearest = std::ranges::max_element(
      vectors, {}, [&](const packed_vector& wording) { return cosine(question.vector, wording); });
  const auto row = meanings_->before_owner(document) + static_cast<std::size_t>(nearest - vectors.begin());
  const auto wording = wordings_[row];
  if (wording.empty()) return std::nullopt;
  return vectors_->log_odds(question.tokens, wording);
}

std::vector<hit> collection::candidates(const asked_question& question, std::span<const std::uint8_t> allowed) const {
  auto found = words_.search(question.words, by_words_most, allowed);
  std::vector<std::uint32_t> more = letters_.nearest(question.letters, by_letters_most, allowed);
  if (question.meaning != nullptr) {
    for (const auto& next : meanings_->nearest(*question.meaning, by_meaning_most, allowed)) more.push_back(next.owner);
  }
  for (const auto document : more) {
    if (std::ranges::find(found, document, &hit::document) == found.end())
      found.push_back(words_.score(question.words, document));
  }
  return found;
}

}  // namespace stillholds
