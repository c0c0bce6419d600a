#include "bot/service/router.hpp"

#include "bot/pages/pages.hpp"
#include "knowledge/answers/wording.hpp"
#include "knowledge/json.hpp"

namespace stillholds {
namespace {

http_response not_allowed(std::string_view methods) {
  auto made = json_error(405, "this address takes " + std::string(methods));
  made.headers.emplace_back("Allow", methods);
  return made;
}

bool is_read(const http_request& request) { return request.method == "GET" || request.method == "HEAD"; }

// Everything a page may load is ours, and it runs no script: a claim's text can do no harm even if an escape failed.
const headers page_headers{
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
     "frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"}};

}  // namespace

std::optional<http_response> router::answer_health(const http_request& request) const {
  const bool alive = request.path == "/healthz";
  if (!alive && request.path != "/readyz") return std::nullopt;
  if (!is_read(request)) return not_allowed("GET, HEAD");
  if (alive) return http_response{.body = R"({"alive":true})"};
  const auto now = needs_.state();
  const json body{
      {"ready", now.ready},
      {"draining", now.draining},
      {"knowledge", {{"snapshot", now.snapshot_version}, {"claims", now.claims}, {"stale", now.knowledge_stale}}}};
  return http_response{.status = now.ready ? 200U : 503U, .body = dump_json(body)};
}

asio::awaitable<http_response> router::answer_page(http_request request) {
  if (!is_read(request)) co_return not_allowed("GET, HEAD");
  const auto if_none_match = find_header(request.headers, "If-None-Match").value_or("");
  auto job = [path = request.path, query = request.query, snapshot = needs_.knowledge.get(), today = needs_.today(),
              url = needs_.public_url] {
    return public_page(path, query, *snapshot, {.public_url = url, .today = today, .words = wording::built_in()});
  };
  auto page = co_await on_workers(needs_.workers, std::move(job));
  http_response made{
      .status = page.status, .content_type = page.content_type, .body = std::move(page.body), .headers = page_headers};
  if (!page.etag.empty()) {
    made.headers.emplace_back("ETag", page.etag);
    made.headers.emplace_back("Cache-Control", "no-cache");
    if (if_none_match == page.etag) {
      made.status = 304;
      made.body.clear();
    }
  }
  co_return made;
}

asio::awaitable<http_response> router::answer_public(http_request request) {
  if (request.path.starts_with("/hooks/")) co_return co_await needs_.webhooks.receive(std::move(request));
  if (auto health = answer_health(request)) co_return std::move(*health);
  co_return co_await answer_page(std::move(request));
}

asio::awaitable<http_response> router::answer_admin(http_request request) {
  if (auto health = answer_health(request)) co_return std::move(*health);
  if (request.path != "/metrics") co_return json_error(404, "here are /metrics, /healthz and /readyz");
  if (!is_read(request)) co_return not_allowed("GET, HEAD");
  co_return http_response{.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = needs_.counters.text()};
}

}  // namespace stillholds
