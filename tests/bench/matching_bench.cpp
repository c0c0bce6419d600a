// How long building the index takes, how long one question takes and how much memory it is, beside SQLite's FTS5
// (bm25, porter) on the same claims and questions.
// matching_bench CLAIMS.tsv QUERIES.tsv [WEIGHTS [CLAIMS_MOST]]: lines of id, title, text and of id, text, as for
// `stillholds eval`. With WEIGHTS (the sentence encoder's) vectors are used; their cache lies beside the weights.
#include <fmt/format.h>
#include <malloc.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/ranking/collection.hpp"
#include "knowledge/ranking/ranker.hpp"
#include "knowledge/terms/clean.hpp"
#include "tests/bench/tables.hpp"

namespace {

using namespace stillholds;
using clock_type = std::chrono::steady_clock;

double milliseconds_since(clock_type::time_point begin) {
  return std::chrono::duration<double, std::milli>(clock_type::now() - begin).count();
}

// The process's resident memory in MiB, from the kernel's own account; 0 where there is none.
double resident_mib() {
  malloc_trim(0);
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

using rows = std::vector<std::vector<std::string>>;

// Two rounds after one to warm up.
void time_questions(std::string_view name, const rows& queries, const auto& ask) {
  std::vector<double> times;
  std::size_t found = 0;
  for (int round = 0; round < 3; ++round) {
    for (const auto& query : queries) {
      const auto begin = clock_type::now();
      found += ask(query.back()) ? 1 : 0;
      if (round > 0) times.push_back(milliseconds_since(begin));
    }
  }
  std::ranges::sort(times);
  const auto at = [&](double share) {
    return times[std::min(times.size() - 1, static_cast<std::size_t>(share * static_cast<double>(times.size())))];
  };
  std::cout << fmt::format("{}: question p50 {:.3f} ms, p99 {:.3f} ms, most {:.3f} ms; {} of {} answered\n", name,
                           at(0.5), at(0.99), times.back(), found / 3, queries.size());
}

void measure_ours(std::string_view name, const std::vector<document>& documents, const rows& queries,
                  const std::shared_ptr<const sentence_vectors>& vectors) {
  const std::vector<std::vector<document>> groups{documents};
  const double before = resident_mib();
  const auto begin = clock_type::now();
  const collection in(groups, vectors);
  const double built = milliseconds_since(begin);
  const double size = resident_mib();
  std::cout << fmt::format("{}: {} claims in {:.0f} ms, {:.1f} MiB more, {:.1f} MiB in all\n", name, in.size(), built,
                           size - before, size);
  const auto again = clock_type::now();
  const collection rebuilt(groups, vectors, &in);
  std::cout << fmt::format("{}: built again with its texts read already in {:.0f} ms\n", name,
                           milliseconds_since(again));
  time_questions(name, queries, [&](const std::string& text) {
    const auto cleaned = clean(text);
    const auto meaning = in.meaning_of(cleaned);
    auto found = rank(in, in.ask(tokenise(cleaned), meaning), 5);
    read_first(in, meaning, found);
    return decide(found) == decision::answer;
  });
}

struct database_closer {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct statement_closer {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using statement = std::unique_ptr<sqlite3_stmt, statement_closer>;

statement prepare(sqlite3* database, const char* sql) {
  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v2(database, sql, -1, &made, nullptr) != SQLITE_OK) {
    std::cerr << "sqlite: " << sqlite3_errmsg(database) << '\n';
    std::exit(2);
  }
  return statement(made);
}

void bind_text(const statement& to, int place, const std::string& text) {
  sqlite3_bind_text(to.get(), place, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

// Every word of the question, in quotes, any of them.
std::string match_of(const std::string& question) {
  std::string out;
  for (const token& next : tokenise(clean(question))) {
    if (next.kind != token_kind::word && next.kind != token_kind::number) continue;
    if (!out.empty()) out += " OR ";
    out += '"' + next.text + '"';
  }
  return out;
}

void measure_fts5(const std::vector<document>& documents, const rows& queries) {
  sqlite3* opened = nullptr;
  sqlite3_open(":memory:", &opened);
  const std::unique_ptr<sqlite3, database_closer> database(opened);
  const double before = resident_mib();
  const auto begin = clock_type::now();
  sqlite3_exec(opened, "CREATE VIRTUAL TABLE claims USING fts5(text, tokenize='porter unicode61'); BEGIN", nullptr,
               nullptr, nullptr);
  const auto insert = prepare(opened, "INSERT INTO claims VALUES(?)");
  for (const auto& next : documents) {
    std::string whole;
    for (const auto& field : next.fields) whole += field + ' ';
    bind_text(insert, 1, whole);
    sqlite3_step(insert.get());
    sqlite3_reset(insert.get());
  }
  sqlite3_exec(opened, "COMMIT", nullptr, nullptr, nullptr);
  std::cout << fmt::format("FTS5: {} claims in {:.0f} ms, {:.1f} MiB more\n", documents.size(),
                           milliseconds_since(begin), resident_mib() - before);
  const auto select = prepare(opened, "SELECT rowid FROM claims WHERE claims MATCH ? ORDER BY bm25(claims) LIMIT 5");
  time_questions("FTS5", queries, [&](const std::string& text) {
    const auto match = match_of(text);
    if (match.empty()) return false;
    bind_text(select, 1, match);
    bool any = false;
    while (sqlite3_step(select.get()) == SQLITE_ROW) any = true;
    sqlite3_reset(select.get());
    return any;
  });
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3 || count > 5) {
    std::cerr << "matching_bench CLAIMS.tsv QUERIES.tsv [WEIGHTS [CLAIMS_MOST]]\n";
    return 2;
  }
  auto documents = bench::documents_of(arguments[1]);
  const auto queries = bench::rows_of(arguments[2]);
  if (count == 5) documents.resize(std::min(documents.size(), static_cast<std::size_t>(std::stoul(arguments[4]))));
  if (documents.empty() || queries.empty()) {
    std::cerr << "nothing to index or nothing to ask\n";
    return 2;
  }
  measure_fts5(documents, queries);
  measure_ours("words", documents, queries, nullptr);
  if (count < 4) return 0;
  const std::filesystem::path weights = arguments[3];
  const auto vectors = sentence_vectors::open(weights, weights.parent_path() / "eval-vectors.cache");
  if (!vectors) {
    std::cerr << vectors.error().detail << '\n';
    return 2;
  }
  measure_ours("words and meaning", documents, queries, *vectors);
  return 0;
}
