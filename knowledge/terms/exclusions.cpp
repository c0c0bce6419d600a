#include "knowledge/terms/exclusions.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "knowledge/terms/query.hpp"
#include "knowledge/terms/tokens.hpp"

namespace stillholds {
namespace {

struct phrase {
  std::string_view first;
  std::string_view second;
};
// Not "besides" or "excluding": "Besides, Apple leads" and "the US is excluding China" leave nobody out.
constexpr auto phrases = std::to_array<phrase>({{"other", "than"},
                                                {"apart", "from"},
                                                {"aside", "from"},
                                                {"not", "counting"},
                                                {"not", "including"},
                                                {"except", "for"}});
constexpr std::string_view han_phrase = "除了";
constexpr std::string_view han_phrase_short = "除";  // only with an ending: 除英伟达以外
// Words that end in it: 删除, 解除 and so on.
constexpr auto before_other_words =
    std::to_array<std::string_view>({"删", "解", "消", "排", "废", "开", "免", "清", "根", "扣", "拆", "铲"});
constexpr auto han_endings = std::to_array<std::string_view>({"以外", "之外", "外"});
// What the question goes on with where no ending stands: 除了英伟达还有谁.
constexpr auto han_beginnings = std::to_array<std::string_view>(
    {"还", "也", "都", "谁", "哪", "其他", "其它", "其余", "别的", "有", "没", "就", "只"});
constexpr auto han_ands = std::to_array<std::string_view>({"和", "与", "及", "或", "跟"});

bool is_name(const token& next) {
  return std::ranges::any_of(terms_of({&next, 1}), [](const term& said) { return said.named || said.place; });
}

bool is_han_name(std::string_view text) {
  return is_name({.kind = token_kind::han, .text = std::string(text), .surface = std::string(text)});
}

std::size_t end_of(const token& of) { return of.begin + of.surface.size(); }

// Where in a run of Han characters the names that are left out end, and how that is told.
struct han_end {
  std::size_t at{0};
  std::size_t ending{0};  // length of the ending in bytes, 0 for none
  bool is_told{false};    // by an ending, or by what the question goes on with
};

han_end han_end_in(std::string_view run) {
  han_end first{.at = run.size()};
  const auto look = [&](std::string_view wanted, bool ends) {
    const auto found = run.find(wanted);
    if (found < first.at) first = {.at = found, .ending = ends ? wanted.size() : 0, .is_told = true};
  };
  for (const auto next : han_endings) look(next, true);
  for (const auto next : han_beginnings) look(next, false);
  return first;
}

// A stretch of the text that is left out, and the token at which to read on.
struct exclusion {
  std::size_t begin{0};
  std::size_t end{0};
  std::size_t next{0};
};

class exclusion_reader {
 public:
  explicit exclusion_reader(std::string_view cleaned) : text_(cleaned), tokens_(tokenise(cleaned)) {}

  [[nodiscard]] std::size_t tokens() const noexcept { return tokens_.size(); }

  // The one that begins with or within this token.
  [[nodiscard]] std::optional<exclusion> at(std::size_t at) const {
    return is_han(at) ? han_exclusion(at) : exclusion_by_words(at);
  }

 private:
  [[nodiscard]] bool is_word(std::size_t at, std::string_view word) const {
    return at < tokens_.size() && tokens_[at].kind == token_kind::word && tokens_[at].text == word;
  }
  [[nodiscard]] bool is_han(std::size_t at) const { return at < tokens_.size() && tokens_[at].kind == token_kind::han; }
  // What stands between a token and the one before it.
  [[nodiscard]] std::string_view before(std::size_t at) const {
    const auto from = end_of(tokens_[at - 1]);
    return text_.substr(from, tokens_[at].begin - from);
  }

  // One name may be two words: "Elon Musk"; but of "Other than Nvidia, AMD" the second is the subject.
  [[nodiscard]] std::size_t after_name(std::size_t at) const {
    for (++at; at < tokens_.size() && tokens_[at].kind == token_kind::word && tokens_[at].named && before(at) == " ";)
      ++at;
    return at;
  }

