// Question in, outcome out: commands first, then article-level intent, then the claim match with its floor and gap.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "knowledge/encoding/sentence_vectors.hpp"
#include "knowledge/matching/outcome.hpp"
#include "knowledge/model/article.hpp"

namespace stillholds {

// Immutable once built; safe to share between threads without a lock.
class matcher {
 public:
  // Builds the index over all claims of all articles. Keeps what it needs; neither the articles nor `previous` need
  // outlive it. Articles whose texts `previous` holds are not read again. Null `vectors`: matches by words alone.
  explicit matcher(std::span<const article> articles, std::shared_ptr<const sentence_vectors> vectors = nullptr,
                   const matcher* previous = nullptr);
  ~matcher();
  matcher(matcher&&) noexcept;
  matcher& operator=(matcher&&) noexcept;

  // `question` is what the reader wrote without the bot's name. `within` limits the match to these article ids
  // (empty: all). `today` resolves words such as "last year" and bounds as-of dates.
  [[nodiscard]] outcome match(std::string_view question, std::span<const std::string> within, day today) const;

 private:
  struct whole;
  std::unique_ptr<const whole> whole_;
};

}  // namespace stillholds
