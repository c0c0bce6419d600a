// How much of request bodies may be in memory at once: small ones as they come, large ones out of one common budget,
// because whoever sends one has proven nothing yet. No I/O; one thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stillholds {

// Bytes: up to `usual` a body is small; `all` is for the large ones together.
struct body_budget {
  std::size_t usual{0};
  std::size_t all{0};
  std::size_t taken{0};
  std::vector<const void*> large{};  // the bodies that have a share, the oldest first
};

// One body as it comes in. Its share is given back when it ends, and not before: whoever takes the text still holds it.
class budgeted_body {
 public:
  explicit budgeted_body(body_budget& of) : of_(of) {}
  ~budgeted_body() {
    of_.taken -= counted_;
    std::erase(of_.large, this);
  }
  budgeted_body(const budgeted_body&) = delete;
  budgeted_body& operator=(const budgeted_body&) = delete;

  // `announced`: how long all of it will be, as far as that was said; else 0.
  void add(std::string_view piece, std::size_t announced) {
    if (counted_ == 0 && text_.size() + piece.size() > of_.usual) {
      text_.reserve(announced);  // memory that nothing is written to costs nothing
      of_.large.push_back(this);
    }
    text_ += piece;
    if (text_.size() <= of_.usual) return;
    of_.taken += text_.size() - counted_;
    counted_ = text_.size();
  }
  // How much of `most` may be taken now; 0: the others have all the room there is. The oldest large one may always go
  // on, or several would wait half-read for each other.
  [[nodiscard]] std::size_t room_for(std::size_t most) const {
    if (text_.size() < of_.usual) return std::min(most, of_.usual - text_.size());
    if (text_.size() == of_.usual) return std::min<std::size_t>(most, 1);  // it may well end here
    const bool oldest = !of_.large.empty() && of_.large.front() == this;
    return oldest || of_.taken + most <= of_.all ? most : 0;
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  body_budget& of_;
  std::string text_;
  std::size_t counted_{0};
};

}  // namespace stillholds
