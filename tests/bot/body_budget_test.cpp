// What large bodies may take together, and that they never wait for each other for ever.
#include "bot/http/body_budget.hpp"

#include <doctest/doctest.h>

#include <memory>

using namespace stillholds;

TEST_CASE("small bodies take no part; large ones share, the oldest goes on, and all is given back") {
  body_budget all{.usual = 4, .all = 10};
  {
    budgeted_body small(all);
    CHECK(small.room_for(100) == 4);
    small.add("abcd", 0);
    CHECK(all.taken == 0);
    CHECK(small.room_for(100) == 1);  // to see whether it ends here

    budgeted_body first(all);
    first.add("abcdef", 20);
    CHECK(all.taken == 6);
    budgeted_body second(all);
    second.add("abcde", 20);
    CHECK(all.taken == 11);
    CHECK(second.room_for(1) == 0);
    CHECK(first.room_for(14) == 14);
    CHECK(small.room_for(1) == 1);
    {
      const auto text = first.take();
      CHECK(text == "abcdef");
      CHECK(all.taken == 11);
    }
  }
  CHECK(all.taken == 0);
  CHECK(all.large.empty());
}

TEST_CASE("when the oldest is gone the next one goes on") {
  body_budget all{.usual = 2, .all = 3};
  auto first = std::make_unique<budgeted_body>(all);
  first->add("abc", 0);
  budgeted_body second(all);
  second.add("abc", 0);
  CHECK(second.room_for(5) == 0);
  first.reset();
  CHECK(second.room_for(5) == 5);
}
