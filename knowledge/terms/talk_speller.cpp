#include "knowledge/terms/talk_speller.hpp"

#include <string>
#include <utility>
#include <vector>

#include "knowledge/terms/background.hpp"
#include "knowledge/terms/vocabulary.hpp"
#include "knowledge/terms/word_list.hpp"

namespace stillholds {

const speller& talk_speller() {
  static const speller made = [] {
    constexpr double share_least = 0.0005;  // some two thousand words
    constexpr double stop_word_share = 0.05;
    std::vector<speller::word> words;
    for (const auto& [word, share] : common_words(share_least))
      words.push_back({.spelling = std::string(word), .share = share});
    each_word(all_stop_words(), [&](std::string_view word) {
      words.push_back({.spelling = std::string(word), .share = stop_word_share});
    });
    return speller(std::move(words));
  }();
  return made;
}

}  // namespace stillholds
