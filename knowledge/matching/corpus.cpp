#include "knowledge/matching/corpus.hpp"

#include <algorithm>
#include <utility>

#include "knowledge/matching/claim_documents.hpp"

namespace stillholds {
namespace {

std::vector<std::vector<document>> all_documents(std::span<const article> articles) {
  std::vector<std::vector<document>> groups;
  groups.reserve(articles.size());
  for (const auto& of : articles) groups.push_back(documents_of(of));
  return groups;
}

}  // namespace

corpus::corpus(std::span<const article> from, std::shared_ptr<const sentence_vectors> vectors, const corpus* previous)
    : claims(all_documents(from), std::move(vectors), previous == nullptr ? nullptr : &previous->claims) {
  articles.reserve(from.size());
  for (const auto& of : from) {
    articles.push_back(article_names::of(of));
    for (const auto& what : of.claims) {
      article_of.push_back(static_cast<std::uint32_t>(articles.size() - 1));
      claim_ids.insert(what.id);
    }
  }
}

scope::scope(const corpus& in, std::span<const std::string> within) : in_(in), within_(within) {
  if (within.empty()) return;
  documents_.reserve(in.article_of.size());
  for (const auto article : in.article_of) documents_.push_back(allows(in.articles[article].id) ? 1 : 0);
}

bool scope::allows(const std::string& article_id) const {
  return within_.empty() || std::ranges::find(within_, article_id) != within_.end();
}

std::string_view scope::only_article() const noexcept {
  if (within_.size() == 1) return within_[0];
  if (within_.empty() && in_.articles.size() == 1) return in_.articles[0].id;
  return {};
}

}  // namespace stillholds
