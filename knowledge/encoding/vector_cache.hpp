// Vectors of texts that were encoded before, in one file: a start with the same claims computes none anew.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "knowledge/encoding/sentence_vector.hpp"

namespace stillholds {

// Names a text by its content. 128 bits: no two texts of one knowledge base will meet.
struct text_key {
  std::uint64_t high{0};
  std::uint64_t low{0};
  auto operator<=>(const text_key&) const = default;
};

[[nodiscard]] text_key key_of(std::string_view text) noexcept;

struct remembered {
  text_key key;
  packed_vector vector;
};

// The file is only ever appended to, or replaced whole. A record that was cut off or damaged is as good as none, and so
// is a file of other weights or of another format. Nothing here fails: what cannot be read is computed, what cannot be
// written is computed again next time. Several processes may use one file.
class vector_cache {
 public:
  // `fingerprint` names the weights (mapped_weights::checksum: of the cross-encoder, too, though no vector is made by
  // it). An empty path remembers nothing.
  vector_cache(std::filesystem::path file, std::uint64_t fingerprint)
      : file_(std::move(file)), fingerprint_(fingerprint) {}

  // Shows every sound record, in the order of the file, and says how many there were.
  std::size_t read(const std::function<void(const remembered&)>& show) const;

  // Adds the records. False when they could not all be written.
  bool append(std::span<const remembered> records) const;

  // Puts a file in its place that holds only the records that `is_wanted` of their key. False when it could not.
  bool keep_only(const std::function<bool(const text_key&)>& is_wanted) const;

 private:
  std::filesystem::path file_;
  std::uint64_t fingerprint_;
};

}  // namespace stillholds
