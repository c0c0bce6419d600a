#include "knowledge/matching/doubts.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <ranges>
#include <vector>

#include "knowledge/terms/query.hpp"
#include "knowledge/terms/vocabulary.hpp"

namespace stillholds {
namespace {

// The wordings of a claim; of a document without any, the whole.
std::span<const claim_index::unit> wordings_of(const claim_index& in, std::uint32_t document) {
  const auto units = in.units_of(document);
  return units.size() > 1 ? units.subspan(1) : units;
}

bool is_in_wordings(const doubtful& at, std::uint32_t term) {
  const auto& words = at.in.words();
  return std::ranges::any_of(wordings_of(words, at.best.document), [&](const auto& unit) {
    return std::ranges::find(words.terms_in(unit), term) != words.terms_in(unit).end();
  });
}

bool is_one_of(std::string_view word, std::span<const std::string_view> list) {
  return std::ranges::find(list, word) != list.end();
}

// "ChatGPT told me that …", "according to Bloomberg …", "Musk says …": who is quoted is not who is spoken of.
bool is_quoted(const doubtful& at, const asked_term& who) {
  constexpr std::size_t near = 2;
  constexpr auto verbs = std::to_array<std::string_view>(
      {"say",      "says",  "said",    "saying",  "claim",   "claims",   "claimed", "told",
       "tells",    "think", "thinks",  "thought", "believe", "believes", "report",  "reports",
       "reported", "write", "writes",  "wrote",   "argue",   "argues",   "argued",  "post",
       "posted",   "tweet", "tweeted", "insist",  "insists", "keeps",    "seems"});
  constexpr auto before = std::to_array<std::string_view>({"to", "on", "from", "via", "per", "by", "in", "at", "read"});
  const auto found = std::ranges::find_if(
      at.tokens, [&](const token& next) { return who.surface.starts_with(next.surface) && !next.surface.empty(); });
  if (found == at.tokens.end()) return false;
  const auto here = static_cast<std::size_t>(found - at.tokens.begin());
  if (here > 0 && is_one_of(at.tokens[here - 1].text, before)) return true;
  for (std::size_t i = here + 1; i < at.tokens.size() && i <= here + near; ++i) {
    if (is_one_of(at.tokens[i].text, verbs)) return true;
  }
  return false;
}

// "Does India hold 90% of it" is not answered by an article that says nothing of India, however near the rest is.
bool names_another_place(const doubtful& at) {
  constexpr std::size_t common = 5;  // a place in every fifth claim is what the article is about
  const auto all = std::views::iota(at.first, at.last);
  return std::ranges::any_of(at.question.terms, [&](const asked_term& next) {
    const auto is_in = [&](std::uint32_t document) { return at.in.words().holds(document, next.id); };
    return next.place && !is_in(at.best.document) &&
           static_cast<std::size_t>(std::ranges::count_if(all, is_in)) * common < all.size();
  });
}

// "Which company other than Meta leads in smart glasses" is not answered by what Meta does there.
bool leaves_out_its_party(const doubtful& at) {
  if (at.left_out.empty()) return false;
  const auto claim = at.in.words().terms_in(wordings_of(at.in.words(), at.best.document).front());
  const auto names = at.in.ask(at.left_out, std::nullopt).words.terms;
  return std::ranges::any_of(names, [&](const asked_term& next) {
    return (next.named || next.place) && next.id != asked_term::unknown &&
           std::ranges::find(claim, next.id) != claim.end();
  });
}

// Who is spoken of first: of "are Chinese models copies of American ones" the Chinese. Nothing where nobody is, or two
// are named in one breath ("the gap between China and the US").
std::optional<std::uint32_t> subject_of(std::span<const std::uint32_t> places_and_others, const claim_index& in) {
  const auto is_place = [&](std::uint32_t id) { return id != asked_term::unknown && in.is_place(id); };
  const auto found = std::ranges::find_if(places_and_others, is_place);
  if (found == places_and_others.end()) return std::nullopt;
  const auto next = found + 1;
  if (next != places_and_others.end() && is_place(*next) && *next != *found) return std::nullopt;
  return *found;
}

// How alike a wording and the question are, by the rarity of what they share.
double alike(const doubtful& at, const claim_index::unit& wording) {
  double shared = 0;
  for (const asked_term& next : at.question.terms) {
    const auto held = at.in.words().terms_in(wording);
    if (next.id != asked_term::unknown && std::ranges::find(held, next.id) != held.end()) shared += next.idf;
  }
  return 2 * shared / std::max(wording.idf_sum + at.question.idf_sum, 1e-9);
}

// "America has ten times China's compute" says of one party what "China has a tenth of it" says of the other.
bool says_how_many_times(const doubtful& at) {
  constexpr auto words = std::to_array<std::string_view>({"times", "x", "fold", "double", "twice", "triple"});
  return std::ranges::any_of(at.tokens, [&](const token& next) {
    return is_one_of(next.text, words) || next.suffix == "x" || next.text.contains("倍");
  });
}

// "Is American compute a tenth of China's" asks the reverse of a claim on Chinese compute: neither the claim itself nor
// any of the wordings that are most like the question begins with that party.
bool turns_parties_round(const doubtful& at) {
  constexpr double nearly = 0.85;
  const auto& words = at.in.words();
  std::vector<std::uint32_t> asked;
  asked.reserve(at.question.terms.size());
  for (const asked_term& next : at.question.terms) asked.push_back(next.id);
  const auto subject = subject_of(asked, words);
  if (!subject || says_how_many_times(at)) return false;
  const auto named = std::ranges::find(at.question.terms, *subject, &asked_term::id);
  if (is_quoted(at, *named)) return false;
  const auto wordings = wordings_of(words, at.best.document);
  double most = 0;
  for (const auto& wording : wordings) most = std::max(most, alike(at, wording));
  bool speaks_of_another = false;
  for (const auto& wording : wordings) {
    const bool is_claim = &wording == wordings.data();
    if (!is_claim && alike(at, wording) < nearly * most) continue;
    const auto terms = words.terms_in(wording);
    const auto own = subject_of(terms, words);
    if (is_claim && !own) continue;
    if (!own || own == subject) return false;  // of nobody, of both alike, or of the same
    speaks_of_another = true;
  }
  return speaks_of_another;
}

// "How far is Apple behind Google" begins with somebody of whom nothing is said, neither in the claim nor since.
bool begins_with_a_stranger(const doubtful& at) {
  const auto first = std::ranges::find_if(at.question.terms, [](const asked_term& next) { return next.named; });
  if (first == at.question.terms.end() || first->place || first->number || is_quoted(at, *first)) return false;
  return !at.in.words().holds(at.best.document, first->id);
}

// "Is Zuckerberg married" shares a name with a claim, and nothing that is asked about it.
bool shares_only_a_name(const doubtful& at) {
  constexpr std::size_t terms_enough = 3;
  if (at.best.signals[signal::shared_words] > 0) return false;
  bool asks_more = false;
  bool in_name = false;
  std::size_t names = 0;  // "Brad Smith" is one
  std::size_t terms = 0;
  for (const asked_term& next : at.question.terms) {
    const bool shared = next.id != asked_term::unknown && is_in_wordings(at, next.id);
    asks_more = asks_more || (!shared && !next.named && !next.number);
    names += shared && next.named && !in_name ? 1 : 0;
    terms += shared && next.named ? 1 : 0;
    in_name = shared && next.named;
  }
  return asks_more && names < 2 && terms < terms_enough;
}

// "Do Meta glasses come with prescription lenses" has a word or two from a wording that says more, and asks about
// others. A figure is different: who says "90% compute" means the claim. So is what is near in meaning all the same;
// where meaning is not known, as of Chinese, too few words meet to go by.
bool shares_a_word_or_two(const doubtful& at) {
  constexpr std::ptrdiff_t few = 2;
  constexpr double covered_enough = 0.58;
  constexpr double near_in_meaning = 0.7;
  const auto& measured = at.best.signals;
  if (measured[signal::meaning] <= 0 || measured[signal::meaning] >= near_in_meaning) return false;
  if (measured[signal::claim_covered] >= covered_enough) return false;
  // Its evidence counts, too: "how are the robotaxis in Austin going".
  const auto is_held = [&](const asked_term& next) { return at.in.words().holds(at.best.document, next.id); };
  const auto& terms = at.question.terms;
  const bool has_figure =
      std::ranges::any_of(terms, [&](const asked_term& next) { return next.number && is_held(next); });
  const bool asks_more =
      std::ranges::any_of(terms, [&](const asked_term& next) { return !next.number && !is_held(next); });
  const auto held = std::ranges::count_if(terms, is_held);
  return !has_figure && asks_more && held > 0 && held <= few;
}

// What stands with "gap": "the trade gap", "a gap in wages", "the gap between rich and poor".
class gap_reader {
 public:
  explicit gap_reader(const doubtful& at) : at_(at) {}

