// How long building the index takes and how long one question takes.
// matching_bench CLAIMS.tsv QUERIES.tsv: lines of id, title, text and of id, text, as for `stillholds eval`.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/matching/index.hpp"
#include "knowledge/matching/query.hpp"
#include "knowledge/matching/ranker.hpp"

namespace {

using namespace stillholds;
using clock_type = std::chrono::steady_clock;

double milliseconds_since(clock_type::time_point begin) {
  return std::chrono::duration<double, std::milli>(clock_type::now() - begin).count();
}

std::vector<std::vector<std::string>> rows_of(const std::string& path) {
  std::ifstream in(path);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    auto& row = rows.emplace_back();
    for (std::size_t at = 0; at <= line.size();) {
      const auto tab = std::min(line.find('\t', at), line.size());
      row.push_back(line.substr(at, tab - at));
      at = tab + 1;
    }
  }
  return rows;
}

// The process's resident memory in MiB, from the kernel's own account; 0 where there is none.
double resident_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

double at_share(const std::vector<double>& sorted, double share) {
  return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "matching_bench CLAIMS.tsv QUERIES.tsv\n";
    return 2;
  }
  std::vector<document> documents;
  for (auto& row : rows_of(arguments[1])) {
    if (row.size() < 2) continue;
    document next{.id = row[0], .fields = {row.begin() + 1, row.end()}, .phrasings = {}};
    if (row.size() > 2 && !row[1].empty()) next.phrasings = next.fields;
    documents.push_back(std::move(next));
  }
  const auto queries = rows_of(arguments[2]);
  if (documents.empty() || queries.empty()) {
    std::cerr << "nothing to index or nothing to ask\n";
    return 2;
  }
  const double before = resident_mib();
  const auto begin = clock_type::now();
  const claim_index index(documents);
  std::cout << fmt::format("index: {} claims in {:.0f} ms, {:.1f} MiB\n", index.size(), milliseconds_since(begin),
                           resident_mib() - before);
  std::vector<double> times;
  std::size_t answered = 0;
  for (int round = 0; round < 3; ++round) {
    for (const auto& query : queries) {
      const auto asked = clock_type::now();
      const auto candidates = rank(index, index.ask(terms_of(query.back())), 5);
      answered += decide(candidates) == decision::answer ? 1 : 0;
      if (round > 0) times.push_back(milliseconds_since(asked));
    }
  }
  std::ranges::sort(times);
  std::cout << fmt::format("question: p50 {:.3f} ms, p99 {:.3f} ms, most {:.3f} ms; {} of {} answered\n",
                           at_share(times, 0.5), at_share(times, 0.99), times.back(), answered / 3, queries.size());
  return 0;
}
