// What matching asks about meaning: questions are encoded as they come, claims' vectors are remembered on disk, and
// both can be read together.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/encoding/encoder.hpp"
#include "knowledge/encoding/sentence_vector.hpp"
#include "knowledge/encoding/tokenizer.hpp"
#include "knowledge/error.hpp"

namespace stillholds {

struct encoded_question {
  packed_vector vector;
  std::vector<tokenizer::token> tokens;
};

// Shared by everyone as `std::shared_ptr<const sentence_vectors>`; a null one means: match lexically. Safe to call from
// several threads.
class sentence_vectors {
 public:
  // `cache` is the file in which claims' vectors are remembered, made when it is missing; an empty path, or one that
  // cannot be read or written, means that they are computed anew. Fails as encoder::open does.
  [[nodiscard]] static result<std::shared_ptr<const sentence_vectors>> open(
      const std::filesystem::path& weights, const std::filesystem::path& cache,
      accepted_weights which = accepted_weights::of_this_program);
  ~sentence_vectors();

  // The question is first put in the case in which the encoder knows its words (casing.hpp).
  [[nodiscard]] encoded_question of(std::string_view question) const;

  // One vector for each text as it is written, in the same order. Those of earlier calls and earlier runs are read, not
  // computed.
  [[nodiscard]] std::vector<packed_vector> of_all(std::span<const std::string_view> texts) const;

  // Of a claim's text as it is written: as many as `log_odds` looks at.
  [[nodiscard]] std::vector<tokenizer::token> tokens_of(std::string_view text) const;

  // As cross_encoder::log_odds.
  [[nodiscard]] float log_odds(std::span<const tokenizer::token> question,
                               std::span<const tokenizer::token> claim) const;

 private:
  struct parts;
  explicit sentence_vectors(std::unique_ptr<parts> opened) noexcept;
  std::unique_ptr<parts> parts_;
};

}  // namespace stillholds
