// Text in, sentence vector out: the Universal Sentence Encoder (lite), tuned on questions and claims, over weights that
// are mapped from one file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "knowledge/encoding/sentence_vector.hpp"
#include "knowledge/encoding/tokenizer.hpp"
#include "knowledge/encoding/weights.hpp"
#include "knowledge/error.hpp"

namespace stillholds {

// Knows English only. Immutable once open; safe to share between threads without a lock: a call uses one core.
class encoder {
 public:
  static constexpr std::size_t tokens_max = 128;  // what follows in a longer text is not looked at

  // `not_found` when there is no such file; `corrupt` when there is one that is not the weights this program was
  // written for. The detail names the file and what to do.
  [[nodiscard]] static result<encoder> open(const std::filesystem::path& weights,
                                            accepted_weights which = accepted_weights::of_this_program);
  ~encoder();
  encoder(encoder&&) noexcept;
  encoder& operator=(encoder&&) noexcept;

  // Any bytes; broken UTF-8 is read as U+FFFD. The empty text has a vector too, which says nothing: do not ask for it.
  [[nodiscard]] sentence_vector encode(std::string_view text) const;

  // How a text is cut into what it knows.
  [[nodiscard]] const tokenizer& cut() const noexcept;

  // Names the weights: vectors from different fingerprints must not be compared.
  [[nodiscard]] std::uint64_t fingerprint() const noexcept;

 private:
  struct parts;
  explicit encoder(std::unique_ptr<const parts> opened) noexcept;
  std::unique_ptr<const parts> parts_;
};

}  // namespace stillholds
