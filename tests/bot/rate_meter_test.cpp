#include "bot/core/rate_meter.hpp"

#include <doctest/doctest.h>

using namespace stillholds;
using namespace std::chrono_literals;

TEST_CASE("the meter shows the last second's events, at once when there are more, and forgets after a pause") {
  rate_meter meter;
  const rate_meter::time start{1000s};
  CHECK(meter.per_second(start) == 0);
  for (int i = 0; i < 30; ++i) meter.count(start + 10ms);
  CHECK(meter.per_second(start + 20ms) == 30);
  CHECK(meter.per_second(start + 1500ms) == 30);
  meter.count(start + 1600ms);
  CHECK(meter.per_second(start + 2500ms) == 1);
  CHECK(meter.per_second(start + 9s) == 0);
}