  // Is it a gap in something that the claim does not speak of?
  bool is_another() const {
    for (std::size_t i = 0; i < at_.tokens.size(); ++i) {
      if (at_.tokens[i].kind != token_kind::word || !is_relation(at_.tokens[i].text)) continue;
      if (i > 0 && is_foreign(at_.tokens[i - 1]) && !is_measure(at_.tokens[i - 1].text)) return true;
      if (i + 2 < at_.tokens.size() && follows_foreign(i + 1)) return true;
    }
    return has_foreign_han_gap();
  }

 private:
  static bool is_relation(std::string_view word) {
    constexpr auto words = std::to_array<std::string_view>({"gap", "gaps", "divide", "disparity", "lead", "edge"});
    return is_one_of(word, words);
  }
  // What says how large or which, and not in what.
  static bool is_measure(std::string_view word) {
    constexpr auto words = std::to_array<std::string_view>(
        {"big",     "huge",      "massive",    "large",  "wide",       "wider",      "growing", "widening", "narrowing",
         "closing", "shrinking", "current",    "race",   "overall",    "whole",      "entire",  "total",    "real",
         "actual",  "alleged",   "supposed",   "famous", "clear",      "same",       "new",     "old",      "still",
         "really",  "actually",  "technology", "tech",   "capability", "performance"});
    return is_one_of(word, words);
  }

