// How well a ranking does: the usual figures of retrieval and of knowing when to keep silent.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "knowledge/ranking/ranker.hpp"

namespace stillholds {

// Means over all queries, 0 for no queries.
struct retrieval_figures {
  std::size_t queries{0};
  double map_at_5{0};  // mean of (sum of the precision at each hit within five) / number of right claims
  double first{0};     // share of queries whose first claim is right (P@1)
  double recall_at_5{0};
};

// Adds up one query after another.
class retrieval_measure {
 public:
  // `ranking`: claim ids, best first; only five count. `right`: the claims that would be right, each once.
  void add(std::span<const std::string> ranking, std::span<const std::string> right);
  [[nodiscard]] retrieval_figures figures() const;

 private:
  retrieval_figures sum_;
};

// The chance that an answerable query's confidence is above an unanswerable one's, ties counting half; 0.5 when either
// kind is missing.
[[nodiscard]] double area_under_roc(std::vector<std::pair<double, bool>> confidence_and_answerable);

struct abstention_figures {
  std::size_t answerable{0};
  std::size_t unanswerable{0};
  double area{0.5};         // area_under_roc of the top confidence
  double precision{0};      // of the queries answered with a claim: share with the right one
  double recall{0};         // of the answerable: share answered with the right one
  double false_answers{0};  // of the unanswerable: share answered with any claim
  double suggestions{0};    // of all: share that only got suggestions
};

// Do confidences keep their word? Of the queries whose best claim got a confidence in [from, to).
struct reliability_row {
  double from{0};
  double to{0};
  std::size_t queries{0};
  double said{0};   // their mean confidence
  double right{0};  // the share whose best claim is right
};

class reliability_measure {
 public:
  static constexpr std::size_t rows = 10;
  void add(double confidence, bool first_is_right);
  // Ten rows of equal width; rows without queries are left out.
  [[nodiscard]] std::vector<reliability_row> table() const;

 private:
  struct sums {
    std::size_t queries{0};
    std::size_t right{0};
    double said{0};
  };
  std::array<sums, rows> sums_{};
};

class abstention_measure {
 public:
  void add(bool answerable, double confidence, decision decided, bool first_is_right);
  [[nodiscard]] abstention_figures figures() const;

 private:
  std::vector<std::pair<double, bool>> confidences_;
  std::size_t answered_{0};
  std::size_t answered_right_{0};
  std::size_t answered_false_{0};
  std::size_t suggested_{0};
};

}  // namespace stillholds
