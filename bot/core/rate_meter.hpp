// How many events a second came lately: the whole of the last second and what the present one has so far.
#pragma once

#include <chrono>
#include <cstdint>

namespace stillholds {

class rate_meter {
 public:
  using time = std::chrono::steady_clock::time_point;

  void count(time now) {
    turn(now);
    ++present_;
  }

  // Events of the last full second, or of the present one where that is already more.
  [[nodiscard]] std::uint64_t per_second(time now) {
    turn(now);
    return present_ > last_ ? present_ : last_;
  }

 private:
  void turn(time now) {
    if (now < until_) return;
    const bool adjacent = now < until_ + std::chrono::seconds{1};
    last_ = adjacent ? present_ : 0;
    present_ = 0;
    until_ = adjacent ? until_ + std::chrono::seconds{1} : now + std::chrono::seconds{1};
  }

  time until_{};
  std::uint64_t last_{0};
  std::uint64_t present_{0};
};

}  // namespace stillholds
