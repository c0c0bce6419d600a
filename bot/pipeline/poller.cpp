#include "bot/pipeline/poller.hpp"

#include "handlers/port/verdicts.hpp"

namespace stillholds {

using std::chrono::steady_clock;

namespace {

constexpr std::size_t most_entries = 100;  // of a page; a platform may give fewer

// "/api/v10/channels/2/messages" of an address, without what may be secret in its query.
std::string_view path_of(std::string_view url) {
  const auto host = url.find("//");
  const auto begin = url.find('/', host == std::string_view::npos ? 0 : host + 2);
  const auto path = begin == std::string_view::npos ? std::string_view{"/"} : url.substr(begin);
  return path.substr(0, path.find('?'));
}

}  // namespace

void poller::start() {
  for (const auto& at : needs_.who.all()) {
    if (at.on->traits().poll_every.count() == 0) continue;
    ++running_;
    launch(needs_.on, "poll", poll_account(at), needs_.journal);
  }
}

void poller::stop() {
  stopping_ = true;
  for (const auto& one : sleeping_) one->ring();
}

asio::awaitable<void> poller::idle(steady_clock::time_point deadline) {
  while (running_ > 0 && steady_clock::now() < deadline) co_await finished_.wait(deadline);
}

asio::awaitable<void> poller::poll_account(const account& at) {
  struct leave {
    poller* self;
    ~leave() {
      --self->running_;
      self->finished_.ring();
    }
  } const on_exit{this};
  const auto own = std::make_shared<bell>(needs_.on);
  sleeping_.push_back(own);
  int failures = 0;
  std::size_t most = most_entries;
  while (!stopping_) {
    const auto what = co_await poll_once(at, most);
    failures = what.good ? 0 : failures + 1;
    // Less of a page that is too long gets through, and what lies behind it is reached.
    if (what.good) most = std::min(most * 2, most_entries);
    if (what.too_long) most = std::max<std::size_t>(most / 2, 1);
    if (what.good && what.more) continue;
    std::chrono::milliseconds pause = at.on->traits().poll_every;
    if (!what.good) {
      const auto now = needs_.now();
      // A poll is never given up: it begins anew whenever the policy would.
      const auto next = next_attempt(
          needs_.retry,
          {.attempts = failures, .created = now, .now = now, .asked = what.asked, .random = needs_.random()});
      pause = std::max(pause, next ? std::chrono::milliseconds{*next - now} : needs_.retry.longest);
    }
    co_await own->wait(steady_clock::now() + pause);
  }
}

poller::outcome poller::failed(const account& at, std::string_view what, std::string_view detail) {
  needs_.counters.count_request(at.from.platform, "poll_failed", what);
  // A place that stays closed fails every round: once an hour is enough to hear of it.
  const auto same = at.from.platform + "/" + at.from.account + " " + std::string(what) + " " + std::string(detail);
  if (!said_.is_due(same, needs_.now())) return {.good = false};
  needs_.journal.warning(
      "poll_failed",
      {{"platform", at.from.platform}, {"account", at.from.account}, {"error", what}, {"detail", detail}});
  return {.good = false};
}

asio::awaitable<poller::outcome> poller::turned_down(const account& at, const call_result& response,
                                                     const asked_poll& about) {
  auto what = failed(at, "turned_down", about.place + ": status " + std::to_string(response.status));
  const auto judged = at.on->judge(response);
  const bool renew = turns_down_provision(*at.on, response);
  if (renew) needs_.lent.renew(at, about.provision_name, about.provision);
  what.asked = judged.retry_after ? judged.retry_after : asked_pause(response.headers);
  const bool for_good = judged.kind == judgement_kind::refused && !renew;
  auto next = for_good ? at.on->pass_over(about.cursor) : std::nullopt;
  if (!next) co_return what;
  admission passed;
  passed.cursor = std::move(*next);
  // Still a failure: where every place says no, the pauses grow.
  if (const auto kept = co_await needs_.webhooks.take_polled(at, std::move(passed)); !kept) {
    co_return failed(at, "not_kept", kept.error().detail);
  }
  co_return what;
}

asio::awaitable<poller::outcome> poller::poll_once(const account& at, std::size_t most) {
  const auto from = at.from;
  const auto cursor =
      co_await needs_.storage.run<std::string>([from](store& s) -> result<std::string> { return s.cursor_of(from); });
  if (!cursor) co_return failed(at, "cursor_not_read", cursor.error().detail);
  const auto name = at.on->provision_for(mention{});
  const auto lent = co_await needs_.lent.get(at, name);
  if (!lent) co_return failed(at, "no_provision", lent.error().detail);
  auto asked = at.on->poll(*cursor, *lent, most);
  if (!asked) co_return failed(at, "not_askable", asked.error().detail);
  const bool allow_private = at.may_call_private(asked->url);
  const asked_poll about{.cursor = *cursor,
                         .provision_name = name,
                         .provision = *lent,
                         .place = asked->url_is_secret ? "" : std::string(path_of(asked->url))};
  auto response = co_await needs_.http.make(std::move(*asked), allow_private);
  if (response.how != call_result::transport::answered) {
    auto what = failed(at, "unreachable", response.detail);
    what.too_long = response.too_long;
    co_return what;
  }
  if (response.status < 200 || response.status > 299) co_return co_await turned_down(at, response, about);
  auto admitted = at.on->admit({.method = "GET",
                                .path = {},
                                .query = {},
                                .headers = std::move(response.headers),
                                .body = sealed_body(std::move(response.body)),
                                .answers_our_call = true,
                                .cursor = *cursor,
                                .provision = {}},
                               std::chrono::floor<std::chrono::seconds>(needs_.now()));
  if (admitted.kind == admission_kind::malformed && admitted.cursor.empty()) {
    auto what = failed(at, "unreadable", admitted.reason);
    what.too_long = true;
    co_return what;
  }
  // A platform that says "more" and stays where it is would be asked without a pause for ever.
  const bool more = admitted.more && !admitted.cursor.empty() && admitted.cursor != *cursor;
  const auto kept = co_await needs_.webhooks.take_polled(at, std::move(admitted));
  if (!kept) co_return failed(at, "not_kept", kept.error().detail);
  co_return outcome{.good = true, .more = more};
}

}  // namespace stillholds
