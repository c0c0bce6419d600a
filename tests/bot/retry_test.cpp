#include "bot/core/retry.hpp"

#include <doctest/doctest.h>

using namespace stillholds;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using moment = std::chrono::sys_time<milliseconds>;

namespace {
const moment start{milliseconds{1'000'000'000}};
constexpr retry_policy policy{.first = 2s, .longest = 900s, .asked_longest = 3600s, .give_up_after = 24h};

std::optional<milliseconds> pause(int attempts, double random, std::optional<std::chrono::seconds> asked = {}) {
  const auto next =
      next_attempt(policy, {.attempts = attempts, .created = start, .now = start, .asked = asked, .random = random});
  if (!next) return std::nullopt;
  return *next - start;
}
}  // namespace

TEST_CASE("back-off doubles, stays between half and the whole, and is cut at the longest") {
  CHECK(pause(1, 0.0) == 1000ms);
  CHECK(pause(1, 1.0) == 2000ms);
  CHECK(pause(2, 1.0) == 4000ms);
  CHECK(pause(5, 0.5) == 24000ms);
  CHECK(pause(9, 1.0) == 512s);
  CHECK(pause(10, 1.0) == 900s);
  CHECK(pause(10000, 0.0) == 450s);
  CHECK(pause(0, 0.0) == 1000ms);  // a caller that counts from 0 does no harm
}

TEST_CASE("the platform's wish is honoured, spread a little, and clamped both ways") {
  CHECK(pause(1, 0.0, 30s) == 30s);
  CHECK(pause(7, 1.0, 30s) == 33s);
  CHECK(pause(1, 0.0, 0s) == 1s);
  CHECK(pause(1, 0.0, -5s) == 1s);
  CHECK(pause(1, 0.0, 86400s) == 3600s);
}

TEST_CASE("what would come later than the time limit is given up") {
  const auto at = [](moment now) {
    return next_attempt(policy, {.attempts = 1, .created = start, .now = now, .asked = {}, .random = 0.0});
  };
  CHECK(at(start + 24h - 1s).has_value());
  CHECK_FALSE(at(start + 24h).has_value());
}
