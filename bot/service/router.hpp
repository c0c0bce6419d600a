// Which address leads where: webhooks, public pages, health and metrics. No logic of its own.
#pragma once

#include <functional>
#include <string>

#include "bot/core/async.hpp"
#include "bot/core/metrics.hpp"
#include "bot/http/message.hpp"
#include "bot/pipeline/ingest.hpp"
#include "knowledge/snapshot/snapshot.hpp"

namespace stillholds {

// What /readyz says; asked at each request.
struct readiness {
  bool ready{false};
  bool draining{false};
  bool knowledge_stale{false};
  std::string snapshot_version;
  std::size_t claims{0};
};

struct router_needs {
  ingest& webhooks;
  asio::thread_pool& workers;
  const snapshot_slot& knowledge;
  metrics& counters;
  std::string public_url;
  std::function<day()> today;
  std::function<readiness()> state;
};

class router {
 public:
  explicit router(router_needs needs) : needs_(std::move(needs)) {}

  // The public listener: /hooks/…, pages, /healthz, /readyz.
  [[nodiscard]] asio::awaitable<http_response> answer_public(http_request request);
  // The admin listener: /metrics, /healthz, /readyz.
  [[nodiscard]] asio::awaitable<http_response> answer_admin(http_request request);

 private:
  [[nodiscard]] std::optional<http_response> answer_health(const http_request& request) const;
  [[nodiscard]] asio::awaitable<http_response> answer_page(http_request request);

  router_needs needs_;
};

}  // namespace stillholds
