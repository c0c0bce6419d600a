// An inverted index over claims: which claims share words with a question, how rare those words are, and what each
// says.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "knowledge/ranking/analysis.hpp"
#include "knowledge/terms/query.hpp"
#include "knowledge/terms/spelling.hpp"

namespace stillholds {

// A question's different terms as the index knows them.
struct asked_term {
  static constexpr std::uint32_t unknown = UINT32_MAX;
  std::uint32_t id{unknown};  // unknown: no claim holds it
  double idf{0};
  bool named{false};   // written as a name by the reader, or always so in the claims
  bool place{false};   // a country or a part of the world
  bool number{false};  // a year, an amount, a percentage
  std::string surface;
};

struct asked {
  std::vector<asked_term> terms;  // each once, in the order of their first mention
  double idf_sum{0};
};

struct hit {
  std::uint32_t document{0};
  double whole{0};     // BM25 of the claim's whole text, as a share of the question's best possible score
  double phrasing{0};  // the best of its phrasings, likewise
};

// Immutable once built; memory grows linearly with the text. Every read is safe from any thread.
class claim_index {
 public:
  explicit claim_index(std::span<const std::shared_ptr<const analysis>> groups);

  [[nodiscard]] std::size_t size() const noexcept { return ids_.size(); }
  [[nodiscard]] const std::string& id(std::uint32_t document) const { return ids_[document]; }

  // How a word that the reader misspelt is spelt, by the claims or in common talk: empty when the claims know it as it
  // is, when people use it anyway, or when nothing is near. `word` is folded.
  [[nodiscard]] std::string_view spelling_of(const std::string& word) const;

  // A misspelt word is taken for the one it was meant to be.
  [[nodiscard]] asked ask(std::span<const term> terms) const;

  // The `most` documents that share terms with the question, best first, ties by their order.
  // `allowed` has a flag for each document; empty allows all.
  [[nodiscard]] std::vector<hit> search(const asked& question, std::size_t most,
                                        std::span<const std::uint8_t> allowed = {}) const;

  // The same figures for one document, found by search or not.
  [[nodiscard]] hit score(const asked& question, std::uint32_t document) const;

  // A document's units: the whole first, then each phrasing.
  struct unit {
    std::uint32_t begin{0};  // its terms in reading order are term_ids().subspan(begin, length)
    std::uint32_t length{0};
    std::uint32_t document{0};
    double idf_sum{0};  // of its different terms
  };
  [[nodiscard]] std::span<const unit> units_of(std::uint32_t document) const;
  [[nodiscard]] std::span<const std::uint32_t> terms_in(const unit& which) const;
  // Whether any unit of the document holds the term; false for an unknown one.
  [[nodiscard]] bool holds(std::uint32_t document, std::uint32_t term) const;
  [[nodiscard]] std::size_t documents_with(std::uint32_t term) const { return terms_[term].documents; }
  // Whether the term is the name of a country or a part of the world.
  [[nodiscard]] bool is_place(std::uint32_t term) const { return terms_[term].place; }
  // Whether a wording of the document holds a figure or asks for one.
  [[nodiscard]] bool answers_figures(std::uint32_t document) const { return answers_figures_[document] != 0; }
  // The idf of a rare word that no claim holds: the most a word can weigh here.
  [[nodiscard]] double idf_most() const;

 private:
  struct known_term {
    double idf{0};
    double background{0};
    bool place{false};
    std::uint32_t documents{0};
    std::uint32_t seen_cased{0};
    std::uint32_t seen_named{0};
  };
  struct posting {
    std::uint32_t unit;
    float weight;  // the BM25 part that does not depend on the question
  };

  void add(const analysis& group);
  [[nodiscard]] double norm_of(const unit& of) const;
  void count_documents();
  void weigh();
  void learn(std::span<const std::shared_ptr<const analysis>> groups);
  void post();
  [[nodiscard]] double idf_of(std::uint32_t documents, double background) const;

  std::vector<std::string> ids_;
  std::vector<std::uint8_t> answers_figures_;  // by document
  std::unordered_map<std::string, std::uint32_t> term_by_key_;
  std::vector<known_term> terms_;
  speller speller_;
  std::vector<unit> units_;
  std::vector<std::uint32_t> first_unit_;  // by document, one more at the end
  std::vector<std::uint32_t> sequence_;    // the terms of all units
  std::vector<std::uint32_t> posting_begin_;
  std::vector<posting> postings_;
  double whole_length_{0};  // means, in terms
  double phrasing_length_{0};
};

}  // namespace stillholds