  [[nodiscard]] bool is_foreign(const token& next) const {
    constexpr std::size_t shortest = 4;  // "teh gap"
    if (next.kind != token_kind::word || next.text.size() < shortest) return false;
    return std::ranges::any_of(at_.in.ask({&next, 1}, std::nullopt).words.terms, [&](const asked_term& word) {
      return !word.place && !word.number && (word.id == asked_term::unknown || !is_in_wordings(at_, word.id));
    });
  }

  // "in X", "between X and Y" from there on.
  [[nodiscard]] bool follows_foreign(std::size_t from) const {
    const auto& first = at_.tokens[from].text;
    if (first != "in" && first != "between") return false;
    const auto left = at_.tokens.subspan(from + 1);
    std::size_t words = first == "in" ? 1 : 2;
    for (const token& next : left) {
      if (words == 0 || next.kind == token_kind::symbol) break;
      if (next.kind != token_kind::word || is_stop_word(next.text)) continue;
      if (is_foreign(next)) return true;
      --words;
    }
    return false;
  }

  // 贸易差距: the word before is no word of the claim's.
  [[nodiscard]] bool has_foreign_han_gap() const {
    constexpr auto words = std::to_array<std::string_view>({"差距", "鸿沟"});
    const auto& terms = at_.question.terms;
    for (std::size_t i = 1; i < terms.size(); ++i) {
      if (!is_one_of(terms[i].surface, words)) continue;
      const asked_term& before = terms[i - 1];
      const bool han = !before.surface.empty() && static_cast<unsigned char>(before.surface[0]) >= 0xE0;
      if (han && !before.place && (before.id == asked_term::unknown || !is_in_wordings(at_, before.id))) return true;
    }
    return false;
  }

  const doubtful& at_;
};

}  // namespace

std::string_view find_doubt(const doubtful& at) {
  if (names_another_place(at)) return "it names a place that neither the claim nor the article is about";
  if (leaves_out_its_party(at)) return "it leaves out somebody of whom the claim speaks";
  if (turns_parties_round(at)) return "it asks of one party what the claim says of the other";
  if (begins_with_a_stranger(at)) return "it begins with somebody of whom neither the claim nor its evidence speaks";
  if (shares_only_a_name(at)) return "it shares a name with the claim, and nothing that is asked about it";
  if (shares_a_word_or_two(at)) return "it shares a word or two with the claim, and asks about others";
  if (gap_reader(at).is_another()) return "it asks about a gap in something else";
  return {};
}

}  // namespace stillholds
