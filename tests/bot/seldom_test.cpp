// What may be said again, and when.
#include "bot/core/seldom.hpp"

#include <doctest/doctest.h>

using namespace stillholds;
using namespace std::chrono_literals;

TEST_CASE("the same thing is said once in a while, other things when they come") {
  seldom within{3600s};
  const seldom::instant noon{1'800'000'000'000ms};
  CHECK(within.is_due("the door is closed", noon));
  CHECK_FALSE(within.is_due("the door is closed", noon));
  CHECK(within.is_due("the window is closed", noon + 1s));
  CHECK_FALSE(within.is_due("the door is closed", noon + 3600s - 1ms));
  CHECK(within.is_due("the door is closed", noon + 3600s));
  CHECK_FALSE(within.is_due("the door is closed", noon + 7000s));
}
