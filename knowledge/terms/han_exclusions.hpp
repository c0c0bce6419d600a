// The Chinese words of leaving out, 除了…以外, within one run of Han characters: where they begin and where the names
// end.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace stillholds {

// 除了 or 除 in a run, in bytes.
struct han_phrase {
  std::size_t begin{0};
  std::size_t end{0};
  bool needs_ending{false};  // 除 alone leaves out only what ends in 以外
};
// The first of them that ends no other word (删除, 解除).
[[nodiscard]] std::optional<han_phrase> find_han_phrase(std::string_view run);

// The length in bytes of the ending (以外, 之外, 外) with which this text begins, 0 for none.
[[nodiscard]] std::size_t han_ending_of(std::string_view text);

// Where in a run of Han characters the names that are left out end, and how that is told.
struct han_end {
  std::size_t at{0};
  std::size_t ending{0};  // length of the ending in bytes, 0 for none
  bool is_told{false};    // by an ending, or by what the question goes on with
};

[[nodiscard]] han_end han_end_in(std::string_view run);

}  // namespace stillholds
