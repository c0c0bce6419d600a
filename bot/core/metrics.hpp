// Counters, gauges and timings for /metrics. Labels are bounded: platform, event, outcome; never an id, a path or text.
// Safe to use from every thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace stillholds {

class metrics {
 public:
  metrics();
  ~metrics();
  metrics(const metrics&) = delete;
  metrics& operator=(const metrics&) = delete;

  // Webhook requests by platform and what became of them; `reason` is a fixed phrase of the platform's.
  void count_request(std::string_view platform, std::string_view outcome, std::string_view reason);
  // Mentions by what they were matched to: claim, suggest, article, command, none, silent.
  void count_answer(std::string_view platform, std::string_view outcome);
  // Attempts to deliver, by judgement and the platform's reason.
  void count_delivery(std::string_view platform, std::string_view judgement, std::string_view reason);
  void count_http(unsigned status);
  void observe_match(std::chrono::duration<double> took);
  // From the commit of the mention to the platform's word that the reply is there.
  void observe_answer_age(std::chrono::duration<double> age);
  void set_knowledge(std::size_t claims, bool stale);
  void set_waiting(std::int64_t inbox, std::int64_t outbox, std::int64_t held);
  void set_connections(std::size_t open);

  // The Prometheus text format.
  [[nodiscard]] std::string text() const;

 private:
  struct families;
  std::unique_ptr<families> families_;
};

}  // namespace stillholds
