#include "bot/pipeline/ingest.hpp"

#include <utility>

#include "bot/core/crash_point.hpp"

namespace stillholds {
namespace {

http_response come_back(std::string_view what) {
  auto made = json_error(503, what);
  made.headers.emplace_back("Retry-After", "5");
  return made;
}

http_response to_response(const acknowledgement& from) {
  return {.status = from.status, .content_type = from.content_type, .body = from.body, .headers = {}};
}

// "/hooks/{platform}/{account}/…" -> platform, account.
std::pair<std::string_view, std::string_view> account_in(std::string_view path) {
  constexpr std::string_view prefix = "/hooks/";
  path.remove_prefix(std::min(prefix.size(), path.size()));
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) return {path, {}};
  const auto rest = path.substr(slash + 1);
  return {path.substr(0, slash), rest.substr(0, rest.find('/'))};
}

std::string_view name_of(admission_kind kind) {
  switch (kind) {
    case admission_kind::mention: return "mention";
    case admission_kind::ignored: return "ignored";
    case admission_kind::challenge: return "challenge";
    case admission_kind::not_genuine: return "not_genuine";
    case admission_kind::stale: return "stale";
    case admission_kind::malformed: return "malformed";
    case admission_kind::outdated_keys: return "outdated_keys";
  }
  return "malformed";
}

bool allows(std::string_view methods, std::string_view method) {
  for (std::size_t at = methods.find(method); at != std::string_view::npos; at = methods.find(method, at + 1)) {
    const bool begins = at == 0 || methods[at - 1] == ' ' || methods[at - 1] == ',';
    const auto end = at + method.size();
    if (begins && (end == methods.size() || methods[end] == ',')) return !method.empty();
  }
  return false;
}

}  // namespace

ingest::ingest(const accounts& who, store_thread& storage, waiting_room& waiting, bell& new_mention, metrics& counters,
               logger& journal, service_clock now, const ingest_limits& limits)
    : who_(who),
      storage_(storage),
      waiting_(waiting),
      new_mention_(new_mention),
      counters_(counters),
      journal_(journal),
      now_(std::move(now)),
      limits_(limits) {}

asio::awaitable<http_response> ingest::receive(http_request request) {
  const auto [platform_name, account_name] = account_in(request.path);
  const auto* at = who_.find(platform_name, account_name);
  if (at == nullptr) {
    counters_.count_request("unknown", "not_found", "unknown_account");
    co_return json_error(404, "no such webhook; the address is /hooks/{platform}/{account}");
  }
  const auto methods = at->on->traits().methods;
  if (!allows(methods, request.method)) {
    auto made = json_error(405, "this webhook takes " + std::string(methods));
    made.headers.emplace_back("Allow", methods);
    co_return made;
  }
  const incoming raw{.method = std::move(request.method),
                     .path = std::move(request.path),
                     .query = std::move(request.query),
                     .headers = std::move(request.headers),
                     .body = sealed_body(std::move(request.body))};
  auto admitted = at->on->admit(raw, std::chrono::floor<std::chrono::seconds>(now_()));
  counters_.count_request(at->from.platform, name_of(admitted.kind), admitted.reason);
  journal_.debug("request_admitted", {{"platform", at->from.platform},
                                      {"account", at->from.account},
                                      {"status", name_of(admitted.kind)},
                                      {"detail", admitted.reason}});
  if (admitted.kind != admission_kind::mention) co_return to_response(admitted.acknowledge);
  pass(step::admitted);
  co_return co_await store_all(*at, std::move(admitted));
}

asio::awaitable<http_response> ingest::store_all(const account& at, admission admitted) {
  put_outcome last;
  const bool answers_here = admitted.mentions.size() == 1 && admitted.mentions.front().answer_in_response;
  for (auto& mention : admitted.mentions) {
    // One job: is it our own reply coming back by its id, and if not, keep it.
    auto job = [from = at.from, mention = std::move(mention), now = now_(),
                most = limits_.inbox_max](store& s) -> result<put_outcome> {
      if (!mention.message_id.empty()) {
        const auto own = s.is_own_reply(from, mention.message_id);
        if (!own) return std::unexpected(own.error());
        if (*own) return put_outcome{.kind = put_kind::repeated, .id = 0};
      }
      return s.put_mention(from, mention, now, most);
    };
    const auto put = co_await storage_.run<put_outcome>(std::move(job));
    if (!put) {
      journal_.warning(
          "mention_not_stored",
          {{"platform", at.from.platform}, {"error", name_of(put.error().code)}, {"detail", put.error().detail}});
      co_return come_back("cannot store this now");
    }
    if (put->kind == put_kind::full) {
      counters_.count_request(at.from.platform, "busy", "inbox_full");
      co_return come_back("too much is waiting");
    }
    if (put->kind == put_kind::repeated) counters_.count_request(at.from.platform, "repeated", "known_key");
    arrivals_.count(std::chrono::steady_clock::now());
    last = *put;
  }
  pass(step::stored);
  new_mention_.ring();
  if (answers_here && last.id != 0) co_return co_await answer_now(at, last);
  pass(step::acknowledged);
  co_return to_response(admitted.acknowledge);
}

// The answer is the response. A repeated delivery gets the same answer again, because the sender may not have had it.
asio::awaitable<http_response> ingest::answer_now(const account& at, put_outcome stored) {
  const auto until = std::chrono::steady_clock::now() + limits_.answer_in_response;
  const auto mention = stored.id;
  const auto look = [mention](store& s) -> result<outbox_row> {
    const auto paused = s.is_paused();
    if (paused && *paused) return fail(errc::busy, "paused");
    return s.outbox_of_mention(mention);
  };
  auto row = co_await storage_.run<outbox_row>(look);
  if (!row && row.error().code == errc::busy) {
    co_await waiting_.wait(mention, until);
    row = co_await storage_.run<outbox_row>(look);
  }
  if (!row && row.error().code == errc::not_found) co_return http_response{.body = "{}"};  // decided: nothing to say
  if (!row) co_return come_back("no answer yet; deliver again");
  if (row->state == outbox_state::dry) co_return http_response{.body = "{}"};
  const reply what{.question = row->question,
                   .answer = row->answer,
                   .key = row->key,
                   .now = std::chrono::floor<std::chrono::seconds>(now_())};
  const auto made = at.on->render_response(what);
  if (row->state == outbox_state::queued) {
    const auto id = row->id;
    const auto now = now_();
    const attempt_result done{.state = outbox_state::delivered, .next_at = {}, .reply_id = {}, .reason = "in_response"};
    const auto settled = co_await storage_.run<void>([id, done, now](store& s) { return s.settle(id, done, now); });
    // Conflict: the same mention, delivered twice at the same moment, was settled by the other one with this very
    // answer.
    if (!settled && settled.error().code != errc::conflict) co_return come_back("cannot store this now");
    if (settled) {
      counters_.observe_answer_age(now - row->created);
      counters_.count_delivery(at.from.platform, "delivered", "in_response");
    }
  }
  pass(step::acknowledged);
  co_return to_response(made);
}

}  // namespace stillholds
