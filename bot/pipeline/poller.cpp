#include "bot/pipeline/poller.hpp"

#include "handlers/port/verdicts.hpp"

namespace stillholds {

using std::chrono::steady_clock;

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
  while (!stopping_) {
    const auto what = co_await poll_once(at);
    failures = what.good ? 0 : failures + 1;
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

poller::outcome poller::failed(const account& at, std::string_view what, std::string_view detail) const {
  needs_.journal.warning(
      "poll_failed",
      {{"platform", at.from.platform}, {"account", at.from.account}, {"error", what}, {"detail", detail}});
  return {.good = false};
}

asio::awaitable<poller::outcome> poller::poll_once(const account& at) {
  const auto from = at.from;
  const auto cursor =
      co_await needs_.storage.run<std::string>([from](store& s) -> result<std::string> { return s.cursor_of(from); });
  if (!cursor) co_return failed(at, "cursor_not_read", cursor.error().detail);
  const auto name = at.on->provision_for(mention{});
  const auto lent = co_await needs_.lent.get(at, name);
  if (!lent) co_return failed(at, "no_provision", lent.error().detail);
  auto asked = at.on->poll(*cursor, *lent);
  if (!asked) co_return failed(at, "not_askable", asked.error().detail);
  const bool allow_private = at.may_call_private(asked->url);
  auto response = co_await needs_.http.make(std::move(*asked), allow_private);
  if (response.how != call_result::transport::answered) co_return failed(at, "unreachable", response.detail);
  if (response.status < 200 || response.status > 299) {
    if (response.status == 401 && !name.empty()) needs_.lent.renew(at, name, *lent);
    auto what = failed(at, "turned_down", "status " + std::to_string(response.status));
    what.asked = asked_pause(response.headers);
    co_return what;
  }
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
    co_return failed(at, "unreadable", admitted.reason);
  }
  const bool more = admitted.more;
  const auto kept = co_await needs_.webhooks.take_polled(at, std::move(admitted));
  if (!kept) co_return failed(at, "not_kept", kept.error().detail);
  co_return outcome{.good = true, .more = more};
}

}  // namespace stillholds
