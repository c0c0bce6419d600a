#include "tests/bench/fit_examples.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <unordered_map>
#include <utility>

#include "knowledge/matching/claim_documents.hpp"
#include "knowledge/model/loader.hpp"
#include "knowledge/ranking/ranker.hpp"
#include "knowledge/terms/clean.hpp"
#include "tests/bench/half.hpp"
#include "tests/bench/tables.hpp"

namespace stillholds::bench {
namespace {

constexpr int small_collections = 100;   // of each half of a set
constexpr double missing_weight = 0.25;  // a question within an article's subject mostly has its claim there

using right_claims = std::map<std::string, std::set<std::string>>;

bool same_words(const signals& a, const signals& b) {
  for (const auto one : {signal::question_covered, signal::claim_covered, signal::alike, signal::whole}) {
    if (std::abs(a[one] - b[one]) > 1e-9) return false;
  }
  return true;
}

example ask(const collection& in, const std::string& question, const std::set<std::string>& right) {
  const auto cleaned = clean(question);
  const auto meaning = in.meaning_of(cleaned);
  example out;
  for (const auto& next : rank(in, in.ask(tokenise(cleaned), meaning), 100).candidates) {
    out.candidates.push_back(next.signals);
    out.right.push_back(right.contains(in.id(next.document)));
  }
  // A claim that stands twice in the collection is no other claim.
  for (std::size_t i = 0; i < out.candidates.size(); ++i) {
    if (!out.right[i]) continue;
    for (std::size_t j = out.candidates.size(); j-- > 0;) {
      if (out.right[j] || !same_words(out.candidates[i], out.candidates[j])) continue;
      out.candidates.erase(out.candidates.begin() + static_cast<std::ptrdiff_t>(j));
      out.right.erase(out.right.begin() + static_cast<std::ptrdiff_t>(j));
      if (j < i) --i;
    }
  }
  return out;
}

// Six to 36 claims that are near one question's, and the questions that they answer or only resemble.
void add_small(const collection& whole, const std::vector<document>& documents, const right_claims& right,
               const std::vector<std::vector<std::string>>& queries, const std::vector<std::string>& chatter,
               const std::shared_ptr<const sentence_vectors>& vectors, std::mt19937& random, training_set& to) {
  const auto pick = [&]() -> const std::vector<std::string>& { return queries[random() % queries.size()]; };
  std::unordered_map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < documents.size(); ++i) place[documents[i].id] = i;
  for (int round = 0; round < small_collections; ++round) {
    const auto& seed = pick();
    const auto cleaned = clean(seed[1]);
    const auto meaning = whole.meaning_of(cleaned);
    const auto near = rank(whole, whole.ask(tokenise(cleaned), meaning), 6 + random() % 30);
    std::set<std::string> ids;
    for (const auto& next : near.candidates) ids.insert(whole.id(next.document));
    for (int i = 0; i < 3; ++i) ids.insert(*right.at(pick()[0]).begin());
    ids.insert(right.at(seed[0]).begin(), right.at(seed[0]).end());
    std::vector<std::vector<document>> groups(1);
    for (const auto& id : ids) groups[0].push_back(documents[place.at(id)]);
    const collection few(groups, vectors);
    for (const auto& query : queries) {
      const auto& wanted = right.at(query[0]);
      if (std::ranges::none_of(wanted, [&](const std::string& id) { return ids.contains(id); })) continue;
      to.small.push_back(ask(few, query[1], wanted));
      to.small.push_back(without_right(to.small.back()));
    }
    for (int i = 0; i < 2; ++i) to.small.push_back(without_right(ask(few, pick()[1], {})));
    for (int i = 0; i < 4; ++i) to.small.push_back(ask(few, chatter[random() % chatter.size()], {}));
  }
}

// The last question again, as if its claim were missing.
void add_missing(std::vector<example>& to) {
  auto missing = without_right(to.back());
  missing.weight = missing_weight;
  to.push_back(std::move(missing));
}

}  // namespace

example without_right(const example& of) {
  example out{.candidates = {}, .right = {}, .weight = of.weight};
  double nearest = 0;
  for (std::size_t i = 0; i < of.candidates.size(); ++i) {
    if (of.right[i]) continue;
    out.candidates.push_back(of.candidates[i]);
    out.right.push_back(false);
    nearest = std::max(nearest, of.candidates[i][signal::meaning]);
  }
  for (auto& next : out.candidates) next[signal::meaning_behind] = nearest - next[signal::meaning];
  return out;
}

training_set read_set(const std::string& folder, const std::vector<std::string>& chatter,
                      const vectors_by_half& vectors) {
  const std::vector<std::vector<document>> groups{bench::documents_of(folder + "/claims.tsv")};
  right_claims right;
  for (const auto& row : bench::rows_of(folder + "/qrels-train.tsv")) right[row.at(0)].insert(row.at(1));
  auto queries = bench::rows_of(folder + "/queries-train.tsv");
  std::erase_if(queries, [&](const auto& row) { return row.size() < 2 || !right.contains(row[0]); });
  training_set out;
  std::mt19937 random(7);
  for (const int half : {0, 1}) {
    auto own = queries;
    std::erase_if(own, [&](const auto& row) { return half_of(row[0]) != half; });
    const auto& unlearnt = vectors.at(static_cast<std::size_t>(half));
    const collection whole(groups, unlearnt);
    for (const auto& query : own) out.whole.push_back(ask(whole, query[1], right[query[0]]));
    add_small(whole, groups[0], right, own, chatter, unlearnt, random, out);
  }
  return out;
}

training_set read_articles(const std::string& folder, const std::vector<std::string>& chatter,
                           const std::shared_ptr<const sentence_vectors>& vectors) {
  training_set out;
  const auto known = load_knowledge(folder);
  for (const auto& of : known.articles) {
    const std::vector<std::vector<document>> all{documents_of(of)};
    const collection whole(all, vectors);
    for (const auto& tested : known.golden) {
      if (tested.article_id != of.id || tested.expect == "article" || (vectors && !whole.meaning_of(tested.ask)))
        continue;
      out.small.push_back(ask(whole, tested.ask, {tested.expect}));
      if (tested.expect != "none") add_missing(out.small);
    }
    for (const auto& remark : chatter) {
      if (!vectors || whole.meaning_of(remark)) out.small.push_back(ask(whole, remark, {}));
    }
    for (std::size_t i = 0; i < of.claims.size(); ++i) {
      for (const auto& question : of.claims[i].also_asked_as) {
        auto fewer = of.claims[i];
        std::erase(fewer.also_asked_as, question);
        auto changed = of;
        changed.claims[i] = fewer;
        const std::vector<std::vector<document>> groups{documents_of(changed)};
        const collection in(groups, vectors);
        if (vectors && !in.meaning_of(question)) continue;  // matched by words alone
        out.small.push_back(ask(in, question, {of.claims[i].id}));
        add_missing(out.small);
      }
    }
  }
  return out;
}

}  // namespace stillholds::bench
