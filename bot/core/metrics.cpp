#include "bot/core/metrics.hpp"

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <mutex>
#include <unordered_map>

namespace stillholds {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Family;

namespace {

// The library's own look-up builds a map of labels each time, which costs more than everything else about counting.
class counters_by_label {
 public:
  explicit counters_by_label(Family<prometheus::Counter>& family) : family_(family) {}

  // `names` and `values` in the same order.
  template <std::size_t Size>
  prometheus::Counter& get(const std::array<std::string_view, Size>& names,
                           const std::array<std::string_view, Size>& values) {
    thread_local std::string key;
    key.clear();
    for (const auto value : values) key.append(value).push_back('\0');
    const std::scoped_lock lock(mutex_);
    if (const auto known = found_.find(key); known != found_.end()) return *known->second;
    prometheus::Labels labels;
    for (std::size_t i = 0; i < Size; ++i) labels.emplace(names[i], values[i]);
    auto& made = family_.Add(labels);
    found_.emplace(key, &made);
    return made;
  }

 private:
  Family<prometheus::Counter>& family_;
  std::mutex mutex_;
  std::unordered_map<std::string, prometheus::Counter*> found_;
};

}  // namespace

struct metrics::families {
  prometheus::Registry registry;
  Family<prometheus::Counter>& requests = BuildCounter()
                                              .Name("stillholds_requests_total")
                                              .Help("Webhook requests by what became of them")
                                              .Register(registry);
  Family<prometheus::Counter>& answers =
      BuildCounter().Name("stillholds_answers_total").Help("Mentions by what they were matched to").Register(registry);
  Family<prometheus::Counter>& deliveries = BuildCounter()
                                                .Name("stillholds_deliveries_total")
                                                .Help("Attempts to deliver a reply, by judgement")
                                                .Register(registry);
  Family<prometheus::Counter>& http =
      BuildCounter().Name("stillholds_http_responses_total").Help("HTTP responses by status").Register(registry);
  counters_by_label request_counters{requests};
  counters_by_label answer_counters{answers};
  counters_by_label delivery_counters{deliveries};
  counters_by_label http_counters{http};
  Family<prometheus::Gauge>& gauges =
      BuildGauge().Name("stillholds_state").Help("Current values: what waits, what is known").Register(registry);
  prometheus::Histogram& match =
      BuildHistogram()
          .Name("stillholds_match_seconds")
          .Help("Time to match one question")
          .Register(registry)
          .Add({}, prometheus::Histogram::BucketBoundaries{0.0001, 0.0005, 0.001, 0.005, 0.02, 0.1});
  prometheus::Histogram& answer_age =
      BuildHistogram()
          .Name("stillholds_answer_seconds")
          .Help("From the commit of a mention to its delivered answer")
          .Register(registry)
          .Add({}, prometheus::Histogram::BucketBoundaries{0.05, 0.1, 0.25, 0.5, 1, 2, 5, 30, 300, 3600});

  prometheus::Gauge& claims = gauges.Add({{"of", "claims"}});
  prometheus::Gauge& stale = BuildGauge()
                                 .Name("stillholds_knowledge_stale")
                                 .Help("1 while the newest knowledge files are bad and an older snapshot answers")
                                 .Register(registry)
                                 .Add({});
  prometheus::Gauge& inbox = gauges.Add({{"of", "inbox_waiting"}});
  prometheus::Gauge& outbox = gauges.Add({{"of", "outbox_waiting"}});
  prometheus::Gauge& held = gauges.Add({{"of", "outbox_held"}});
  prometheus::Gauge& connections = gauges.Add({{"of", "connections"}});
};

metrics::metrics() : families_(std::make_unique<families>()) {}
metrics::~metrics() = default;

void metrics::count_request(std::string_view platform, std::string_view outcome, std::string_view reason) {
  families_->request_counters
      .get(std::array<std::string_view, 3>{"platform", "outcome", "reason"}, std::array{platform, outcome, reason})
      .Increment();
}

void metrics::count_answer(std::string_view platform, std::string_view outcome) {
  families_->answer_counters.get(std::array<std::string_view, 2>{"platform", "outcome"}, std::array{platform, outcome})
      .Increment();
}

void metrics::count_delivery(std::string_view platform, std::string_view judgement, std::string_view reason) {
  families_->delivery_counters
      .get(std::array<std::string_view, 3>{"platform", "judgement", "reason"}, std::array{platform, judgement, reason})
      .Increment();
}

void metrics::count_http(unsigned status) {
  const fmt::format_int text(status);
  families_->http_counters
      .get(std::array<std::string_view, 1>{"status"}, std::array{std::string_view(text.data(), text.size())})
      .Increment();
}

void metrics::observe_match(std::chrono::duration<double> took) { families_->match.Observe(took.count()); }
void metrics::observe_answer_age(std::chrono::duration<double> age) { families_->answer_age.Observe(age.count()); }

void metrics::set_knowledge(std::size_t claims, bool stale) {
  families_->claims.Set(static_cast<double>(claims));
  families_->stale.Set(stale ? 1 : 0);
}

void metrics::set_waiting(std::int64_t inbox, std::int64_t outbox, std::int64_t held) {
  families_->inbox.Set(static_cast<double>(inbox));
  families_->outbox.Set(static_cast<double>(outbox));
  families_->held.Set(static_cast<double>(held));
}

void metrics::set_connections(std::size_t open) { families_->connections.Set(static_cast<double>(open)); }

std::string metrics::text() const { return prometheus::TextSerializer().Serialize(families_->registry.Collect()); }

}  // namespace stillholds
