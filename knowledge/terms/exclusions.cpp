#include "knowledge/terms/exclusions.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "knowledge/terms/han_exclusions.hpp"
#include "knowledge/terms/query.hpp"
#include "knowledge/terms/vocabulary.hpp"
#include "knowledge/text.hpp"

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
constexpr auto han_ands = std::to_array<std::string_view>({"和", "与", "及", "或", "跟"});

bool is_name(const token& next) {
  return std::ranges::any_of(terms_of({&next, 1}), [](const term& said) { return said.named || said.place; });
}

bool is_han_name(std::string_view text) {
  return is_name({.kind = token_kind::han, .text = std::string(text), .surface = std::string(text)});
}

std::size_t end_of(const token& of) { return of.begin + of.surface.size(); }

bool ends_sentence(const token& next) {
  return next.kind == token_kind::symbol && std::string_view{".!?;"}.contains(next.text);
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

  [[nodiscard]] std::vector<token> tokens() && { return std::move(tokens_); }

  [[nodiscard]] std::vector<exclusion> all() const {
    std::vector<exclusion> found;
    for (std::size_t next = 0; next < tokens_.size();) {
      const auto here = at(next);
      next = here ? here->next : next + 1;
      if (here) found.push_back(*here);
    }
    return found;
  }

 private:
  // The one that begins with or within this token.
  [[nodiscard]] std::optional<exclusion> at(std::size_t at) const {
    return is_han(at) ? han_exclusion(at) : exclusion_by_words(at);
  }
  [[nodiscard]] bool is_word(std::size_t at, std::string_view word) const {
    return at < tokens_.size() && tokens_[at].kind == token_kind::word && tokens_[at].text == word;
  }
  [[nodiscard]] bool is_conjunction(std::size_t at) const {
    return is_word(at, "and") || is_word(at, "or") ||
           (at < tokens_.size() && tokens_[at].kind == token_kind::symbol && tokens_[at].text == "/");
  }
  [[nodiscard]] bool is_han(std::size_t at) const { return at < tokens_.size() && tokens_[at].kind == token_kind::han; }
  // What stands between a token and the one before it.
  [[nodiscard]] std::string_view before(std::size_t at) const {
    const auto from = end_of(tokens_[at - 1]);
    return text_.substr(from, tokens_[at].begin - from);
  }

  // One name may be two words, "Elon Musk", with what is glued to it, "GPT-4", its number, "Qwen 3", or what is its
  // own, "Tesla's robotaxi"; but of "Other than Nvidia, AMD" the second is the subject.
  [[nodiscard]] std::size_t after_name(std::size_t at) const {
    ++at;
    while (at < tokens_.size() && is_part_of_name(at)) ++at;
    return at;
  }

  // Of the name that ends before this token.
  [[nodiscard]] bool is_part_of_name(std::size_t at) const {
    const auto& next = tokens_[at];
    const bool is_apart = before(at) == " ";
    if (next.kind == token_kind::number) return next.glued || (is_apart && is_end(at + 1));
    if (next.kind != token_kind::word) return false;
    if (before(at) == "-" || (is_apart && next.named)) return true;
    // But "which chips other than Nvidia's lead?"
    const bool is_last = at + 1 >= tokens_.size() || ends_sentence(tokens_[at + 1]);
    return is_apart && !is_last && tokens_[at - 1].text.ends_with("'s") && !is_stop_word(next.text);
  }

  // Whether the name before this token cannot go on.
  [[nodiscard]] bool is_end(std::size_t at) const {
    return at >= tokens_.size() || is_conjunction(at) || ends_sentence(tokens_[at]) ||
           (before(at) != " " && !tokens_[at].glued);
  }

  // The first token after the names that begin here: "the US and Elon Musk"; nothing where there is none.
  [[nodiscard]] std::optional<std::size_t> after_names(std::size_t at) const {
    std::optional<std::size_t> after;
    for (;;) {
      if (is_word(at, "the")) ++at;
      if (at >= tokens_.size() || is_han(at) || !is_name(tokens_[at])) return after;
      after = at = after_name(at);
      if (at >= tokens_.size()) return after;
      const auto between = before(at);
      if (is_conjunction(at)) {
        ++at;
      } else if (between == ", ") {
        return after_list(at).value_or(at);
      } else if (between != "、" && between != "&" && between != " & ") {
        return after;
      }
    }
  }

  // The first token after "AMD, and Intel" where that is the end of a list, as a comma or nothing follows: of "other
  // than Nvidia, AMD leads" and "other than Nvidia, AMD and Intel lead" AMD is the subject.
  [[nodiscard]] std::optional<std::size_t> after_list(std::size_t at) const {
    for (;;) {
      const bool is_last = is_conjunction(at);
      if (is_last) ++at;
      if (is_word(at, "the")) ++at;
      if (at >= tokens_.size() || is_han(at) || !is_name(tokens_[at])) return std::nullopt;
      at = after_name(at);
      const bool ends = at >= tokens_.size() || ends_sentence(tokens_[at]);
      const bool is_comma = !ends && before(at) == ", ";
      if (is_last && (ends || is_comma)) return at;
      if (is_last || !(is_comma || is_conjunction(at))) return std::nullopt;
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
    const auto phrase = find_han_phrase(tokens_[at].surface);
    if (!phrase) return std::nullopt;
    auto found = after_han_names(at, phrase->end, phrase->needs_ending);
    if (found) found->begin = tokens_[at].begin + phrase->begin;
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
        const bool is_sentence = is_last || ends_sentence(tokens_[at + 1]);
        const bool is_parted = !is_sentence && (!before(at + 1).empty() || !is_han(at + 1));  // 除了英伟达，谁领先
        const bool named = is_han_name(names);
        const auto here = tokens_[at].begin + from + end.at;
        if (end.ending > 0 && (named || (found && names.empty()))) return exclusion{0, here + end.ending, at + 1};
        if (named && (end.is_told || goes_on || is_parted)) found = exclusion{0, here, at + 1};
        if (named && is_parted && !goes_on) {
          if (const auto whole = after_two_scripts(at)) return whole;
        }
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

  // A name in Chinese and Latin letters, 特斯拉FSD以外: only with its ending, as 除了英伟达AMD也受限吗 is about AMD.
  [[nodiscard]] std::optional<exclusion> after_two_scripts(std::size_t at) const {
    for (++at; at < tokens_.size() && !is_han(at); ++at) {
      const bool is_part = tokens_[at].kind == token_kind::word || tokens_[at].kind == token_kind::number;
      if (!is_part || !before(at).empty()) return std::nullopt;
    }
    if (at >= tokens_.size() || !before(at).empty()) return std::nullopt;
    const auto ending = han_ending_of(tokens_[at].surface);
    if (ending == 0) return std::nullopt;
    return exclusion{0, tokens_[at].begin + ending, at + 1};
  }

  std::string_view text_;
  std::vector<token> tokens_;
};

// Moves the end over the comma that parts it from what follows.
void take_comma(exclusion& from, std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view parting : {" ", ",", "，", "、"}) {
      if (!text.substr(from.end).starts_with(parting)) continue;
      from.end += parting.size();
      again = true;
    }
  }
}

