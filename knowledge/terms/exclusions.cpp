#include "knowledge/terms/exclusions.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "knowledge/terms/query.hpp"

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
constexpr auto han_ends = std::to_array<std::string_view>({"以外", "之外"});

bool is_word(std::span<const token> in, std::size_t at, std::string_view word) {
  return at < in.size() && in[at].kind == token_kind::word && in[at].text == word;
}

bool is_name(const token& next) {
  return std::ranges::any_of(terms_of({&next, 1}), [](const term& said) { return said.named || said.place; });
}

// The first token after the names that begin here: "the US, China and Japan"; nothing where there is none.
std::optional<std::size_t> after_names(std::span<const token> in, std::size_t at) {
  std::optional<std::size_t> after;
  for (;;) {
    if (is_word(in, at, "the")) ++at;
    if (at >= in.size() || !is_name(in[at])) return after;
    after = ++at;  // a comma is no token: the next name may be the subject
    if (!is_word(in, at, "and") && !is_word(in, at, "or")) return after;
    ++at;
  }
}

// The first token after an exclusion that begins here.
std::optional<std::size_t> after_exclusion(std::span<const token> in, std::size_t at) {
  for (const auto& next : phrases) {
    if (!is_word(in, at, next.first) || !is_word(in, at + 1, next.second)) continue;
    if (at > 0 && is_word(in, at - 1, "none")) continue;  // "none other than Nvidia" is Nvidia
    return after_names(in, at + 2);
  }
  return std::nullopt;
}

// 除了中国以外 within one run; what is between must be short, as a name is.
void cut_within(std::string& run) {
  constexpr std::size_t longest = 24;  // bytes: eight characters
  const auto begin = run.find(han_phrase);
  if (begin == std::string::npos) return;
  for (const auto end : han_ends) {
    const auto found = run.find(end, begin + han_phrase.size());
    if (found == std::string::npos || found - begin - han_phrase.size() > longest) continue;
    run.erase(begin, found + end.size() - begin);
    return;
  }
}

// 除了 before a name in Latin letters, and 以外 after it.
std::optional<std::size_t> after_han_exclusion(std::span<const token> in, std::size_t at) {
  if (in[at].kind != token_kind::han || !in[at].text.ends_with(han_phrase)) return std::nullopt;
  return after_names(in, at + 1);
}

}  // namespace

std::vector<token> without_exclusions(std::span<const token> tokens) {
  std::vector<token> kept;
  kept.reserve(tokens.size());
  const auto keep_run = [&](token run) {
    run.surface = run.text;
    if (!run.text.empty()) kept.push_back(std::move(run));
  };
  for (std::size_t at = 0; at < tokens.size();) {
    if (const auto after = after_exclusion(tokens, at)) {
      at = *after;
    } else if (const auto behind = after_han_exclusion(tokens, at)) {
      auto run = tokens[at];
      run.text.resize(run.text.size() - han_phrase.size());
      keep_run(std::move(run));
      at = *behind;
      if (at < tokens.size() && tokens[at].kind == token_kind::han) {
        auto rest = tokens[at++];
        for (const auto end : han_ends) {
          if (!rest.text.starts_with(end)) continue;
          rest.text.erase(0, end.size());
          break;
        }
        keep_run(std::move(rest));
      }
    } else if (tokens[at].kind == token_kind::han && tokens[at].text.contains(han_phrase)) {
      auto run = tokens[at++];
      cut_within(run.text);
      keep_run(std::move(run));
    } else {
      kept.push_back(tokens[at++]);
    }
  }
  return kept;
}

}  // namespace stillholds
