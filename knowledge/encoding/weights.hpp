// The encoder's weights: one file, mapped, checked, and cut into named matrices. deploy/encoder/convert.js writes it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "knowledge/encoding/product.hpp"
#include "knowledge/error.hpp"

namespace stillholds {

// Of the one file this program was written for. The converter refuses to write, and `open` to read, any other.
inline constexpr std::uint64_t weights_checksum = 0xad42d70b28bbc21e;

// The file, little-endian: 64 bytes of head (magic "STILLENC", u32 version, u32 vocabulary entries, u64 bytes of the
// file, u64 checksum of all that follows the head, u32 bytes of the pieces), then sections that each begin on a
// multiple of 64: scores (f64), pieces (u8 length and UTF-8 each), embeddings, time scales; the encoder's layers and
// its last one; the same of the cross-encoder, and what it has beside them, in the order of cross_encoder_weights. A
// matrix is its panels (i16), one factor a column (f32; product.hpp, scaled.hpp) and one bias a column (f32).
struct norm_weights {
  const float* scale{nullptr};
  const float* bias{nullptr};
};

struct linear_weights {
  packed_matrix matrix;
  const float* bias{nullptr};
};

struct layer_weights {
  std::size_t width{0};  // of what comes in
  norm_weights before_attention;
  linear_weights question_key_value;
  linear_weights attended;
  linear_weights widened;  // what comes in, brought to the width that goes out; no matrix where both are the same
  norm_weights before_forward;
  linear_weights forward_in;
  linear_weights forward_out;
};

struct transformer_weights {
  std::array<layer_weights, 2> layers;
  linear_weights last;
};

// Of the one that reads a question and a claim together (cross_encoder.hpp).
struct cross_encoder_weights {
  transformer_weights transformer;
  std::span<const float> claim_shift;  // added to a claim's embeddings: tells it from the question
  std::span<const float> penalties;    // of looking across the border, as transformer_desk::pass takes them
  std::span<const float> judge;        // of both summaries' products, of their differences, and a constant
};

struct encoder_weights {
  static constexpr std::size_t embedding_width = 256;
  static constexpr std::size_t width = 512;
  static constexpr std::size_t forward_width = 1536;
  static constexpr std::size_t heads = 4;
  static constexpr std::size_t places = 128;  // in a text; what follows is not looked at

  std::span<const double> scores;  // one a vocabulary entry
  std::vector<std::string_view> pieces;
  std::span<const float> embeddings;  // embedding_width numbers a token
  std::vector<float> timing;          // as many a place: where in the text a token stands, as sines and cosines
  transformer_weights transformer;
  cross_encoder_weights cross;
};

// Whose weights to take: tools that compare encoders take others, too.
enum class accepted_weights { of_this_program, any };

// Owns the mapping; the weights point into it.
class mapped_weights {
 public:
  // `not_found` when there is no such file; `corrupt` when it is another file than the one this program was written
  // for, or cannot be read. The detail names the file and says what to do.
  [[nodiscard]] static result<mapped_weights> open(const std::filesystem::path& file,
                                                   accepted_weights which = accepted_weights::of_this_program);

  [[nodiscard]] const encoder_weights& get() const noexcept { return weights_; }
  [[nodiscard]] std::uint64_t checksum() const noexcept { return checksum_; }

 private:
  struct unmap {
    std::size_t bytes{0};
    void operator()(const std::byte* data) const noexcept;
  };
  using mapping = std::unique_ptr<const std::byte, unmap>;

  explicit mapped_weights(mapping mapped) : mapped_(std::move(mapped)) {}

  mapping mapped_;
  encoder_weights weights_;
  std::uint64_t checksum_{0};
};

}  // namespace stillholds
