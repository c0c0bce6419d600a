// Claims by runs of four letters: what is still alike when words are misspelt, joined or bent differently.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "knowledge/terms/tokens.hpp"

namespace stillholds {

// A text's different runs, as hashes in ascending order. Each word is taken with a blank before and behind it; stop
// words, numbers and Chinese are left out (Chinese words are found by pairs of characters already).
using gram_set = std::vector<std::uint32_t>;
[[nodiscard]] gram_set grams_of(std::span<const token> tokens);

// Immutable once built; every read is safe from any thread.
class gram_index {
 public:
  // `owners[i]` is the document that `sets[i]` belongs to; owners ascend, and a document may have several sets.
  gram_index(std::span<const std::uint32_t> owners, std::span<const gram_set> sets, std::size_t documents);

  // The question's runs that some document holds, and its length as a vector.
  struct asked {
    std::vector<std::uint32_t> grams;  // numbers, ascending
    double length{0};
  };
  [[nodiscard]] asked ask(const gram_set& question) const;

  // The `most` documents nearest by the question's rarer runs, best first.
  [[nodiscard]] std::vector<std::uint32_t> nearest(const asked& question, std::size_t most,
                                                   std::span<const std::uint8_t> allowed = {}) const;

  // The best cosine, 0 to 1, among the document's sets, runs weighed by their rarity (tf-idf with tf 1).
  [[nodiscard]] double similarity(const asked& question, std::uint32_t document) const;

 private:
  struct row {
    std::uint32_t begin{0};
    std::uint32_t owner{0};
    float length{0};
  };
  [[nodiscard]] std::span<const std::uint32_t> grams_in(std::size_t row) const;

  std::vector<std::uint32_t> hashes_;  // by gram number, ascending
  std::vector<float> weights_;         // idf squared, by gram number
  float unknown_weight_{0};            // of a run that no document holds
  std::vector<row> rows_;              // one more at the end
  std::vector<std::uint32_t> grams_;   // of all rows, ascending within a row
  std::vector<std::uint32_t> first_row_;
  std::vector<std::uint32_t> posting_begin_;
  std::vector<std::uint32_t> postings_;  // rows, by gram number
};

}  // namespace stillholds
