// Text in, sentence vector out: the Universal Sentence Encoder (lite), tuned on questions and claims, over weights that
// are mapped from one file.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "knowledge/encoding/sentence_vector.hpp"
#include "knowledge/encoding/tokenizer.hpp"
#include "knowledge/encoding/weights.hpp"
#include "knowledge/error.hpp"

namespace stillholds {

// Knows English only. Immutable; safe to share between threads without a lock: a call uses one core.
class encoder {
 public:
  // Fails as mapped_weights::open does.
  [[nodiscard]] static result<encoder> open(const std::filesystem::path& weights,
                                            accepted_weights which = accepted_weights::of_this_program);
  explicit encoder(std::shared_ptr<const mapped_weights> weights);

  // Any bytes; broken UTF-8 is read as U+FFFD.
  [[nodiscard]] std::vector<tokenizer::token> tokens_of(std::string_view text) const;

  // Of the first encoder_weights::places tokens. The empty text has a vector too, which says nothing: do not ask for
  // it.
  [[nodiscard]] sentence_vector encode(std::span<const tokenizer::token> tokens) const;
  [[nodiscard]] sentence_vector encode(std::string_view text) const;

  // How a text is cut into what it knows.
  [[nodiscard]] const tokenizer& cut() const noexcept { return cut_; }

  // Vectors of different weights (mapped_weights::checksum) must not be compared.
  [[nodiscard]] const std::shared_ptr<const mapped_weights>& weights() const noexcept { return file_; }

 private:
  std::shared_ptr<const mapped_weights> file_;
  tokenizer cut_;
};

}  // namespace stillholds
