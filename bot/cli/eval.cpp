#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bot/cli/commands.hpp"
#include "knowledge/error.hpp"
#include "knowledge/ranking/collection.hpp"
#include "knowledge/ranking/measure.hpp"
#include "knowledge/ranking/ranker.hpp"
#include "knowledge/terms/clean.hpp"
#include "knowledge/terms/tokens.hpp"

namespace stillholds {
namespace {

struct eval_options {
  std::string claims;
  std::string queries;
  std::string removed;
  std::string run;
  std::string qrels;
  std::string abstain;
  std::string encoder;
};

constexpr std::size_t ranks = 5;

using row = std::vector<std::string>;

row fields_of(std::string_view line) {
  row fields;
  for (std::size_t at = 0;;) {
    const auto tab = line.find('\t', at);
    fields.emplace_back(line.substr(at, tab - at));
    if (tab == std::string_view::npos) return fields;
    at = tab + 1;
  }
}

// The rows of a file with `least` to `most` fields and a first field; empty lines are skipped.
// malformed names file and line, not_found the file.
result<std::vector<row>> read_rows(const std::string& path, std::size_t least, std::size_t most) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(errc::not_found, "cannot read " + path);
  std::vector<row> rows;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    auto fields = fields_of(line);
    if (fields.size() < least || fields.size() > most || fields[0].empty()) {
      const auto wanted = least == most ? fmt::format("{}", least) : fmt::format("{} to {}", least, most);
      return fail(errc::malformed,
                  fmt::format("{}:{}: {} fields instead of {}, or no id", path, number, fields.size(), wanted));
    }
    rows.push_back(std::move(fields));
  }
  if (in.bad()) return fail(errc::not_found, "cannot read " + path);
  return rows;
}

// id, title, text; a title and a text are also compared each on its own.
result<std::vector<document>> read_claims(const eval_options& options) {
  std::set<std::string> removed;
  if (!options.removed.empty()) {
    const auto rows = read_rows(options.removed, 1, 1);
    if (!rows) return std::unexpected(rows.error());
    for (const auto& next : *rows) removed.insert(next[0]);
  }
  const auto rows = read_rows(options.claims, 2, 3);
  if (!rows) return std::unexpected(rows.error());
  std::set<std::string> seen;
  std::vector<document> documents;
  for (const auto& next : *rows) {
    if (!seen.insert(next[0]).second)
      return fail(errc::malformed, fmt::format("{}: the id {} stands twice", options.claims, next[0]));
    if (removed.contains(next[0])) continue;
    document out{.id = next[0], .fields = {next.begin() + 1, next.end()}, .phrasings = {}};
    if (next.size() == 3 && !next[1].empty() && !next[2].empty()) out.phrasings = out.fields;
    documents.push_back(std::move(out));
  }
  return documents;
}

struct expectations {
  std::map<std::string, std::vector<std::string>> right;  // by query
  std::map<std::string, bool> answerable;
};

result<expectations> read_expectations(const eval_options& options) {
  expectations out;
  if (!options.qrels.empty()) {
    const auto rows = read_rows(options.qrels, 2, 2);
    if (!rows) return std::unexpected(rows.error());
    for (const auto& next : *rows) out.right[next[0]].push_back(next[1]);
  }
  if (!options.abstain.empty()) {
    const auto rows = read_rows(options.abstain, 2, 2);
    if (!rows) return std::unexpected(rows.error());
    for (std::size_t i = 0; i < rows->size(); ++i) {
      const auto& next = (*rows)[i];
      if (next[1] != "0" && next[1] != "1") {
        return fail(errc::malformed,
                    fmt::format("{}: {} has \"{}\" instead of 0 or 1", options.abstain, next[0], next[1]));
      }
      out.answerable[next[0]] = next[1] == "1";
    }
  }
  return out;
}

class evaluation {
 public:
  explicit evaluation(const expectations& expected) : expected_(expected) {}

