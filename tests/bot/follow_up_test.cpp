#include "bot/pipeline/follow_up.hpp"

#include <doctest/doctest.h>

#include "tests/samples.hpp"

using namespace stillholds;
using namespace std::chrono_literals;

namespace {

const instant noon{samples::today.time_since_epoch() + 12h};

// A thread that was told `told` and has seen `pending` since an hour before noon.
follow_row row(std::string told, std::string pending = {}) {
  follow_row made;
  made.from = {"test", "a"};
  made.thread_id = "t";
  made.message_id = "m";
  made.claim_id = "compute-us-90pct";  // unsupported, in the sample article
  made.language = "en";
  made.told = std::move(told);
  made.pending = std::move(pending);
  made.pending_since = noon - 1h;
  return made;
}

std::vector<follow_step> steps(const follow_row& of, std::chrono::milliseconds stable) {
  const snapshot whole{{samples::small_article()}, {}};
  return follow_steps({of}, whole, noon, stable);
}

}  // namespace

TEST_CASE("an unchanged status wants nothing; a claim that is gone wants nothing") {
  CHECK(steps(row("unsupported"), 24h).empty());
  auto gone = row("holds");
  gone.claim_id = "no-such-claim";
  CHECK(steps(gone, 0h).empty());
}

TEST_CASE("a change is noted first, told when it has stood long enough, and only once") {
  const auto first = steps(row("holds"), 24h);
  REQUIRE(first.size() == 1);
  CHECK_FALSE(first[0].tell.has_value());
  CHECK(first[0].noted.pending == "unsupported");
  CHECK(first[0].noted.pending_since == noon);
  CHECK(steps(row("holds", "unsupported"), 24h).empty());  // still waiting, nothing new to note
  const auto due = steps(row("holds", "unsupported"), 1h);
  REQUIRE(due.size() == 1);
  REQUIRE(due[0].tell.has_value());
  CHECK(due[0].noted.told == "unsupported");
  CHECK(due[0].noted.pending.empty());
  CHECK(due[0].tell->change == mention_change::followed);
  CHECK(due[0].tell->thread_id == "t");
  CHECK(steps(due[0].noted, 0h).empty());
}

TEST_CASE("two flips within the time cancel out; a flip to a third status begins the wait anew") {
  const auto back = steps(row("unsupported", "holds"), 24h);
  REQUIRE(back.size() == 1);
  CHECK_FALSE(back[0].tell.has_value());
  CHECK(back[0].noted.pending.empty());
  const auto third = steps(row("holds", "outdated"), 1h);
  REQUIRE(third.size() == 1);
  CHECK_FALSE(third[0].tell.has_value());
  CHECK(third[0].noted.pending == "unsupported");
  CHECK(third[0].noted.pending_since == noon);
}

TEST_CASE("the note survives its way through the store, and nonsense is no note") {
  const auto read = read_follow_note(write_follow_note({"a \"b\"", "zh"}));
  CHECK(read.claim_id == "a \"b\"");
  CHECK(read.language == "zh");
  CHECK(read_follow_note("does it hold?").claim_id.empty());
}