  // The first token after the names that begin here: "the US and Elon Musk"; nothing where there is none.
  [[nodiscard]] std::optional<std::size_t> after_names(std::size_t at) const {
    std::optional<std::size_t> after;
    for (;;) {
      if (is_word(at, "the")) ++at;
      if (at >= tokens_.size() || is_han(at) || !is_name(tokens_[at])) return after;
      after = at = after_name(at);
      const bool goes_on = is_word(at, "and") || is_word(at, "or");
      if (!goes_on && (at >= tokens_.size() || before(at) != "、")) return after;
      if (goes_on) ++at;
    }
  }

  [[nodiscard]] std::optional<exclusion> exclusion_by_words(std::size_t at) const {
    for (const auto& next : phrases) {
      if (!is_word(at, next.first) || !is_word(at + 1, next.second)) continue;
      if (at > 0 && is_word(at - 1, "none")) continue;  // "none other than Nvidia" is Nvidia
      if (const auto after = after_names(at + 2))
        return exclusion{tokens_[at].begin, end_of(tokens_[*after - 1]), *after};
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<exclusion> han_exclusion(std::size_t at) const {
    const std::string_view run = tokens_[at].surface;
    const auto ends_another = [&](std::size_t place) {
      return std::ranges::any_of(before_other_words,
                                 [&](std::string_view word) { return run.substr(0, place).ends_with(word); });
    };
    auto begin = run.find(han_phrase_short);
    while (begin != std::string_view::npos && ends_another(begin)) begin = run.find(han_phrase_short, begin + 1);
    if (begin == std::string_view::npos) return std::nullopt;
    const bool is_long = run.substr(begin).starts_with(han_phrase);
    auto found = after_han_names(at, begin + (is_long ? han_phrase : han_phrase_short).size(), !is_long);
    if (found) found->begin = tokens_[at].begin + begin;
    return found;
  }

  // The names from byte `from` of the run `at`, in Chinese or Latin letters, and the ending if there is one.
  [[nodiscard]] std::optional<exclusion> after_han_names(std::size_t at, std::size_t from, bool needs_ending) const {
    constexpr std::size_t longest = 36;  // bytes of Han names in one run, twelve characters
    std::optional<exclusion> found;      // as far as names were read
    for (;; from = 0) {
      if (is_han(at)) {
        const auto run = std::string_view(tokens_[at].surface).substr(from);
        const auto end = han_end_in(run);
        const auto names = run.substr(0, end.at);
        if (names.size() > longest) break;
        const bool is_last = at + 1 == tokens_.size();
        const bool goes_on = names.empty() || (!is_last && before(at + 1) == "、") ||
                             std::ranges::any_of(han_ands, [&](auto word) { return names.ends_with(word); });
        const bool is_parted = !is_last && (!before(at + 1).empty() || !is_han(at + 1));  // 除了英伟达，谁领先
        const bool named = is_han_name(names);
        const auto here = tokens_[at].begin + from + end.at;
        if (end.ending > 0 && (named || (found && names.empty()))) return exclusion{0, here + end.ending, at + 1};
        if (named && (end.is_told || goes_on || is_parted)) found = exclusion{0, here, at + 1};
        if (end.is_told || !goes_on) break;
        ++at;
        if (is_han(at)) continue;
      }
      const auto after = after_names(at);
      if (!after) break;
      found = exclusion{0, end_of(tokens_[*after - 1]), *after};
      at = *after;
      if (!is_han(at)) break;
    }
    return needs_ending ? std::nullopt : found;
  }

  std::string_view text_;
  std::vector<token> tokens_;
};

}  // namespace

std::string without_exclusions(std::string_view cleaned) {
  const exclusion_reader reader(cleaned);
  std::string kept;
  std::size_t from = 0;
  for (std::size_t at = 0; at < reader.tokens();) {
    const auto found = reader.at(at);
    if (!found) {
      ++at;
      continue;
    }
    kept += cleaned.substr(from, found->begin - from);
    if (!kept.empty() && !kept.ends_with(' ')) kept += ' ';
    from = std::min(cleaned.find_first_not_of(", ", found->end), cleaned.size());
    at = found->next;
  }
  return kept += cleaned.substr(from);
}

}  // namespace stillholds
