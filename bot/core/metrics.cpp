#include "bot/core/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace stillholds {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Family;

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
  families_->requests
      .Add({{"platform", std::string(platform)}, {"outcome", std::string(outcome)}, {"reason", std::string(reason)}})
      .Increment();
}

void metrics::count_answer(std::string_view platform, std::string_view outcome) {
  families_->answers.Add({{"platform", std::string(platform)}, {"outcome", std::string(outcome)}}).Increment();
}

void metrics::count_delivery(std::string_view platform, std::string_view judgement, std::string_view reason) {
  families_->deliveries
      .Add(
          {{"platform", std::string(platform)}, {"judgement", std::string(judgement)}, {"reason", std::string(reason)}})
      .Increment();
}

void metrics::count_http(unsigned status) { families_->http.Add({{"status", std::to_string(status)}}).Increment(); }
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
