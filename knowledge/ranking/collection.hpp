// All claims that may be asked about, findable by their words, by runs of letters and, with an encoder, by meaning.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "knowledge/encoding/sentence_vectors.hpp"
#include "knowledge/encoding/token_lists.hpp"
#include "knowledge/encoding/vector_index.hpp"
#include "knowledge/ranking/analysis.hpp"
#include "knowledge/ranking/index.hpp"
#include "knowledge/terms/grams.hpp"
#include "knowledge/terms/tokens.hpp"

namespace stillholds {

// A question as the collection knows it.
struct asked_question {
  asked words;
  gram_index::asked letters;
  const packed_vector* meaning{nullptr};  // nullptr: compared by words and letters only
  bool wants_figure{false};
};

// Immutable once built; safe to share between threads without a lock.
class collection {
 public:
  // Each group is an article's claims. What a group's texts were read as, and their vectors, are taken from `previous`
  // where they are the same there. A null `vectors` is a collection that is searched by words and letters alone.
  explicit collection(std::span<const std::vector<document>> groups,
                      std::shared_ptr<const sentence_vectors> vectors = nullptr, const collection* previous = nullptr);

  [[nodiscard]] std::size_t size() const noexcept { return words_.size(); }
  [[nodiscard]] const std::string& id(std::uint32_t document) const { return words_.id(document); }

  // The question with misspelt words as the claims spell them.
  [[nodiscard]] std::string corrected(std::string cleaned) const;

  // The corrected question as the encoder reads it; nothing without an encoder, and nothing for a text that is not in
  // its language.
  [[nodiscard]] std::optional<encoded_question> meaning_of(std::string_view cleaned) const;

  // `meaning` must outlive what is returned.
  [[nodiscard]] asked_question ask(std::span<const token> tokens, const std::optional<encoded_question>& meaning) const;

  // The logarithm of the odds that the document answers the question, read together with the wording that is nearest to
  // it (cross_encoder.hpp); nothing for a document that no vector is known of, nor for a question that is too long to
  // be read whole: what it asks may stand at its end.
  [[nodiscard]] std::optional<double> read_together(const encoded_question& question, std::uint32_t document) const;

  // Documents worth a closer look, by any of the three ways, in no order. `allowed` has a flag for each document; empty
  // allows all.
  [[nodiscard]] std::vector<hit> candidates(const asked_question& question,
                                            std::span<const std::uint8_t> allowed = {}) const;

  // How many groups' texts had to be read for this one, and how many sentences were asked a vector for.
  [[nodiscard]] std::size_t read_anew() const noexcept { return read_anew_; }
  [[nodiscard]] std::size_t encoded_anew() const noexcept { return encoded_anew_; }

  [[nodiscard]] const claim_index& words() const noexcept { return words_; }
  [[nodiscard]] const gram_index& letters() const noexcept { return letters_; }
  [[nodiscard]] const vector_index* meanings() const noexcept { return meanings_.get(); }

 private:
  struct known_group {
    std::shared_ptr<const analysis> texts;
    std::uint32_t first_document{0};
  };
  // The groups in their order: their texts' fingerprints, their analyses, and what an earlier collection knows of them.
  struct reading {
    std::vector<std::uint64_t> fingerprints;
    std::vector<std::shared_ptr<const analysis>> groups;
    std::vector<const known_group*> known;  // nullptr: read anew
  };
  [[nodiscard]] static reading read(std::span<const std::vector<document>> groups, const collection* previous);
  collection(std::span<const std::vector<document>> groups, std::shared_ptr<const sentence_vectors> vectors,
             const reading& read, const collection* previous);
  void index_meanings(std::span<const std::vector<document>> groups, const reading& read, const collection* before);

  std::unordered_map<std::uint64_t, known_group> known_;  // by fingerprint
  std::size_t read_anew_{0};
  std::size_t encoded_anew_{0};
  claim_index words_;
  gram_index letters_;
  std::shared_ptr<const sentence_vectors> vectors_;
  std::unique_ptr<const vector_index> meanings_;
  token_lists wordings_;  // of the texts that have a vector, in the order of their documents
};

}  // namespace stillholds
