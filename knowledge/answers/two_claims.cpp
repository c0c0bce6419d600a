#include "knowledge/answers/two_claims.hpp"

#include <string>

#include "knowledge/answers/claim_answer.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

std::string first_sentence_of(std::string_view text) {
  const auto all = sentences(text);
  return all.empty() ? std::string{} : std::string(all.front());
}

}  // namespace

answer compose_two(const claim_in_article& first, const claim_in_article& second, const wording& words,
                   std::string_view language, std::string_view public_url, day today,
                   std::optional<partial_date> as_of) {
  answer made;
  made.kind = answer_kind::claim;
  made.language = std::string{language};
  made.lead = words.say(language, "both.lead");
  for (const auto& [of, what] : {first, second}) {
    const auto whole = compose_claim(of, what, words, language, public_url, today, as_of);
    made.items.push_back(
        {.label = whole.status,
         .text = words.say(language, "both.item",
                           {{"claim", claim_sentence(what, language)}, {"summary", first_sentence_of(whole.body)}}),
         .url = whole.link});
    made.suggested.push_back(what.id);
  }
  made.article_id = first.of.id;
  made.claim_id = first.what.id;
  made.footer = words.say(language, "claim.other");
  return made;
}

}  // namespace stillholds
