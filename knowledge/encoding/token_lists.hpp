// The tokens of many texts, one text after the other in one piece of memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "knowledge/encoding/tokenizer.hpp"

namespace stillholds {

class token_lists {
 public:
  void add(std::span<const tokenizer::token> text) {
    tokens_.insert(tokens_.end(), text.begin(), text.end());
    ends_.push_back(static_cast<std::uint32_t>(tokens_.size()));
  }
  [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
  // `text` < size().
  [[nodiscard]] std::span<const tokenizer::token> operator[](std::size_t text) const noexcept {
    const std::size_t begin = text == 0 ? 0 : ends_[text - 1];
    return std::span(tokens_).subspan(begin, ends_[text] - begin);
  }

 private:
  std::vector<tokenizer::token> tokens_;
  std::vector<std::uint32_t> ends_;
};

}  // namespace stillholds
