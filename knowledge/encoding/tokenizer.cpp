#include "knowledge/encoding/tokenizer.hpp"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include "knowledge/text.hpp"
#include "knowledge/utf8.hpp"

namespace stillholds {
namespace {

constexpr char32_t word_start = U'\u2581';  // stands for a blank, and before the first word

std::u32string characters_of(std::string_view text) {
  std::u32string characters;
  characters.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto next = utf8_at(text, at);
    characters.push_back(next.point);
    at += next.size;
  }
  return characters;
}

// NFKC, and nothing else: the encoder was trained on text with its case, its punctuation and its line ends.
std::string compatible(std::string_view text) {
  if (ascii_prefix(text) == text.size()) return std::string(text);
  UErrorCode code = U_ZERO_ERROR;
  static const auto* const normalizer = icu::Normalizer2::getNFKCInstance(code);
  if (normalizer == nullptr || U_FAILURE(code)) throw std::runtime_error("ICU has no NFKC data");
  const auto valid = to_utf8(text);
  std::string normal;
  icu::StringByteSink<std::string> sink(&normal, static_cast<int32_t>(valid.size()));
  normalizer->normalizeUTF8(0, icu::StringPiece(valid.data(), static_cast<int32_t>(valid.size())), sink, nullptr, code);
  if (U_FAILURE(code)) throw std::runtime_error("ICU could not normalise a text");
  return normal;
}

std::u32string prepared(std::string_view text) {
  auto characters = characters_of(compatible(text));
  if (characters.empty()) return characters;
  std::ranges::replace(characters, U' ', word_start);
  characters.insert(characters.begin(), word_start);
  return characters;
}

}  // namespace

tokenizer::tokenizer(std::span<const double> scores, std::span<const std::string_view> pieces)
    : scores_(scores.begin(), scores.end()) {
  assert(scores.size() == pieces.size() && pieces.size() < 65536);
  struct entry {
    std::u32string characters;
    token piece{unknown};
  };
  std::vector<entry> entries;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    auto characters = characters_of(pieces[i]);
    lengths_.push_back(static_cast<std::uint8_t>(characters.size()));
    if (i >= reserved && !characters.empty()) entries.push_back({std::move(characters), static_cast<token>(i)});
  }
  // Of equal pieces the later one counts, as in the original.
  std::ranges::sort(entries, [](const entry& a, const entry& b) {
    return std::tie(a.characters, a.piece) < std::tie(b.characters, b.piece);
  });

  struct range {  // entries that share their first `depth` characters, which are the way to `node`
    std::size_t node, first, last, depth;
  };
  std::vector<range> open{{0, 0, entries.size(), 0}};
  nodes_.emplace_back();
  for (std::size_t next = 0; next < open.size(); ++next) {
    auto [at, first, last, depth] = open[next];
    for (; first < last && entries[first].characters.size() == depth; ++first) nodes_[at].piece = entries[first].piece;
    nodes_[at].first_child = static_cast<std::uint32_t>(nodes_.size());
    while (first < last) {
      const auto character = entries[first].characters[depth];
      auto end = first;
      while (end < last && entries[end].characters[depth] == character) ++end;
      open.push_back({nodes_.size(), first, end, depth + 1});
      nodes_.push_back({.character = character});
      ++nodes_[at].children;
      first = end;
    }
  }
}

const tokenizer::node* tokenizer::child_of(const node& parent, char32_t character) const noexcept {
  const std::span children(nodes_.data() + parent.first_child, parent.children);
  const auto found = std::ranges::lower_bound(children, character, {}, &node::character);
  return found != children.end() && found->character == character ? &*found : nullptr;
}

// Viterbi over all cuts. A sum of 0 means "not reached yet" here as it does in the original, whose vocabulary has
// pieces that count 0: read strictly, other cuts would win and the vectors would differ from those it was trained for.
std::vector<tokenizer::token> tokenizer::encode(std::string_view text) const {
  const auto characters = prepared(text);
  std::vector<double> best(characters.size() + 1, 0.0);
  std::vector<token> ending(characters.size() + 1, unknown);
  const auto reach = [&](std::size_t end, double score, token piece) {
    if (best[end] != 0 && score < best[end]) return;
    best[end] = score;
    ending[end] = piece;
  };
  for (std::size_t start = 0; start < characters.size(); ++start) {
    bool known = false;
    const auto* at = nodes_.data();
    for (auto end = start; end < characters.size(); ++end) {
      at = child_of(*at, characters[end]);
      if (at == nullptr) break;
      if (at->piece == unknown) continue;
      known = true;
      reach(end + 1, best[start] + scores_[at->piece], at->piece);
    }
    if (!known) reach(start + 1, best[start], unknown);
  }
  std::vector<token> tokens;
  for (auto end = characters.size(); end > 0; end -= ending[end] == unknown ? 1 : lengths_[ending[end]]) {
    if (ending[end] != unknown || tokens.empty() || tokens.back() != unknown) tokens.push_back(ending[end]);
  }
  std::ranges::reverse(tokens);
  return tokens;
}

bool tokenizer::knows(std::string_view word) const noexcept {
  const auto* at = child_of(nodes_[0], word_start);
  for (auto letter = word.begin(); at != nullptr && letter != word.end(); ++letter)
    at = child_of(*at, static_cast<unsigned char>(*letter));
  return at != nullptr && at->piece != unknown;
}

double tokenizer::log_probability(std::span<const token> tokens) const noexcept {
  double sum = 0;
  for (const auto next : tokens) sum += next == unknown ? 0 : scores_[next];
  return sum;
}

}  // namespace stillholds
