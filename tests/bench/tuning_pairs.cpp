// What `tests/bench/learn` tunes the encoders on:
//   tuning_pairs words WEIGHTS SET… >PAIRS            candidates found by words alone
//   tuning_pairs meaning HALF-0 HALF-1 SET… >PAIRS    and by the vectors of an encoder that has not learnt from the
//   question
// Each SET is a folder as `fit` takes it. One JSON object a line for each question and right claim, all texts as the
// encoder's tokens: the question as it is written and in the known case, the wordings of the claim, and those of a
// dozen claims that are found for it and do not answer it. By meaning a claim's wordings stand in the order of their
// nearness to the question. `right_odds` and `wrong_odds`: the logarithm of the odds that the matcher
// gives the first right one and each wrong one, to these as if the right ones were not there. `half` parts the
// questions in two: what an encoder learnt from one half is measured on the other.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "knowledge/encoding/casing.hpp"
#include "knowledge/encoding/encoder.hpp"
#include "knowledge/json.hpp"
#include "knowledge/ranking/ranker.hpp"
#include "knowledge/terms/clean.hpp"
#include "tests/bench/half.hpp"
#include "tests/bench/tables.hpp"

namespace {

using namespace stillholds;

constexpr std::size_t wrong_most = 12;

using shared_vectors = std::shared_ptr<const sentence_vectors>;

// In the order of their nearness to the question, where there is one with a vector.
json wordings_of(const document& of, std::uint32_t number, const collection& in, const tokenizer& cut,
                 const std::optional<encoded_question>& question) {
  struct wording {
    const std::string* text;
    float nearness;
  };
  std::vector<wording> wordings;
  for (const auto& text : of.fields) {
    if (!text.empty()) wordings.push_back({&text, 0});
  }
  // A text that the encoder does not know has no vector, and no order is known then.
  if (const auto vectors = question ? in.meanings()->of_owner(number) : std::span<const packed_vector>{};
      vectors.size() == wordings.size()) {
    for (std::size_t i = 0; i < vectors.size(); ++i) wordings[i].nearness = cosine(question->vector, vectors[i]);
    std::ranges::sort(wordings, std::ranges::greater{}, &wording::nearness);
  }
  auto all = json::array();
  for (const auto& next : wordings) all.push_back(cut.encode(*next.text));
  return all;
}

double log_odds(double confidence) {
  constexpr double least = 1e-7;
  return std::log(std::max(confidence, least) / std::max(1 - confidence, least));
}

struct found_claims {
  std::vector<ranked> wrong;
  double right_odds{-3};  // of one that is not found at all
};

found_claims find(const collection& in, const asked_question& asked, const std::set<std::string>& right) {
  auto all = rank(in, asked, 100);
  found_claims found;
  for (const auto& next : all.candidates) {
    if (!right.contains(in.id(next.document))) {
      found.wrong.push_back(next);
    } else if (found.right_odds == found_claims{}.right_odds) {
      found.right_odds = log_odds(next.confidence);
    }
  }
  for (std::size_t i = 0; i < found.wrong.size(); ++i) {
    auto& next = found.wrong[i];
    next.confidence = confidence_of(next.signals, next.score, rivalry(found.wrong, i), *all.by);
  }
  found.wrong.resize(std::min(found.wrong.size(), wrong_most));
  return found;
}

// The questions of one half, or of both (`half` < 0).
void write_set(const std::string& folder, std::size_t number, int half, const tokenizer& cut,
               const std::shared_ptr<const sentence_vectors>& vectors) {
  const std::vector<std::vector<document>> groups{bench::documents_of(folder + "/claims.tsv")};
  const collection in(groups, vectors);
  std::map<std::string, std::set<std::string>> right;
  for (const auto& row : bench::rows_of(folder + "/qrels-train.tsv")) right[row.at(0)].insert(row.at(1));
  std::map<std::string, std::uint32_t> place;
  for (std::uint32_t i = 0; i < groups[0].size(); ++i) place[groups[0][i].id] = i;
  for (const auto& row : bench::rows_of(folder + "/queries-train.tsv")) {
    if (row.size() < 2 || !right.contains(row[0])) continue;
    if (half >= 0 && bench::half_of(row[0]) != half) continue;
    const auto cleaned = clean(row[1]);
    const auto meaning = in.meaning_of(cleaned);
    const auto found = find(in, in.ask(tokenise(cleaned), meaning), right[row[0]]);
    auto wrong = json::array();
    auto wrong_odds = json::array();
    for (const auto& next : found.wrong) {
      wrong.push_back(wordings_of(groups[0][next.document], next.document, in, cut, meaning));
      wrong_odds.push_back(log_odds(next.confidence));
    }
    const auto question = in.corrected(cleaned);
    for (const auto& id : right[row[0]]) {
      const json line{{"set", number},
                      {"half", bench::half_of(row[0])},
                      {"claim", id},
                      {"question", cut.encode(question)},
                      {"known_case", cut.encode(in_known_case(question, cut))},
                      {"right", wordings_of(groups[0][place.at(id)], place.at(id), in, cut, meaning)},
                      {"right_odds", found.right_odds},
                      {"wrong", wrong},
                      {"wrong_odds", wrong_odds}};
      std::cout << line.dump() << '\n';
    }
  }
}

// Fails the program when they cannot be read.
template <class Opened>
auto or_exit(Opened opened) {
  if (opened) return std::move(*opened);
  std::cerr << opened.error().detail << '\n';
  std::exit(2);
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> given(arguments + 1, arguments + count);
  const bool by_words = given.size() > 2 && given[0] == "words";
  const bool by_meaning = given.size() > 3 && given[0] == "meaning";
  if (!by_words && !by_meaning) {
    std::cerr << "tuning_pairs words WEIGHTS SET...\ntuning_pairs meaning HALF-0 HALF-1 SET...\n";
    return 2;
  }
  const auto model = or_exit(encoder::open(given[1], accepted_weights::any));
  if (by_words) {
    for (std::size_t i = 2; i < given.size(); ++i) write_set(given[i], i - 2, -1, model.cut(), nullptr);
    return 0;
  }
  for (const int half : {0, 1}) {
    const auto& unlearnt = given[half == 0 ? 2 : 1];
    const auto vectors = or_exit(sentence_vectors::open(unlearnt, unlearnt + ".cache", accepted_weights::any));
    for (std::size_t i = 3; i < given.size(); ++i) write_set(given[i], i - 3, half, model.cut(), vectors);
  }
  return 0;
}
