// Attention: every token looks at all tokens, once a head, and takes up a share of what each of them holds.
#pragma once

#include <cstddef>
#include <span>

#include "knowledge/encoding/sheet.hpp"

namespace stillholds {

// Where two texts lie side by side: `row` is the second one's first token. To look across costs: for each head
// `penalties` holds what is added before the shares are made, from the first text's tokens to the second's and from the
// second's to the first's. One text alone has none.
struct text_border {
  std::size_t row{0};
  std::span<const float> penalties;
};

// Keeps its memory for the next text.
class attention {
 public:
  // `tokens` has each token's questions, keys and values side by side, `width` wide each; `found`, which has room for
  // as many rows of `width`, gets what each token found, the heads side by side. A head is a multiple of 32 wide, and
  // at most 256.
  void run(std::size_t rows, std::size_t width, std::size_t heads, sheet<float>& tokens, sheet<float>& found,
           const text_border& border = {});

 private:
  void pack_keys(std::size_t rows, std::size_t head_width, matrix_view keys);
  void pack_values(std::size_t rows, std::size_t head_width, matrix_view values);
  [[nodiscard]] packed_matrix packed(std::size_t rows, std::size_t columns);

  scaled_sheet questions_;
  sheet<float> shares_;  // how much every token looks at every other
  scaled_sheet scaled_shares_;
  sheet<std::int16_t> panels_;  // one head's keys, then its values
  sheet<float> factors_;        // of the panels' columns
};

}  // namespace stillholds
