// A knowledge folder on disk for one test: starts as a small valid one, is changed by the test, and removed after it.
#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/model/loader.hpp"

namespace stillholds {

inline constexpr std::string_view sample_article = R"(title: A Note on Bridges
publisher: The Gazette
published: 2025-01
url: https://gazette.example/bridges
mirrors:
  - https://copy.example/b
language: en
quoted_in: {author: Rui, published: 2025-03-13}
sections:
  - {id: length, title: Length, text: {zh: 长度}}
  - {id: load, title: Load}
aliases: [bridge note]
answers:
  update:
    en: Yes.
    zh: 是。
)";

inline constexpr std::string_view sample_claim = R"(section: length
claim: The bridge is 90 metres long.
quote: The bridge is 90 metres long
also_asked_as:
  - how long is the bridge
text:
  zh:
    claim: 桥长90米。
    summary: 实测75米。
history:
  - from: 2025-01
    status: outdated
    summary: It was measured at 75 metres.
    reviewed: 2026-11-01
    confidence: medium
review_every: 90d
evidence:
  - finding: Measured at 75 metres.
    bearing: contradicts
    published: 2026-04
    seen: 2026-11-01
    source:
      publisher: Survey Office
      title: Lengths
      url: https://survey.example/lengths
      kind: primary
  - finding: Said to be 80 metres.
    text: {zh: 据说80米。}
    bearing: qualifies
    published: 2026-05-02
    seen: 2026-11-01
    source: {publisher: Daily, title: Bridges, url: "https://daily.example/b?x=1", kind: secondary}
)";

class knowledge_folder {
 public:
  knowledge_folder() {
    static std::atomic<int> count{0};
    root_ = std::filesystem::temp_directory_path() /
            ("stillholds-test-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
    write("articles/bridges/article.yaml", sample_article);
    write("articles/bridges/article.txt", "Intro.\nThe bridge is 90 metres long, they say.\nIt carries 20 tonnes.\n");
    write("articles/bridges/claims/length-90.yaml", sample_claim);
    write("articles/bridges/golden.yaml", "- ask: how long is the bridge\n  expect: length-90\n");
  }
  ~knowledge_folder() {
    std::error_code code;
    std::filesystem::remove_all(root_, code);
  }
  knowledge_folder(const knowledge_folder&) = delete;
  knowledge_folder& operator=(const knowledge_folder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return root_; }

  void write(const std::string& name, std::string_view text) const {
    const auto path = root_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary | std::ios::trunc}.write(text.data(),
                                                                  static_cast<std::streamsize>(text.size()));
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream in{root_ / name, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  // Replaces the first `from` in the file; an empty string when it does not occur, so that a stale test fails.
  void edit(const std::string& name, std::string_view from, std::string_view to) const {
    auto text = read(name);
    const auto at = text.find(from);
    if (at == std::string::npos) {
      write(name, "");
    } else {
      write(name, text.replace(at, from.size(), to));
    }
  }

 private:
  std::filesystem::path root_;
};

inline const std::string claim_file = "articles/bridges/claims/length-90.yaml";
inline const std::string article_file = "articles/bridges/article.yaml";

inline std::vector<std::string> lines_of(const std::vector<fault>& faults) {
  std::vector<std::string> lines;
  for (const auto& one : faults) lines.push_back(to_string(one));
  return lines;
}

}  // namespace stillholds