  void add(const collection& in, const std::string& query, const std::string& text, std::ostream& run) {
    const auto cleaned = clean(text);
    const auto meaning = in.meaning_of(cleaned);
    auto ranking = rank(in, in.ask(tokenise(cleaned), meaning), ranks);
    read_first(in, meaning, ranking);
    const auto& candidates = ranking.candidates;
    const auto decided = decide(ranking);
    std::vector<std::string> ids;
    ids.reserve(candidates.size());
    for (const auto& next : candidates) ids.push_back(in.id(next.document));
    if (candidates.empty()) run << query << "\t1\t\t0\t" << name_of(decided) << '\n';
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      run << fmt::format("{}\t{}\t{}\t{:.4f}\t{}\n", query, i + 1, ids[i], candidates[i].confidence, name_of(decided));
    }
    const auto found = expected_.right.find(query);
    const std::vector<std::string> none;
    const auto& right = found == expected_.right.end() ? none : found->second;
    if (!right.empty()) retrieval_.add(ids, right);
    const bool first_is_right = !ids.empty() && std::ranges::find(right, ids[0]) != right.end();
    if (const auto answerable = expected_.answerable.find(query); answerable != expected_.answerable.end()) {
      const double confidence = candidates.empty() ? 0 : candidates[0].confidence;
      abstention_.add(answerable->second, confidence, decided, first_is_right);
      reliability_.add(confidence, answerable->second && first_is_right);
    }
  }

  void print() const {
    if (!expected_.right.empty()) {
      const auto figures = retrieval_.figures();
      std::cout << fmt::format("queries\t{}\nMAP@5\t{:.4f}\nP@1\t{:.4f}\nR@5\t{:.4f}\n", figures.queries,
                               figures.map_at_5, figures.first, figures.recall_at_5);
    }
    if (expected_.answerable.empty()) return;
    const auto figures = abstention_.figures();
    std::cout << fmt::format("answerable\t{}\nunanswerable\t{}\nAUROC\t{:.4f}\nprecision\t{:.4f}\nrecall\t{:.4f}\n",
                             figures.answerable, figures.unanswerable, figures.area, figures.precision, figures.recall);
    std::cout << fmt::format("false answers\t{:.4f}\nsuggestions\t{:.4f}\n", figures.false_answers,
                             figures.suggestions);
    std::cout << "confidence\tqueries\tsaid\tright\n";
    for (const auto& row : reliability_.table())
      std::cout << fmt::format("{:.1f}-{:.1f}\t{}\t{:.2f}\t{:.2f}\n", row.from, row.to, row.queries, row.said,
                               row.right);
  }

 private:
  const expectations& expected_;
  retrieval_measure retrieval_;
  abstention_measure abstention_;
  reliability_measure reliability_;
};

result<void> evaluate(const eval_options& options, const cli_context& context) {
  // Not among the articles' vectors: these are many, and would be dropped there as nobody's.
  const auto vectors = open_vectors(options.encoder, "eval-vectors.cache", context);
  if (!vectors) return fail(vectors.error().code, "--encoder: " + vectors.error().detail);
  auto documents = read_claims(options);
  if (!documents) return std::unexpected(documents.error());
  const auto queries = read_rows(options.queries, 2, 2);
  if (!queries) return std::unexpected(queries.error());
  const auto expected = read_expectations(options);
  if (!expected) return std::unexpected(expected.error());
  std::ofstream run(options.run, std::ios::binary | std::ios::trunc);
  if (!run) return fail(errc::not_found, "cannot write " + options.run);
  const std::vector<std::vector<document>> groups{std::move(*documents)};
  const collection claims(groups, *vectors);
  evaluation all(*expected);
  for (const auto& query : *queries) all.add(claims, query[0], query[1], run);
  run.close();
  if (!run) return fail(errc::not_found, "cannot write " + options.run);
  all.print();
  return {};
}

}  // namespace

void add_eval(CLI::App& app, cli_context& context) {
  auto options = std::make_shared<eval_options>();
  auto* const command = app.add_subcommand("eval", "Rank claims for many queries and measure how well that goes");
  command->add_option("--claims", options->claims, "id, title, text: tab-separated lines to index")
      ->required()
      ->type_name("TSV");
  command->add_option("--queries", options->queries, "query id, text")->required()->type_name("TSV");
  command->add_option("--removed", options->removed, "Ids to leave out of the index, one a line")->type_name("TSV");
  command->add_option("--run", options->run, "Where to write query, rank, claim, confidence, answer|suggest|none")
      ->required()
      ->type_name("OUT");
  command->add_option("--qrels", options->qrels, "query, right claim: prints MAP@5, P@1 and R@5")->type_name("TSV");
  command->add_option("--abstain", options->abstain, "query, 1 answerable or 0: prints how well it keeps silent")
      ->type_name("TSV");
  add_encoder_option(*command, options->encoder);
  command->callback([options, &context] {
    const auto done = evaluate(*options, context);
    if (done) return;
    std::cerr << "eval: " << done.error().detail << '\n';
    context.exit_code = exit_usage;
  });
}

}  // namespace stillholds
