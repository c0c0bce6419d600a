// Fits knowledge/coefficients.txt: fit COEFFICIENTS CHATTER KNOWLEDGE WEIGHTS HALF-0 HALF-1 SET…
// CHATTER is tests/bench/chatter.txt. WEIGHTS are the encoder's; HALF-0 and HALF-1 those that were tuned on one half of
// the training questions alone (tests/bench/learn), so that each question is measured by an encoder that has not learnt
// from it: of those it learnt from it is surer than of any that a reader will ask.
// Each SET is a folder with claims.tsv (id, title, text), queries-train.tsv (query, text) and qrels-train.tsv (query,
// claim). Ranking: conditional logit, the right claim against the other candidates (McFadden 1974). Confidence:
// logistic regression, right when the first candidate is right, over every question asked twice: of the whole
// collection and of the collection without its claim; and over small collections drawn from the set. Limits are kept as
// they stand, and so is what reading question and claim together counts: that cross-encoder has learnt from all of
// these questions.
#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "knowledge/ranking/ranker.hpp"
#include "tests/bench/fit_examples.hpp"

namespace {

using namespace stillholds;
using namespace stillholds::bench;

constexpr double ranking_ridge = 5e-4;     // per question
constexpr double confidence_ridge = 1e-4;  // per example, on standardised signals
constexpr double small_weight = 0.5;       // all small ones together against all whole ones

// Newton's method on a convex loss; `at` gives the loss and, where asked for, gradient and curvature.
Eigen::VectorXd least(Eigen::Index size,
                      const std::function<double(const Eigen::VectorXd&, Eigen::VectorXd*, Eigen::MatrixXd*)>& at) {
  Eigen::VectorXd point = Eigen::VectorXd::Zero(size);
  Eigen::VectorXd slope(size);
  Eigen::MatrixXd curve(size, size);
  for (int round = 0; round < 60; ++round) {
    const double loss = at(point, &slope, &curve);
    const Eigen::VectorXd step = curve.ldlt().solve(slope);
    double length = 1;
    while (length > 1e-6 && at(point - length * step, nullptr, nullptr) > loss) length /= 2;
    point -= length * step;
    if ((length * step).cwiseAbs().maxCoeff() < 1e-7) break;
  }
  return point;
}

Eigen::Map<const Eigen::VectorXd> vector_of(const signals& of) {
  return {of.values.data(), static_cast<Eigen::Index>(signal_count)};
}

void fit_ranking(const std::vector<training_set>& sets, coefficients& into) {
  std::vector<const example*> all;
  std::vector<double> weights;
  const auto add = [&](const std::vector<example>& some, double weight) {
    for (const auto& next : some) {
      if (std::ranges::find(next.right, true) == next.right.end()) continue;
      all.push_back(&next);
      weights.push_back(weight / static_cast<double>(some.size()));
    }
  };
  for (const auto& set : sets) {
    add(set.whole, 1);
    add(set.small, small_weight);
  }
  constexpr auto size = static_cast<Eigen::Index>(signal_count);
  const auto loss = [&](const Eigen::VectorXd& by, Eigen::VectorXd* slope, Eigen::MatrixXd* curve) {
    double sum = ranking_ridge / 2 * by.squaredNorm();
    if (slope != nullptr) *slope = ranking_ridge * by, *curve = ranking_ridge * Eigen::MatrixXd::Identity(size, size);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto& candidates = all[i]->candidates;
      Eigen::VectorXd score(static_cast<Eigen::Index>(candidates.size()));
      for (std::size_t j = 0; j < candidates.size(); ++j)
        score(static_cast<Eigen::Index>(j)) = by.dot(vector_of(candidates[j]));
      Eigen::VectorXd share = (score.array() - score.maxCoeff()).exp();
      share /= share.sum();
      double right = 0;
      for (std::size_t j = 0; j < candidates.size(); ++j)
        right += all[i]->right[j] ? share(static_cast<Eigen::Index>(j)) : 0;
      sum -= weights[i] * std::log(std::max(right, 1e-300));
      if (slope == nullptr) continue;
      Eigen::VectorXd mean = Eigen::VectorXd::Zero(size);
      Eigen::VectorXd wanted = Eigen::VectorXd::Zero(size);
      for (std::size_t j = 0; j < candidates.size(); ++j) {
        const auto one = vector_of(candidates[j]);
        const double p = share(static_cast<Eigen::Index>(j));
        mean += p * one;
        if (all[i]->right[j]) wanted += p / std::max(right, 1e-300) * one;
        *curve += weights[i] * p * one * one.transpose();
      }
      *slope += weights[i] * (mean - wanted);
      *curve -= weights[i] * mean * mean.transpose();
    }
    return sum;
  };
  Eigen::Map<Eigen::VectorXd>(into.ranking.data(), size) = least(size, loss);
}

