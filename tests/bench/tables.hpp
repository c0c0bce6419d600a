// Tab-separated files of claims and questions, as `stillholds eval` takes them, for benchmarks and fitting.
#pragma once

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "knowledge/ranking/document.hpp"

namespace stillholds::bench {

inline std::vector<std::vector<std::string>> rows_of(const std::string& path) {
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

// id, title, text: the same documents as `stillholds eval` makes of them.
inline std::vector<document> documents_of(const std::string& path) {
  std::vector<document> documents;
  for (auto& row : rows_of(path)) {
    if (row.size() < 2) continue;
    document next{.id = row[0], .fields = {row.begin() + 1, row.end()}, .phrasings = {}};
    if (row.size() > 2 && !row[1].empty() && !row[2].empty()) next.phrasings = next.fields;
    documents.push_back(std::move(next));
  }
  return documents;
}

}  // namespace stillholds::bench
