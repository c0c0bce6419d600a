// Says the same thing at most once in a while. Pure: the time is passed in. Not thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <string>

namespace stillholds {

class seldom {
 public:
  using instant = std::chrono::sys_time<std::chrono::milliseconds>;
  explicit seldom(std::chrono::seconds pause) : pause_(pause) {}

  // Is it time to say this (again)? Then it counts as said at `now`. What was said longer ago than the pause is
  // forgotten, so that it holds no more than was said within one.
  [[nodiscard]] bool is_due(std::string what, instant now) {
    std::erase_if(said_, [&](const auto& one) { return now - one.second >= pause_; });
    return said_.try_emplace(std::move(what), now).second;
  }

 private:
  std::chrono::seconds pause_;
  std::map<std::string, instant> said_;
};

}  // namespace stillholds