// The signals that the logistic reads beside the score: the others say what the score says already, and their weights
// would only cancel each other out.
constexpr std::array confidence_signals{signal::claim_covered, signal::shared_mass, signal::shared_words,
                                        signal::meaning};
// A name that the claim does not hold. Set by hand, on the dev parts: the small collections that we draw are of
// neighbours, where names are missing from right claims and wrong ones alike, and fitting finds nothing in it.
constexpr double names_missed_weight = -1.5;

// A row of the logistic: the first candidate's signals, its score and its rivals; and whether it is right.
struct verdict_row {
  Eigen::VectorXd features;
  double offset{0};  // what is not fitted
  bool right{false};
  double weight{1};
};

verdict_row row_of(const example& of, const coefficients& by, double weight) {
  std::vector<ranked> all;
  for (const auto& next : of.candidates)
    all.push_back(
        {.document = 0, .score = score_of(next, by), .rivals = 0, .confidence = 0, .topical = 0, .signals = next});
  std::size_t first = 0;
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].score > all[first].score) first = i;
  }
  verdict_row out{.features = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(signal_count) + 2),
                  .offset = names_missed_weight * all[first].signals[signal::names_missed],
                  .right = of.right[first],
                  .weight = weight};
  for (const auto which : confidence_signals)
    out.features(static_cast<Eigen::Index>(which)) = all[first].signals[which];
  out.features(static_cast<Eigen::Index>(signal_count)) = all[first].score;
  out.features(static_cast<Eigen::Index>(signal_count) + 1) = rivalry(all, first);
  return out;
}

std::vector<verdict_row> rows_of(const std::vector<training_set>& sets, const coefficients& by) {
  std::vector<verdict_row> rows;
  for (const auto& set : sets) {
    for (const auto& next : set.whole) {
      const double weight = 1.0 / static_cast<double>(2 * set.whole.size());
      if (!next.candidates.empty()) rows.push_back(row_of(next, by, weight));
      const auto other = without_right(next);
      if (!other.candidates.empty()) rows.push_back(row_of(other, by, weight));
    }
    for (const auto& next : set.small) {
      if (!next.candidates.empty())
        rows.push_back(row_of(next, by, next.weight * small_weight / static_cast<double>(set.small.size())));
    }
  }
  double sum = 0;
  for (const auto& row : rows) sum += row.weight;
  for (auto& row : rows) row.weight /= sum;
  return rows;
}

