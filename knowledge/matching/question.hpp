// One question as it was understood: its words without its times, what it asks for, and the claims found for it.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "knowledge/calendar.hpp"
#include "knowledge/encoding/sentence_vectors.hpp"
#include "knowledge/matching/corpus.hpp"
#include "knowledge/matching/intent.hpp"
#include "knowledge/ranking/ranker.hpp"
#include "knowledge/terms/query.hpp"
#include "knowledge/terms/tokens.hpp"

namespace stillholds {

// Views the corpus and the scope; both must outlive it.
class question {
 public:
  static constexpr std::size_t candidates_most = 5;

  // `tidied` is the reader's text without the bot's name. `english_or_chinese`: otherwise it has no sentence vector.
  question(const corpus& in, const scope& within, std::string_view tidied, bool english_or_chinese, day today);
  question(const question&) = delete;
  question& operator=(const question&) = delete;
  question(question&&) = delete;
  question& operator=(question&&) = delete;
  ~question() = default;

  [[nodiscard]] const corpus& in() const noexcept { return in_; }
  [[nodiscard]] const scope& within() const noexcept { return within_; }
  [[nodiscard]] std::span<const token> tokens() const noexcept { return tokens_; }
  [[nodiscard]] std::span<const token> left_out() const noexcept { return left_out_; }  // "other than Nvidia"
  [[nodiscard]] std::span<const token> timeless() const noexcept { return timeless_; }  // without its dates
  [[nodiscard]] const std::optional<partial_date>& as_of() const noexcept { return as_of_; }
  [[nodiscard]] const std::optional<partial_date>& since() const noexcept { return since_; }
  [[nodiscard]] const stillholds::intent& intent() const noexcept { return intent_; }
  // What is said beyond the phrases of questions about an article.
  [[nodiscard]] std::span<const term> rest() const noexcept { return rest_; }
  [[nodiscard]] const asked& words() const noexcept { return asked_.words; }
  [[nodiscard]] const ranking& found() const noexcept { return found_; }
  // The first candidate; nullptr when there is none.
  [[nodiscard]] const ranked* best() const noexcept;

 private:
  void search(std::span<const token> tokens);
  void read_date();
  void read_intent_and_period();
  void read_period();
  void search_rest();
  [[nodiscard]] bool best_says(std::span<const token> date) const;

  const corpus& in_;
  const scope& within_;
  day today_;
  bool is_marked_{false};  // with a question mark, or a word that stands for one
  std::vector<token> tokens_;
  std::vector<token> left_out_;
  std::vector<token> timeless_;
  std::optional<partial_date> named_;  // the question's date, whatever it is for
  std::optional<partial_date> since_;
  std::optional<partial_date> as_of_;
  stillholds::intent intent_;
  std::vector<term> rest_;
  std::optional<encoded_question> meaning_;
  asked_question asked_;  // points to `meaning_`
  ranking found_;
};

}  // namespace stillholds
