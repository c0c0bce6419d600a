// Text to the encoder's tokens: the most probable cut into pieces of its vocabulary.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace stillholds {

// Immutable once built; safe to share between threads without a lock.
class tokenizer {
 public:
  using token = std::uint16_t;
  static constexpr token unknown = 0;
  static constexpr std::size_t reserved = 6;  // entries at the start of a vocabulary that are no text

  // `scores[i]` is the logarithm of how probable `pieces[i]` is. The pieces may go away afterwards.
  tokenizer(std::span<const double> scores, std::span<const std::string_view> pieces);

  // All tokens of the text; those of a run that the vocabulary does not know are one `unknown`. Empty for empty text.
  [[nodiscard]] std::vector<token> encode(std::string_view text) const;

  // Whether a word of ASCII letters, with a blank before it, is one piece.
  [[nodiscard]] bool knows(std::string_view word) const noexcept;

  // The logarithm of how probable these are together. What is unknown counts nothing.
  [[nodiscard]] double log_probability(std::span<const token> tokens) const noexcept;

 private:
  // The tree of all pieces' beginnings. A node's children lie side by side, ordered by character.
  struct node {
    char32_t character{0};
    std::uint32_t first_child{0};
    std::uint16_t children{0};
    token piece{unknown};  // which piece ends here
  };

  [[nodiscard]] const node* child_of(const node& parent, char32_t character) const noexcept;

  std::vector<node> nodes_;
  std::vector<double> scores_;
  std::vector<std::uint8_t> lengths_;  // of a piece, in characters
};

}  // namespace stillholds
