#include "knowledge/matching/explain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <utility>

namespace stillholds {
namespace {

std::string because(const ranking& of, decision decided, std::string_view held_back) {
  const auto& limits = of.by->limits;
  const ranked& best = of.candidates[0];
  const double floor = answer_floor(of);
  auto sure = fmt::format("sure to {:.2f}, {:.2f} is wanted{}", best.confidence, floor,
                          lacks_names(of) ? " of one that holds none of the names asked about" : "");
  if (decided == decision::answer) return sure;
  if (shares_little(of))
    return fmt::format("{}, {} it has next to nothing in common with that claim", sure,
                       best.confidence >= floor ? "but" : "and");
  const double suggest_floor = is_worth_asking(best) ? limits.suggest_floor_covered : limits.suggest_floor;
  std::string apart;  // why it is not asked back either
  if (decided == decision::none && nearness(best) >= suggest_floor)
    apart = fmt::format(", and read together they do not belong to each other ({:.2f}, {:.2f} is wanted to ask back)",
                        best.signals[signal::read_together], limits.suggest_reading);
  if (!held_back.empty()) return fmt::format("{}, but {}{}", sure, held_back, apart);
  if (best.confidence >= floor)
    return fmt::format("{}, but another claim is as near (ahead by {:.2f}, {:.2f} is wanted){}", sure, lead_of(of),
                       limits.answer_gap, apart);
  if (!apart.empty()) return sure + apart;
  return fmt::format("{}; near its subject to {:.2f}, {:.2f} is wanted to ask back", sure, nearness(best),
                     suggest_floor);
}

}  // namespace

std::string explain_decision(const ranking& of, std::span<const candidate> shown, decision decided,
                             std::string_view held_back) {
  if (of.candidates.empty() || shown.empty()) return "refused: no claim shares a word with it";
  const auto* const verb = decided == decision::answer    ? "answered"
                           : decided == decision::suggest ? "suggested"
                                                          : "refused";
  auto line = fmt::format(
      "{}: {} is nearest ({}); it shares: {}", verb, shown[0].claim_id, because(of, decided, held_back),
      shown[0].matched.empty() ? std::string("no word") : fmt::format("{}", fmt::join(shown[0].matched, ", ")));
  if (!shown[0].missed.empty()) line += fmt::format("; it lacks: {}", fmt::join(shown[0].missed, ", "));
  if (shown.size() > 1) line += fmt::format("; next is {}, {:.2f} behind", shown[1].claim_id, lead_of(of));
  return line;
}

std::string_view describe_signal(std::string_view name) noexcept {
  constexpr auto descriptions = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"whole", "words in common with all that the claim file says, rare ones counting more"},
       {"phrasing", "the same with the claim's nearest single wording"},
       {"question_covered", "how much of the question the claim holds"},
       {"claim_covered", "how much of a wording of the claim the question holds"},
       {"alike", "how alike question and nearest wording are"},
       {"names_missed", "how many of the question's names the claim lacks"},
       {"numbers_missed", "how many of the question's figures the claim lacks"},
       {"figure_missed", "1 where the question asks for a figure and the claim is about none"},
       {"pairs", "neighbouring words in common"},
       {"rarest", "how rare the rarest word in common is"},
       {"shared_mass", "how much is in common at all"},
       {"shared_words", "the same without names"},
       {"letters", "runs of letters in common, whatever the spelling"},
       {"meaning", "nearness in meaning, by the sentence encoder"},
       {"meaning_behind", "how far that is behind the nearest claim's"},
       {"read_together",
        "what reading both together says, -1 to 1; 0.60 or -0.60 are taken for it, 0 is said of none"}});
  for (const auto& [known, description] : descriptions) {
    if (known == name) return description;
  }
  return {};
}

}  // namespace stillholds
