// What `tests/bench/learn` tunes the encoder on: tuning_pairs WEIGHTS SET… >PAIRS
// Each SET is a folder as `fit` takes it. One JSON object a line for each question and right claim, all texts as the
// encoder's tokens: the question, the wordings of the claim, and those of a dozen claims that share its words and do
// not answer it. `half` parts the questions in two: what an encoder learnt from one half is measured on the other.
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "knowledge/encoding/tokenizer.hpp"
#include "knowledge/encoding/weights.hpp"
#include "knowledge/json.hpp"
#include "knowledge/ranking/ranker.hpp"
#include "knowledge/terms/clean.hpp"
#include "tests/bench/half.hpp"
#include "tests/bench/tables.hpp"

namespace {

using namespace stillholds;

constexpr std::size_t wrong_most = 12;

json tokens_of(const tokenizer& cut, const document& of) {
  auto all = json::array();
  for (const auto& text : of.fields) {
    if (!text.empty()) all.push_back(cut.encode(text));
  }
  return all;
}

void write_set(const std::string& folder, std::size_t number, const tokenizer& cut) {
  const std::vector<std::vector<document>> groups{bench::documents_of(folder + "/claims.tsv")};
  const collection in(groups);
  std::map<std::string, std::set<std::string>> right;
  for (const auto& row : bench::rows_of(folder + "/qrels-train.tsv")) right[row.at(0)].insert(row.at(1));
  std::map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < groups[0].size(); ++i) place[groups[0][i].id] = i;
  for (const auto& row : bench::rows_of(folder + "/queries-train.tsv")) {
    if (row.size() < 2 || !right.contains(row[0])) continue;
    const auto cleaned = clean(row[1]);
    auto wrong = json::array();
    for (const auto& next : rank(in, in.ask(tokenise(cleaned), std::nullopt), 100).candidates) {
      if (wrong.size() < wrong_most && !right[row[0]].contains(in.id(next.document)))
        wrong.push_back(tokens_of(cut, groups[0][next.document]));
    }
    for (const auto& id : right[row[0]]) {
      const json line{{"set", number},
                      {"half", bench::half_of(row[0])},
                      {"claim", id},
                      {"question", cut.encode(in.corrected(cleaned))},
                      {"right", tokens_of(cut, groups[0][place.at(id)])},
                      {"wrong", wrong}};
      std::cout << line.dump() << '\n';
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::cerr << "tuning_pairs WEIGHTS SET...\n";
    return 2;
  }
  const auto mapped = mapped_weights::open(arguments[1]);
  if (!mapped) {
    std::cerr << mapped.error().detail << '\n';
    return 2;
  }
  const tokenizer cut(mapped->get().scores, mapped->get().pieces);
  for (int i = 2; i < count; ++i) write_set(arguments[i], static_cast<std::size_t>(i - 2), cut);
  return 0;
}