// A token with only these bytes of it. Only Han runs are ever cut within.
token part_of(const token& whole, std::size_t from, std::size_t count) {
  token part = whole;
  part.surface = whole.surface.substr(from, count);
  part.text = fold(part.surface);
  part.begin += from;
  return part;
}

// Gives each token, or its parts, to what is kept or left out.
void share_out(std::vector<token> all, std::span<const exclusion> out, included& to) {
  bool after_cut = false;
  for (token& next : all) {
    while (!out.empty() && out.front().end <= next.begin) out = out.subspan(1);
    const auto end = end_of(next);
    if (after_cut) next.glued = false;
    if (out.empty() || out.front().begin >= end) {
      to.tokens.push_back(std::move(next));
      after_cut = false;
      continue;
    }
    const auto from = std::max(out.front().begin, next.begin) - next.begin;
    const auto until = std::min(out.front().end, end) - next.begin;
    if (from > 0) to.tokens.push_back(part_of(next, 0, from));
    after_cut = next.begin + until == end;
    if (!after_cut) {
      to.tokens.push_back(part_of(next, until, std::string::npos));
      to.tokens.back().glued = false;
    }
    const bool is_whole = from == 0 && after_cut;
    to.left_out.push_back(is_whole ? std::move(next) : part_of(next, from, until - from));
  }
}

}  // namespace

included without_exclusions(std::string_view cleaned) {
  exclusion_reader reader(cleaned);
  auto out = reader.all();
  included kept;
  std::size_t from = 0;
  for (auto& next : out) {
    take_comma(next, cleaned);
    kept.text += cleaned.substr(from, next.begin - from);
    if (!kept.text.empty() && !kept.text.ends_with(' ')) kept.text += ' ';
    from = next.end;
  }
  kept.text += cleaned.substr(from);
  share_out(std::move(reader).tokens(), out, kept);
  return kept;
}

}  // namespace stillholds
