#include "bot/pipeline/ingest.hpp"

#include <utility>

#include "bot/core/crash_point.hpp"

namespace stillholds {
namespace {

constexpr auto keys_youngest =
    std::chrono::seconds{60};  // keys younger than this are not fetched again for one request

http_response to_response(const acknowledgement& from) {
  return {.status = from.status, .content_type = from.content_type, .body = from.body, .headers = {}};
}

constexpr std::string_view prefix = "/hooks/";

// "/hooks/{platform}/{account}/…" -> platform, account.
std::pair<std::string_view, std::string_view> account_in(std::string_view path) {
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

ingest::ingest(const accounts& who, store_thread& storage, provisions& lent, waiting_room& waiting, bell& new_mention,
               metrics& counters, logger& journal, service_clock now, const ingest_limits& limits)
    : who_(who),
      storage_(storage),
      lent_(lent),
      waiting_(waiting),
      new_mention_(new_mention),
      counters_(counters),
      journal_(journal),
      now_(std::move(now)),
      limits_(limits) {}

std::size_t ingest::body_allowance(std::string_view path) const {
  if (!path.starts_with(prefix)) return 0;
  const auto [platform_name, account_name] = account_in(path.substr(0, path.find('?')));
  const auto* at = who_.find(platform_name, account_name);
  return at == nullptr ? 0 : at->on->traits().body_bytes;
}

asio::awaitable<http_response> ingest::receive(http_request request) {
  const auto [platform_name, account_name] = account_in(request.path);
  const auto* at = who_.find(platform_name, account_name);
  if (at == nullptr) {
    counters_.count_request("unknown", "not_found", "unknown_account");
    co_return json_error(404, "no such webhook; the address is /hooks/{platform}/{account}");
  }
  const auto methods = at->on->traits().methods;
  if (methods.empty()) {
    counters_.count_request(at->from.platform, "not_found", "polled_account");
    co_return json_error(404, "this account takes no webhooks; the service asks the platform itself");
  }
  if (!allows(methods, request.method)) {
    auto made = json_error(405, "this webhook takes " + std::string(methods));
    made.headers.emplace_back("Allow", methods);
    co_return made;
  }
  incoming raw{.method = std::move(request.method),
               .path = std::move(request.path),
               .query = std::move(request.query),
               .headers = std::move(request.headers),
               .body = sealed_body(std::move(request.body))};
  auto admitted = co_await admit(*at, std::move(raw));
  counters_.count_request(at->from.platform, name_of(admitted.kind), admitted.reason);
  journal_.debug("request_admitted", {{"platform", at->from.platform},
                                      {"account", at->from.account},
                                      {"status", name_of(admitted.kind)},
                                      {"detail", admitted.reason}});
  if (admitted.kind != admission_kind::mention) co_return to_response(admitted.acknowledge);
  pass(step::admitted);
  co_return co_await store_all(*at, std::move(admitted));
}

// Some platforms vouch for a request by keys that change: then a key that is not known may simply be new.
asio::awaitable<admission> ingest::admit(const account& at, incoming raw) {
  const std::string needed{at.on->traits().admits_with};
  const auto now = [this] { return std::chrono::floor<std::chrono::seconds>(now_()); };
  if (!needed.empty()) raw.provision = (co_await lent_.get(at, needed)).value_or("");
  auto admitted = at.on->admit(raw, now());
  if (admitted.kind != admission_kind::outdated_keys) co_return admitted;
  const auto known = raw.provision;
  lent_.renew(at, needed, known, keys_youngest);
  raw.provision = (co_await lent_.get(at, needed)).value_or("");
  if (raw.provision != known) admitted = at.on->admit(raw, now());
  // Without any keys nobody can tell: it is to come again.
  if (raw.provision.empty()) admitted.acknowledge.status = 503;
  co_return admitted;
}

asio::awaitable<result<put_outcome>> ingest::keep(const account& at, std::vector<mention> mentions,
                                                  std::string cursor) {
  const auto count = mentions.size();
  auto job = [from = at.from, mentions = std::move(mentions), cursor = std::move(cursor), now = now_(),
              most = limits_.inbox_max](store& s) -> result<put_outcome> {
    put_outcome last{.kind = put_kind::repeated, .id = 0};
    for (const auto& one : mentions) {
      const bool asked = one.change == mention_change::created && !one.message_id.empty();
      const auto own = asked ? s.is_own_reply(from, one.message_id) : result<bool>(false);
      if (!own) return std::unexpected(own.error());
      if (*own) continue;
      const auto put = s.put_mention(from, one, now, most);
      if (!put) return put;
      if (put->kind == put_kind::full) return fail(errc::busy, "inbox_full");
      last = *put;
    }
    if (!cursor.empty()) {
      if (const auto set = s.set_cursor(from, cursor); !set) return std::unexpected(set.error());
    }
    return last;
  };
  auto kept = co_await storage_.run<put_outcome>(std::move(job));
  if (!kept) {
    const bool full = kept.error().code == errc::busy && kept.error().detail == "inbox_full";
    if (full) counters_.count_request(at.from.platform, "busy", "inbox_full");
    if (!full)
      journal_.warning(
          "mention_not_stored",
          {{"platform", at.from.platform}, {"error", name_of(kept.error().code)}, {"detail", kept.error().detail}});
    co_return kept;
  }
  if (kept->kind == put_kind::repeated) counters_.count_request(at.from.platform, "repeated", "known_key");
  if (kept->kind == put_kind::same_message) counters_.count_request(at.from.platform, "repeated", "same_message");
  if (kept->kind == put_kind::unrelated) counters_.count_request(at.from.platform, "ignored", "unrelated_change");
  for (std::size_t i = 0; i < count; ++i) arrivals_.count(std::chrono::steady_clock::now());
  pass(step::stored);
  if (count > 0) new_mention_.ring();
  co_return kept;
}

asio::awaitable<result<void>> ingest::take_polled(const account& at, admission admitted) {
  counters_.count_request(at.from.platform, name_of(admitted.kind), admitted.reason);
  if (!admitted.mentions.empty()) pass(step::admitted);
  const auto kept = co_await keep(at, std::move(admitted.mentions), std::move(admitted.cursor));
  if (!kept) co_return std::unexpected(kept.error());
  co_return result<void>{};
}

asio::awaitable<http_response> ingest::store_all(const account& at, admission admitted) {
  const bool answers_here = admitted.mentions.size() == 1 && admitted.mentions.front().answer_in_response;
  const auto last = co_await keep(at, std::move(admitted.mentions), {});
  if (!last) {
    const bool full = last.error().detail == "inbox_full";
    co_return come_back(full ? "too much is waiting" : "cannot store this now");
  }
  if (answers_here && last->id != 0) co_return co_await answer_now(at, *last, std::move(admitted.acknowledge));
  pass(step::acknowledged);
  const bool asked_before = last->kind == put_kind::same_message && admitted.asked_before;
  co_return to_response(asked_before ? *admitted.asked_before : admitted.acknowledge);
}

// The answer is the response. A repeated delivery gets the same answer again, because the sender may not have had it.
asio::awaitable<http_response> ingest::answer_now(const account& at, put_outcome stored, acknowledgement otherwise) {
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
  // Where nobody asks twice, the platform's own words must do.
  if (!row && !at.on->traits().delivers_again) co_return to_response(otherwise);
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
