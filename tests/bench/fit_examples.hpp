// What `fit` learns from: questions with the signals of their candidates, and which of these are right.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "knowledge/encoding/sentence_vectors.hpp"
#include "knowledge/ranking/signals.hpp"

namespace stillholds::bench {

// What one question met: its candidates' signals, and which of them are right.
struct example {
  std::vector<signals> candidates;
  std::vector<bool> right;
  double weight{1};
};

struct training_set {
  std::vector<example> whole;  // every question of the whole collection
  std::vector<example> small;  // questions of small collections, answerable and not
};

// For the questions of each half (tests/bench/half.hpp) the vectors of an encoder that has not learnt from them; nulls:
// measured by words and letters alone.
using vectors_by_half = std::array<std::shared_ptr<const sentence_vectors>, 2>;

// The same question where its claim is not there.
[[nodiscard]] example without_right(const example& of);

// A folder with claims.tsv, queries-train.tsv and qrels-train.tsv: every question of the whole collection, and of small
// collections drawn from it, where `chatter` is asked, too.
[[nodiscard]] training_set read_set(const std::string& folder, const std::vector<std::string>& chatter,
                                    const vectors_by_half& vectors);

// A knowledge folder's claims, each asked as people ask for it while the claim file does not hold that wording, the
// moderators' own tests, and chatter. Null `vectors`: measured by words and letters alone.
[[nodiscard]] training_set read_articles(const std::string& folder, const std::vector<std::string>& chatter,
                                         const std::shared_ptr<const sentence_vectors>& vectors);

}  // namespace stillholds::bench
