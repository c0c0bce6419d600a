#include "knowledge/terms/grams.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "knowledge/terms/vocabulary.hpp"
#include "knowledge/terms/word_list.hpp"
#include "knowledge/utf8.hpp"

namespace stillholds {
namespace {

constexpr std::size_t run = 4;
// A run that more than this share of the rows hold finds nobody: it only costs time.
constexpr double common_share = 0.02;
constexpr std::size_t common_least = 200;  // rows; fewer are looked at always

void add_word(const std::string& padded, gram_set& into) {
  std::vector<std::size_t> starts;
  for (std::size_t at = 0; at < padded.size(); at += utf8_at(padded, at).size) starts.push_back(at);
  starts.push_back(padded.size());
  if (starts.size() <= run) {
    into.push_back(short_hash(padded));
    return;
  }
  for (std::size_t i = 0; i + run < starts.size(); ++i)
    into.push_back(short_hash(std::string_view(padded).substr(starts[i], starts[i + run] - starts[i])));
}

float squared(double value) { return static_cast<float>(value * value); }

}  // namespace

gram_set grams_of(std::span<const token> tokens) {
  gram_set grams;
  for (const token& next : tokens) {
    if (next.kind != token_kind::word) continue;
    std::string word;
    for (const char c : next.text) {
      if (c != '\'') word.push_back(c);
    }
    if (word.empty() || is_stop_word(word)) continue;
    add_word(" " + word + " ", grams);
  }
  std::ranges::sort(grams);
  const auto repeated = std::ranges::unique(grams);
  grams.erase(repeated.begin(), repeated.end());
  return grams;
}

gram_index::gram_index(std::span<const std::uint32_t> owners, std::span<const gram_set> sets, std::size_t documents) {
  std::size_t total = 0;
  for (const auto& set : sets) total += set.size();
  grams_.reserve(total);
  for (const auto& set : sets) grams_.insert(grams_.end(), set.begin(), set.end());
  hashes_ = grams_;
  std::ranges::sort(hashes_);
  const auto repeated = std::ranges::unique(hashes_);
  hashes_.erase(repeated.begin(), repeated.end());
  hashes_.shrink_to_fit();
  for (auto& gram : grams_)
    gram = static_cast<std::uint32_t>(std::ranges::lower_bound(hashes_, gram) - hashes_.begin());

  posting_begin_.assign(hashes_.size() + 1, 0);
  for (const auto gram : grams_) ++posting_begin_[gram + 1];
  const double all = static_cast<double>(sets.size());
  weights_.reserve(hashes_.size());
  for (std::size_t gram = 0; gram < hashes_.size(); ++gram)
    weights_.push_back(squared(std::log(1 + (all + 1) / posting_begin_[gram + 1])));
  unknown_weight_ = squared(std::log(1 + (all + 1)));
  for (std::size_t gram = 0; gram < hashes_.size(); ++gram) posting_begin_[gram + 1] += posting_begin_[gram];

  postings_.resize(grams_.size());
  auto next_posting = posting_begin_;
  first_row_.assign(documents + 1, 0);
  std::uint32_t begin = 0;
  for (std::uint32_t number = 0; number < sets.size(); ++number) {
    ++first_row_[owners[number] + 1];
    float sum = 0;
    for (std::size_t i = 0; i < sets[number].size(); ++i) {
      const auto gram = grams_[begin + i];
      sum += weights_[gram];
      postings_[next_posting[gram]++] = number;
    }
    rows_.push_back({.begin = begin, .owner = owners[number], .length = std::sqrt(sum)});
    begin += static_cast<std::uint32_t>(sets[number].size());
  }
  rows_.push_back({.begin = begin});
  for (std::size_t document = 0; document < documents; ++document) first_row_[document + 1] += first_row_[document];
}

std::span<const std::uint32_t> gram_index::grams_in(std::size_t row) const {
  return std::span(grams_).subspan(rows_[row].begin, rows_[row + 1].begin - rows_[row].begin);
}

gram_index::asked gram_index::ask(const gram_set& question) const {
  asked out;
  double sum = 0;
  auto from = hashes_.begin();
  for (const auto hash : question) {
    from = std::lower_bound(from, hashes_.end(), hash);
    const bool is_known = from != hashes_.end() && *from == hash;
    if (is_known) out.grams.push_back(static_cast<std::uint32_t>(from - hashes_.begin()));
    sum += is_known ? weights_[out.grams.back()] : unknown_weight_;
  }
  out.length = std::sqrt(sum);
  return out;
}

std::vector<std::uint32_t> gram_index::nearest(const asked& question, std::size_t most,
                                               std::span<const std::uint8_t> allowed) const {
  const auto common = std::max(static_cast<double>(common_least), common_share * static_cast<double>(rows_.size()));
  std::vector<float> sums(rows_.size(), 0);
  std::vector<std::uint32_t> touched;
  for (const auto gram : question.grams) {
    const auto begin = posting_begin_[gram];
    const auto end = posting_begin_[gram + 1];
    if (end - begin > common) continue;
    for (auto i = begin; i < end; ++i) {
      float& sum = sums[postings_[i]];
      if (sum == 0) touched.push_back(postings_[i]);
      sum += weights_[gram];
    }
  }
  struct found {
    float cosine;
    std::uint32_t document;
  };
  std::vector<found> documents;
  for (const auto number : touched) {
    const row& at = rows_[number];
    if (allowed.empty() || allowed[at.owner] != 0) documents.push_back({sums[number] / at.length, at.owner});
  }
  const auto better = [](const found& a, const found& b) {
    return a.cosine != b.cosine ? a.cosine > b.cosine : a.document < b.document;
  };
  // A document has few rows: twice as many as asked for hold enough different ones nearly always.
  const auto kept = std::min(2 * most, documents.size());
  std::ranges::partial_sort(documents, documents.begin() + static_cast<std::ptrdiff_t>(kept), better);
  std::vector<std::uint32_t> out;
  for (std::size_t i = 0; i < kept && out.size() < most; ++i) {
    if (std::ranges::find(out, documents[i].document) == out.end()) out.push_back(documents[i].document);
  }
  return out;
}

double gram_index::similarity(const asked& question, std::uint32_t document) const {
  double best = 0;
  if (question.length <= 0) return best;
  for (auto number = first_row_[document]; number < first_row_[document + 1]; ++number) {
    const auto held = grams_in(number);
    double shared = 0;
    auto at = held.begin();
    for (const auto gram : question.grams) {
      at = std::lower_bound(at, held.end(), gram);
      if (at == held.end()) break;
      if (*at == gram) shared += weights_[gram];
    }
    const double length = question.length * rows_[number].length;
    if (length > 0) best = std::max(best, shared / length);
  }
  return best;
}

}  // namespace stillholds
