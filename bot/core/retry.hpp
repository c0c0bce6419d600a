// When to try a delivery again: jittered exponential back-off within a bounded time, the platform's own wish respected.
#pragma once

#include <chrono>
#include <optional>

namespace stillholds {

struct retry_policy {
  std::chrono::milliseconds first{2000};  // the first pause, before jitter
  std::chrono::milliseconds longest{std::chrono::minutes{15}};
  std::chrono::milliseconds asked_longest{std::chrono::hours{1}};  // a Retry-After beyond it is cut to it
  std::chrono::milliseconds give_up_after{std::chrono::hours{24}};
};

struct retry_situation {
  int attempts{1};  // made so far, this one included
  std::chrono::sys_time<std::chrono::milliseconds> created;
  std::chrono::sys_time<std::chrono::milliseconds> now;
  std::optional<std::chrono::seconds> asked;  // Retry-After
  double random{0.5};                         // uniform in [0, 1)
};

// The time of the next attempt; nothing when it would come later than created + give_up_after.
// Without a wish: between half and the whole of first * 2^(attempts-1), cut at `longest` ("equal jitter": spread out,
// yet never at once). With a wish: that pause, at least 1 s, plus up to a tenth of it.
[[nodiscard]] std::optional<std::chrono::sys_time<std::chrono::milliseconds>> next_attempt(const retry_policy& policy,
                                                                                           const retry_situation& at);

}  // namespace stillholds