void fit_confidence(const std::vector<training_set>& sets, coefficients& into) {
  auto rows = rows_of(sets, into);
  const auto size = static_cast<Eigen::Index>(signal_count) + 2;
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(size);
  Eigen::VectorXd square = Eigen::VectorXd::Zero(size);
  for (const auto& row : rows) mean += row.weight * row.features, square += row.weight * row.features.cwiseAbs2();
  const Eigen::VectorXd spread = (square - mean.cwiseAbs2()).cwiseMax(1e-12).cwiseSqrt();
  const auto loss = [&](const Eigen::VectorXd& by, Eigen::VectorXd* slope, Eigen::MatrixXd* curve) {
    Eigen::VectorXd ridge = Eigen::VectorXd::Constant(size + 1, confidence_ridge);
    ridge(size) = 0;
    double sum = ridge.dot(by.cwiseAbs2()) / 2;
    if (slope != nullptr) *slope = ridge.cwiseProduct(by), *curve = ridge.asDiagonal();
    Eigen::VectorXd x(size + 1);
    for (const auto& row : rows) {
      x.head(size) = (row.features - mean).cwiseQuotient(spread);
      x(size) = 1;
      const double at = by.dot(x) + row.offset;
      const double p = 1 / (1 + std::exp(-at));
      sum -= row.weight * std::log(std::max(row.right ? p : 1 - p, 1e-300));
      if (slope == nullptr) continue;
      *slope += row.weight * (p - (row.right ? 1 : 0)) * x;
      *curve += row.weight * p * (1 - p) * x * x.transpose();
    }
    return sum;
  };
  const Eigen::VectorXd found = least(size + 1, loss);
  const Eigen::VectorXd plain = found.head(size).cwiseQuotient(spread);
  auto& weight_read = into.confidence[static_cast<std::size_t>(signal::read_together)];
  const double kept = weight_read;
  Eigen::Map<Eigen::VectorXd>(into.confidence.data(), static_cast<Eigen::Index>(signal_count)) =
      plain.head(static_cast<Eigen::Index>(signal_count));
  into.confidence[static_cast<std::size_t>(signal::names_missed)] = names_missed_weight;
  weight_read = kept;
  into.score = plain(static_cast<Eigen::Index>(signal_count));
  into.rivals = plain(static_cast<Eigen::Index>(signal_count) + 1);
  into.constant = found(size) - plain.dot(mean);
}

void fit(const std::string& articles, const std::vector<std::string>& folders, const std::vector<std::string>& chatter,
         const std::shared_ptr<const sentence_vectors>& vectors, const vectors_by_half& halves, coefficients& into) {
  std::vector<training_set> sets;
  for (const auto& folder : folders) {
    sets.push_back(read_set(folder, chatter, halves));
    std::cerr << fmt::format("{}: {} questions, {} in small collections\n", folder, sets.back().whole.size(),
                             sets.back().small.size());
  }
  sets.push_back(read_articles(articles, chatter, vectors));
  std::cerr << fmt::format("{}: {} questions\n", articles, sets.back().small.size());
  fit_ranking(sets, into);
  fit_confidence(sets, into);
}

// The file's comment block stays; every row is written anew.
std::string head_of(const std::string& file) {
  std::ifstream in(file);
  std::string head;
  for (std::string line; std::getline(in, line) && line.starts_with('#');) head += line + '\n';
  return head;
}

// Fails the program when they cannot be read.
std::shared_ptr<const sentence_vectors> vectors_of(const std::string& weights) {
  auto vectors = sentence_vectors::open(weights, weights + ".cache", accepted_weights::any);
  if (vectors) return *vectors;
  std::cerr << vectors.error().detail << '\n';
  std::exit(2);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 8) {
    std::cerr << "fit COEFFICIENTS CHATTER KNOWLEDGE WEIGHTS HALF-0 HALF-1 SET...\n";
    return 2;
  }
  std::vector<std::string> chatter;
  std::ifstream lines(arguments[2]);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && !line.starts_with('#')) chatter.push_back(line);
  }
  if (chatter.empty()) {
    std::cerr << "there is nothing in " << arguments[2] << '\n';
    return 2;
  }
  const std::string file = arguments[1];
  auto sets = built_in_coefficients();
  const std::vector<std::string> folders(arguments + 7, arguments + count);
  fit(arguments[3], folders, chatter, nullptr, {}, sets.words);
  // What learnt from half 0 measures half 1.
  const vectors_by_half unlearnt{vectors_of(arguments[6]), vectors_of(arguments[5])};
  fit(arguments[3], folders, chatter, vectors_of(arguments[4]), unlearnt, sets.meanings);
  const auto text = head_of(file) + to_text(sets);
  std::ofstream(file, std::ios::trunc) << text;
  return 0;
}
