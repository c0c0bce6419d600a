#include "bot/core/retry.hpp"

#include <algorithm>
#include <cmath>

namespace stillholds {

using std::chrono::milliseconds;

std::optional<std::chrono::sys_time<milliseconds>> next_attempt(const retry_policy& policy, const retry_situation& at) {
  milliseconds pause{};
  if (at.asked) {
    const milliseconds asked = std::clamp<milliseconds>(*at.asked, milliseconds{1000}, policy.asked_longest);
    pause = asked + milliseconds{std::llround(static_cast<double>(asked.count()) * 0.1 * at.random)};
  } else {
    constexpr int doublings_max = 30;  // beyond it the shift would overflow long before `longest` cuts it
    const int doublings = std::clamp(at.attempts - 1, 0, doublings_max);
    const double whole = std::min(static_cast<double>(policy.first.count()) * std::ldexp(1.0, doublings),
                                  static_cast<double>(policy.longest.count()));
    pause = milliseconds{std::llround(whole * (0.5 + 0.5 * at.random))};
  }
  const auto next = at.now + pause;
  if (next > at.created + policy.give_up_after) return std::nullopt;
  return next;
}

}  // namespace stillholds
