#include "knowledge/ranking/measure.hpp"

#include <algorithm>

namespace stillholds {
namespace {

double share(std::size_t part, std::size_t of) {
  return of == 0 ? 0 : static_cast<double>(part) / static_cast<double>(of);
}

}  // namespace

void retrieval_measure::add(std::span<const std::string> ranking, std::span<const std::string> right) {
  constexpr std::size_t deepest = 5;
  ++sum_.queries;
  if (right.empty()) return;
  std::size_t hits = 0;
  double precisions = 0;
  for (std::size_t i = 0; i < std::min(deepest, ranking.size()); ++i) {
    if (std::ranges::find(right, ranking[i]) == right.end()) continue;
    ++hits;
    precisions += share(hits, i + 1);
    if (i == 0) sum_.first += 1;
  }
  sum_.map_at_5 += precisions / static_cast<double>(right.size());
  sum_.recall_at_5 += share(hits, right.size());
}

retrieval_figures retrieval_measure::figures() const {
  retrieval_figures mean = sum_;
  if (sum_.queries == 0) return mean;
  const auto queries = static_cast<double>(sum_.queries);
  mean.map_at_5 /= queries;
  mean.first /= queries;
  mean.recall_at_5 /= queries;
  return mean;
}

double area_under_roc(std::vector<std::pair<double, bool>> values) {
  std::ranges::sort(values);
  double rank_sum = 0;
  std::size_t answerable = 0;
  for (std::size_t begin = 0; begin < values.size();) {
    std::size_t end = begin;
    while (end < values.size() && values[end].first == values[begin].first) ++end;
    const double middle_rank = static_cast<double>(begin + end + 1) / 2;
    for (; begin < end; ++begin) {
      if (!values[begin].second) continue;
      rank_sum += middle_rank;
      ++answerable;
    }
  }
  const std::size_t unanswerable = values.size() - answerable;
  if (answerable == 0 || unanswerable == 0) return 0.5;
  const auto count = static_cast<double>(answerable);
  return (rank_sum - count * (count + 1) / 2) / (count * static_cast<double>(unanswerable));
}

void reliability_measure::add(double confidence, bool first_is_right) {
  const auto row = static_cast<std::size_t>(std::clamp(confidence, 0.0, 1.0) * static_cast<double>(rows));
  sums& into = sums_[std::min(row, rows - 1)];
  ++into.queries;
  into.right += first_is_right ? 1 : 0;
  into.said += confidence;
}

std::vector<reliability_row> reliability_measure::table() const {
  std::vector<reliability_row> out;
  for (std::size_t i = 0; i < rows; ++i) {
    const sums& of = sums_[i];
    if (of.queries == 0) continue;
    out.push_back({.from = static_cast<double>(i) / static_cast<double>(rows),
                   .to = static_cast<double>(i + 1) / static_cast<double>(rows),
                   .queries = of.queries,
                   .said = of.said / static_cast<double>(of.queries),
                   .right = share(of.right, of.queries)});
  }
  return out;
}

void abstention_measure::add(bool answerable, double confidence, decision decided, bool first_is_right) {
  confidences_.emplace_back(confidence, answerable);
  if (decided == decision::suggest) ++suggested_;
  if (decided != decision::answer) return;
  ++answered_;
  if (!answerable) ++answered_false_;
  if (answerable && first_is_right) ++answered_right_;
}

abstention_figures abstention_measure::figures() const {
  abstention_figures out;
  for (const auto& [confidence, answerable] : confidences_) ++(answerable ? out.answerable : out.unanswerable);
  out.area = area_under_roc(confidences_);
  out.precision = share(answered_right_, answered_);
  out.recall = share(answered_right_, out.answerable);
  out.false_answers = share(answered_false_, out.unanswerable);
  out.suggestions = share(suggested_, confidences_.size());
  return out;
}

}  // namespace stillholds
