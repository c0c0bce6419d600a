// What threads share beside the store's queue: the snapshot slot, the metrics and the log. The thread sanitizer reads
// these runs; the checks here see that nothing is lost or torn.
#include <doctest/doctest.h>

#include <thread>
#include <vector>

#include "bot/core/log.hpp"
#include "bot/core/metrics.hpp"
#include "knowledge/snapshot/snapshot.hpp"
#include "tests/samples.hpp"

using namespace stillholds;

namespace {

template <class Work>
void on_threads(int count, Work work) {
  std::vector<std::jthread> threads;
  threads.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) threads.emplace_back(work);
}

snapshot_ptr make_snapshot(std::string title) {
  auto article = samples::small_article();
  article.title = std::move(title);
  return std::make_shared<const snapshot>(std::vector{std::move(article)}, std::vector<golden_question>{});
}

}  // namespace

TEST_CASE("readers of the slot see the old or the new snapshot whole, and match with it while it is swapped") {
  const auto one = make_snapshot("one");
  const auto two = make_snapshot("two");
  snapshot_slot slot(one);
  std::atomic<int> torn{0};
  std::atomic<int> answered{0};
  {
    std::jthread writer([&] {
      for (int i = 0; i < 200; ++i) slot.set(i % 2 == 0 ? two : one);
    });
    on_threads(3, [&] {
      for (int i = 0; i < 60; ++i) {
        const auto seen = slot.get();
        if (seen != one && seen != two) ++torn;
        const auto found =
            seen->matcher.match("does the US hold 90% of global AI computing power?", {}, samples::today);
        if (found.claim_id == "compute-us-90pct") ++answered;
      }
    });
  }
  CHECK(torn == 0);
  CHECK(answered == 180);
}

TEST_CASE("counts from several threads add up") {
  metrics counters;
  on_threads(4, [&] {
    for (int i = 0; i < 500; ++i) {
      counters.count_request("test", "mention", "ok");
      counters.count_http(200);
      counters.observe_match(std::chrono::milliseconds{1});
      counters.set_connections(3);
    }
  });
  const auto text = counters.text();
  CHECK(text.find(R"(stillholds_requests_total{outcome="mention",platform="test",reason="ok"} 2000)") !=
        std::string::npos);
  CHECK(text.find(R"(stillholds_http_responses_total{status="200"} 2000)") != std::string::npos);
}

TEST_CASE("several threads may write to the log") {
  logger journal(log_level::error);
  on_threads(4, [&] {
    for (int i = 0; i < 200; ++i) journal.info("not_written", {{"attempt", i}});
  });
  journal.error("written_by_a_test", {{"detail", "one line on standard error is expected here"}});
  journal.flush();
}
