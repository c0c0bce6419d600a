#include "knowledge/matching/matcher.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "knowledge/matching/article_question.hpp"
#include "knowledge/matching/claim_question.hpp"
#include "knowledge/matching/commands.hpp"
#include "knowledge/matching/corpus.hpp"
#include "knowledge/matching/pleasantry.hpp"
#include "knowledge/matching/question.hpp"
#include "knowledge/terms/clean.hpp"
#include "knowledge/terms/language.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::size_t question_code_points_max = 2000;

// Nothing where the text is no command, with or without the thanks around it.
std::optional<command> command_in(std::string_view tidied, const corpus& in, day today) {
  const auto is_id = [&](std::string_view id) { return in.claim_ids.contains(std::string(id)); };
  auto said = parse_command(tidied, today, is_id);
  if (const auto rest = without_thanks(tidied); !said && rest.size() < tidied.size())
    said = parse_command(rest, today, is_id);
  return said;
}

}  // namespace

struct matcher::whole : corpus {
  using corpus::corpus;
};

matcher::matcher(std::span<const article> articles, std::shared_ptr<const sentence_vectors> vectors,
                 const matcher* previous)
    : whole_(std::make_unique<const whole>(articles, std::move(vectors),
                                           previous == nullptr ? nullptr : previous->whole_.get())) {}
matcher::~matcher() = default;
matcher::matcher(matcher&&) noexcept = default;
matcher& matcher::operator=(matcher&&) noexcept = default;

outcome matcher::match(std::string_view text, std::span<const std::string> within, day today) const {
  outcome out;
  const std::string tidied = tidy(cut(text, question_code_points_max));
  out.in_another_language = is_in_another_language(tidied);
  out.language = out.in_another_language ? "en" : guess_language(tidied);
  if (auto said = command_in(tidied, *whole_, today)) {
    out.kind = outcome_kind::command;
    out.command = std::move(*said);
    out.why = fmt::format("a command: {}", name_of(out.command.kind));
    return out;
  }
  const scope over(*whole_, within);
  const question asked(*whole_, over, tidied, !out.in_another_language, today);
  out.as_of = asked.as_of();
  out.candidates = candidates_of(asked);
  if (!out.candidates.empty()) out.confidence = out.candidates[0].confidence;
  if (!is_about_article(asked, out) && !is_about_section(asked, out) && !is_about_last(asked, out) &&
      !is_for_advice(asked, out)) {
    choose_claim(asked, out);
  }
  return out;
}

}  // namespace stillholds
