#include "knowledge/matching/claim_documents.hpp"

namespace stillholds {
namespace {

document document_of(const article& of, const claim& what) {
  document out{.id = what.id, .fields = {what.text, what.quote, what.measure}, .phrasings = {what.text}};
  if (!what.quote.empty()) out.phrasings.push_back(what.quote);
  for (const auto& [language, text] : what.claim_text) out.phrasings.push_back(text);
  out.phrasings.insert(out.phrasings.end(), what.also_asked_as.begin(), what.also_asked_as.end());
  for (std::size_t i = 1; i < out.phrasings.size(); ++i) {
    if (out.phrasings[i] != what.quote) out.fields.push_back(out.phrasings[i]);
  }
  // What was found since: readers ask about that, too.
  for (const auto& found : what.evidence) {
    out.fields.push_back(found.finding);
    for (const auto& [language, text] : found.finding_text) out.fields.push_back(text);
  }
  if (const auto* const section = of.find_section(what.section); section != nullptr) {
    out.fields.push_back(section->title);
    for (const auto& [language, title] : section->title_text) out.fields.push_back(title);
  }
  return out;
}

}  // namespace

std::vector<document> documents_of(const article& of) {
  std::vector<document> documents;
  documents.reserve(of.claims.size());
  for (const auto& what : of.claims) documents.push_back(document_of(of, what));
  return documents;
}

}  // namespace stillholds
