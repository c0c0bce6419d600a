#include "bot/pipeline/delivery.hpp"

#include <algorithm>

#include "bot/core/crash_point.hpp"
#include "bot/pipeline/fate.hpp"

namespace stillholds {
namespace {

using std::chrono::steady_clock;

constexpr auto look_again = std::chrono::seconds{1};  // notices what another process changed: retry, resume

reply to_reply(const outbox_row& row, instant now) {
  return {.question = row.question,
          .answer = row.answer,
          .key = row.key,
          .now = std::chrono::floor<std::chrono::seconds>(now),
          .decided = std::chrono::floor<std::chrono::seconds>(row.created),
          .attempt = std::max(row.attempts, 1),
          .in_doubt = row.state == outbox_state::unknown,
          .last_reason = row.reason,
          .provision = {}};
}

// What a row stays when this attempt says nothing about it.
outbox_state kept_state(const outbox_row& row) {
  return row.state == outbox_state::unknown ? outbox_state::unknown : outbox_state::queued;
}

// Is there a reply of ours that this row changes or takes away?
bool changes_reply(const outbox_row& row) {
  return row.action != outbox_action::post && row.follows.state == outbox_state::delivered;
}

// Nothing is said about the question, and what shows that an answer is on its way goes.
bool ends_waiting(const outbox_row& row) {
  return row.action == outbox_action::retract && row.question.change == mention_change::created;
}

attempt_result ended(outbox_state as, std::string_view reason) {
  return {.state = as, .next_at = {}, .reply_id = {}, .reason = std::string(reason)};
}

// What becomes of a row whose earlier answer decides it without a call. An answer that never went out is posted anew.
std::optional<attempt_result> fate_of_follower(const outbox_row& row) {
  if (row.action == outbox_action::post || ends_waiting(row)) return std::nullopt;
  if (row.follows.state == outbox_state::held) return ended(outbox_state::dropped, "earlier_answer_unknown");
  if (changes_reply(row)) {
    if (row.follows.reply_id.empty()) return ended(outbox_state::dropped, "reply_id_unknown");
    return std::nullopt;
  }
  if (row.action == outbox_action::retract) return ended(outbox_state::dropped, "nothing_to_take_away");
  return std::nullopt;
}

result<call> call_for(const outbox_row& row, const reply& what, const platform& on) {
  if (ends_waiting(row)) return on.retract(what, {});
  if (!changes_reply(row)) return on.render(what);
  return row.action == outbox_action::amend ? on.amend(what, row.follows.reply_id)
                                            : on.retract(what, row.follows.reply_id);
}

std::string_view name_of(judgement_kind kind) {
  switch (kind) {
    case judgement_kind::delivered: return "delivered";
    case judgement_kind::retry: return "retry";
    case judgement_kind::refused: return "refused";
    case judgement_kind::unknown: return "unknown";
  }
  return "unknown";
}

}  // namespace

asio::awaitable<void> delivery::run() {
  while (!stopping_) {
    auto until = steady_clock::now() + look_again;
    if (in_flight_ < needs_.concurrency) {
      const auto room = needs_.concurrency - in_flight_;
      const auto now = needs_.now();
      struct haul {
        std::vector<outbox_row> rows;
        std::optional<instant> next;
      };
      auto taken = co_await needs_.storage.run<haul>([room, now](store& s) -> result<haul> {
        const auto paused = s.is_paused();
        if (!paused) return std::unexpected(paused.error());
        if (*paused) return haul{};
        auto rows = s.take_deliveries(room, now);
        if (!rows) return std::unexpected(rows.error());
        const auto next = s.next_delivery();
        if (!next) return std::unexpected(next.error());
        return haul{std::move(*rows), *next};
      });
      if (!taken) {
        needs_.journal.warning("outbox_not_read",
                               {{"error", stillholds::name_of(taken.error().code)}, {"detail", taken.error().detail}});
      } else {
        if (!taken->rows.empty()) pass(step::sending);
        for (auto& row : taken->rows) {
          ++in_flight_;
          launch(needs_.on, "delivery", carry(std::move(row)), needs_.journal);
        }
        if (!taken->rows.empty() && in_flight_ < needs_.concurrency) continue;
        if (taken->next)
          until = std::min(until, steady_clock::now() + std::max<std::chrono::milliseconds>(
                                                            *taken->next - needs_.now(), std::chrono::milliseconds{1}));
      }
    }
    co_await needs_.new_reply.wait(until);
  }
}

void delivery::stop() {
  stopping_ = true;
  needs_.new_reply.ring();
}

asio::awaitable<void> delivery::idle(steady_clock::time_point deadline) {
  while (in_flight_ > 0 && steady_clock::now() < deadline) co_await finished_.wait(deadline);
}

attempt_result delivery::again(const outbox_row& row, outbox_state as, std::optional<std::chrono::seconds> asked,
                               std::string reason) const {
  const auto next = next_attempt(needs_.retry, {.attempts = std::max(row.attempts, 1),
                                                .created = row.created,
                                                .now = needs_.now(),
                                                .asked = asked,
                                                .random = needs_.random()});
  if (!next) {
    // Given up. What may have been posted is for a person to look at; what was never sent is simply dead.
    return {.state = as == outbox_state::unknown ? outbox_state::held : outbox_state::dead,
            .next_at = {},
            .reply_id = {},
            .reason = std::move(reason)};
  }
  return {.state = as, .next_at = *next, .reply_id = {}, .reason = std::move(reason)};
}

asio::awaitable<void> delivery::carry(outbox_row row) {
  struct leave {
    delivery* self;
    ~leave() {
      --self->in_flight_;
      self->finished_.ring();
      self->needs_.new_reply.ring();
    }
  } const on_exit{this};
  const auto* at = needs_.who.find(row.from);
  auto fate = at == nullptr ? again(row, kept_state(row), std::nullopt, "account_missing") : co_await attempt(row, *at);
  co_await settle(std::move(row), std::move(fate));
}

asio::awaitable<attempt_result> delivery::attempt(outbox_row row, const account& at) {
  errand on_it{.row = row, .at = at, .what = to_reply(row, needs_.now()), .provision_name = {}, .call = {}};
  on_it.provision_name = at.on->provision_for(row.question);
  auto lent = co_await needs_.lent.get(at, on_it.provision_name);
  if (!lent) co_return again(row, kept_state(row), std::nullopt, "no_provision");
  on_it.what.provision = std::move(*lent);
  if (auto fate = fate_of_follower(row)) co_return std::move(*fate);
  auto made = call_for(row, on_it.what, *at.on);
  if (!made) co_return ended(outbox_state::refused, "not_renderable");
  on_it.call = std::move(*made);

  // A follow-up answers no comment of its own, and a change needs no look: the thread has nothing to show.
  const bool can_look = at.on->traits().can_look && row.question.change != mention_change::followed &&
                        !changes_reply(row) && !ends_waiting(row);
  const auto step = step_before(row.state, at.on->looks_first(row.question),
                                {.repeat_is_harmless = on_it.call.repeat_is_harmless, .can_look = can_look});
  if (step == next_step::hold) co_return ended(outbox_state::held, "outcome_unknown");
  if (step == next_step::look) {
    auto fate = co_await look_first(on_it);
    if (fate) co_return std::move(*fate);
  }
  co_return co_await send(std::move(on_it));
}

asio::awaitable<std::optional<attempt_result>> delivery::look_first(errand& on_it) {
  const auto& row = on_it.row;
  const auto stay = kept_state(row);
  auto look = on_it.at.on->look(on_it.what);
  // Some questions cannot be looked up (no message id). In doubt a person decides; else we go on and answer.
  if (!look && stay == outbox_state::queued) co_return std::nullopt;
  if (!look) co_return ended(outbox_state::held, "outcome_unknown");
  const bool allow_private = on_it.at.may_call_private(look->url);
  const auto response = co_await needs_.http.make(std::move(*look), allow_private);
  if (response.how != call_result::transport::answered) co_return again(row, stay, std::nullopt, "thread_unreachable");
  auto seen = on_it.at.on->see(on_it.what, response);
  if (!seen) {
    const bool good = response.status >= 200 && response.status < 300;
    if (!good && !on_it.provision_name.empty() && turns_down_provision(*on_it.at.on, response)) {
      needs_.lent.renew(on_it.at, on_it.provision_name, on_it.what.provision);
      co_return again(row, stay, std::nullopt, "provision_ended");
    }
    if (seen.error().code == errc::refused && stay == outbox_state::unknown) {
      co_return ended(outbox_state::held, "thread_unreadable");
    }
    co_return again(row, stay, std::nullopt, "thread_unreadable");
  }
  if (seen->reply_id) {
    auto found = ended(outbox_state::delivered, "found_in_thread");
    found.reply_id = std::move(*seen->reply_id);
    co_return found;
  }
  if (!seen->question_stands) co_return ended(outbox_state::refused, "question_gone");
  if (seen->reply_to) {
    on_it.what.question.reply_to = std::move(*seen->reply_to);
    auto made = on_it.at.on->render(on_it.what);
    if (!made) co_return ended(outbox_state::refused, "not_renderable");
    on_it.call = std::move(*made);
  }
  co_return std::nullopt;
}

asio::awaitable<attempt_result> delivery::send(errand on_it) {
  const auto& row = on_it.row;
  const auto& on = *on_it.at.on;
  const bool allow_private = on_it.at.may_call_private(on_it.call.url);
  const bool harmless = on_it.call.repeat_is_harmless;
  const auto response = co_await needs_.http.make(std::move(on_it.call), allow_private);
  pass(step::sent);
  const auto judged = judge_call(on, response);
  pass(step::judged);
  needs_.counters.count_delivery(row.from.platform, name_of(judged.kind), judged.reason);
  if (!response.detail.empty()) {
    needs_.journal.warning("delivery_call_failed",
                           {{"delivery", row.id}, {"platform", row.from.platform}, {"detail", response.detail}});
  }
  if (judged.renew_provision) needs_.lent.renew(on_it.at, on_it.provision_name, on_it.what.provision);
  const auto state = state_after(judged.kind, {.repeat_is_harmless = harmless, .can_look = on.traits().can_look});
  if (state == outbox_state::queued || state == outbox_state::unknown)
    co_return again(row, state, judged.retry_after, judged.reason);
  auto done = ended(state, judged.reason);
  // A changed reply keeps its id, whatever the platform calls the change.
  if (state == outbox_state::delivered) done.reply_id = changes_reply(row) ? row.follows.reply_id : judged.reply_id;
  co_return done;
}

asio::awaitable<void> delivery::settle(outbox_row row, attempt_result what) {
  const auto id = row.id;
  const auto now = needs_.now();
  const auto done = co_await needs_.storage.run<void>([id, what, now](store& s) { return s.settle(id, what, now); });
  if (!done) {
    // The row stays `sending`; the next start finds it so and looks before it sends.
    needs_.journal.error("delivery_not_settled", {{"delivery", id}, {"detail", done.error().detail}});
    co_return;
  }
  pass(step::settled);
  const bool good = what.state == outbox_state::delivered;
  if (good) needs_.counters.observe_answer_age(now - row.created);
  needs_.journal.write(good || what.state == outbox_state::queued || what.state == outbox_state::unknown
                           ? log_level::info
                           : log_level::warning,
                       "delivery_settled",
                       {{"delivery", id},
                        {"mention", row.mention_id},
                        {"platform", row.from.platform},
                        {"account", row.from.account},
                        {"claim", row.answer.claim_id},
                        {"attempt", row.attempts},
                        {"status", stillholds::name_of(what.state)},
                        {"detail", what.reason}});
}

}  // namespace stillholds
