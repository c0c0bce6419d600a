// The claims and names of all articles, as questions meet them, and which of them a question may be about.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "knowledge/encoding/sentence_vectors.hpp"
#include "knowledge/matching/article_names.hpp"
#include "knowledge/model/article.hpp"
#include "knowledge/ranking/collection.hpp"

namespace stillholds {

// Immutable once built; safe to share between threads without a lock.
struct corpus {
  // What `previous` holds of the same texts is taken from there; null `vectors`: found by words and letters alone.
  corpus(std::span<const article> from, std::shared_ptr<const sentence_vectors> vectors, const corpus* previous);

  [[nodiscard]] const std::string& article_id_of(std::uint32_t document) const {
    return articles[article_of[document]].id;
  }

  collection claims;
  std::vector<article_names> articles;
  std::vector<std::uint32_t> article_of;  // by the collection's documents: the place in `articles`
  std::unordered_set<std::string> claim_ids;
};

// Views the corpus and the ids; both must outlive it.
class scope {
 public:
  // The articles of these ids; of none, all.
  scope(const corpus& in, std::span<const std::string> within);

  [[nodiscard]] bool allows(const std::string& article_id) const;
  // A flag for each document; empty where all are allowed.
  [[nodiscard]] std::span<const std::uint8_t> documents() const noexcept { return documents_; }
  // The id of the one article that is allowed; empty when there are several.
  [[nodiscard]] std::string_view only_article() const noexcept;

 private:
  const corpus& in_;
  std::span<const std::string> within_;
  std::vector<std::uint8_t> documents_;
};

}  // namespace stillholds
