// The texts of a group of claims (an article's) read once: their terms and letter runs, in a form that is small to keep
// and quick to index, so that a change of one article does not read the others again.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "knowledge/ranking/document.hpp"
#include "knowledge/terms/grams.hpp"
#include "knowledge/terms/query.hpp"

namespace stillholds {

struct analysed_term {
  std::string key;
  double background{0};
  bool place{false};
  std::uint32_t seen_cased{0};  // how often its capital, or the lack of one, said something
  std::uint32_t seen_named{0};  // how often it was written as a name
};

struct analysed_text {
  std::vector<std::uint32_t> terms;  // numbers of this analysis, in reading order
  gram_set grams;
};

struct analysed_document {
  std::string id;
  std::vector<analysed_text> units;  // the whole first, then each phrasing
  bool answers_figures{false};       // a phrasing (the whole, where there is none) holds a figure or asks for one
};

class analysis {
 public:
  explicit analysis(std::span<const document> documents);

  [[nodiscard]] std::span<const analysed_document> documents() const noexcept { return documents_; }
  [[nodiscard]] std::span<const analysed_term> terms() const noexcept { return terms_; }
  // Words as they are spelt in the texts, each with the term it became.
  [[nodiscard]] std::span<const std::pair<std::string, std::uint32_t>> spellings() const noexcept { return spellings_; }

 private:
  struct reader;
  std::vector<analysed_document> documents_;
  std::vector<analysed_term> terms_;
  std::vector<std::pair<std::string, std::uint32_t>> spellings_;
};

}  // namespace stillholds
