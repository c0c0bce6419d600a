#include "bot/pipeline/responder.hpp"

#include "bot/core/crash_point.hpp"
#include "bot/pipeline/decide.hpp"

namespace stillholds {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t batch_max = 64;
constexpr auto lease = std::chrono::seconds{30};
constexpr auto look_again = std::chrono::seconds{1};  // for leases that ran out and rows put back
// A sender waits seconds for our acknowledgement and then calls it a failure; a reader waits longer for an answer. So
// while mentions pour in, taking them in comes first and answering goes on slowly.
constexpr std::uint64_t flood_per_second = 500;
constexpr std::size_t flood_batch = 8;
constexpr auto flood_pause = std::chrono::milliseconds{50};
constexpr auto put_back_for = std::chrono::seconds{10};

struct decision {
  row_id outbox_id{0};  // 0: nothing is to be sent
  bool silent{false};   // nothing is said, though what promised an answer may have to go
};

}  // namespace

asio::awaitable<void> responder::run() {
  while (!stopping_) {
    const bool flood = needs_.webhooks.rate() > flood_per_second;
    const auto most = flood ? flood_batch : batch_max;
    if (flood) co_await breath_.wait(steady_clock::now() + flood_pause);
    if (in_flight_ < most) {
      const auto room = most - in_flight_;
      const auto now = needs_.now();
      auto taken = co_await needs_.storage.run<std::vector<inbox_row>>(
          [room, now](store& s) { return s.take_mentions(room, now, lease); });
      if (!taken) {
        needs_.journal.warning("inbox_not_read",
                               {{"error", name_of(taken.error().code)}, {"detail", taken.error().detail}});
      } else if (!taken->empty()) {
        pass(step::taken);
        for (auto& row : *taken) {
          ++in_flight_;
          launch(needs_.on, "mention", work_on(std::move(row)), needs_.journal);
        }
        continue;
      }
    }
    co_await needs_.new_mention.wait(steady_clock::now() + look_again);
  }
}

void responder::stop() {
  stopping_ = true;
  breath_.ring();
  needs_.new_mention.ring();
}

asio::awaitable<void> responder::idle(steady_clock::time_point deadline) {
  while (in_flight_ > 0 && steady_clock::now() < deadline) co_await finished_.wait(deadline);
}

asio::awaitable<void> responder::work_on(inbox_row row) {
  struct leave {
    responder* self;
    ~leave() {
      --self->in_flight_;
      self->finished_.ring();
      self->needs_.new_mention.ring();
    }
  } const on_exit{this};
  const auto* at = needs_.who.find(row.from);
  if (at != nullptr) {
    co_await answer(std::move(row), *at);
    co_return;
  }
  // The admin took the account out of the configuration while mentions waited. They wait on, for it may come back.
  const auto id = row.id;
  const auto later = needs_.now() + std::chrono::minutes{10};
  (void)co_await needs_.storage.run<void>([id, later](store& s) { return s.put_back(id, later); });
  needs_.journal.warning("account_missing",
                         {{"platform", row.from.platform}, {"account", row.from.account}, {"mention", id}});
}

asio::awaitable<void> responder::answer(inbox_row row, const account& at) {
  const auto id = row.id;
  const auto now = needs_.now();
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const auto snapshot = needs_.knowledge.get();
  const auto begun = steady_clock::now();
  // Where the service itself speaks up (a follow-up), nobody asked: there is nothing to match.
  const bool asked = row.mention.change != mention_change::followed && row.mention.change != mention_change::deleted;
  auto matched = co_await on_workers(
      needs_.workers, [asked, snapshot, question = row.mention.question, within = at.settings.articles, today] {
        return asked ? snapshot->matcher.match(question, within, today) : outcome{};
      });
  needs_.counters.observe_match(steady_clock::now() - begun);
  const auto kind = name_of(matched.kind);
  const auto claim = matched.claim_id;
  const auto platform = row.from.platform;

  auto job = [row = std::move(row), matched = std::move(matched), snapshot, &at, now, today, &caps = needs_.caps,
              &url = needs_.public_url](store& s) -> result<decision> {
    const decision_input input{row,  matched, *snapshot, wording::built_in(),       at.settings,
                               caps, url,     today,     at.on->traits().can_amend, at.on->shows_waiting(row.mention)};
    bool silent = false;
    const auto row_of_answer = s.finish(row.id, now, windows_of_caps(), [&](const conversation& known) {
      auto made = decide(input, known);
      silent = !made.silence.empty();
      return made;
    });
    if (!row_of_answer) return std::unexpected(row_of_answer.error());
    return decision{*row_of_answer, silent};
  };
  const auto finished = co_await needs_.storage.run<decision>(std::move(job));
  if (!finished) {
    if (finished.error().code == errc::conflict) co_return;  // another task finished it after our lease ran out
    needs_.journal.error(
        "mention_not_decided",
        {{"mention", id}, {"error", name_of(finished.error().code)}, {"detail", finished.error().detail}});
    const auto later = needs_.now() + put_back_for;
    (void)co_await needs_.storage.run<void>([id, later](store& s) { return s.put_back(id, later); });
    co_return;
  }
  pass(step::decided);
  const auto shown = finished->silent ? "silent" : kind;
  needs_.counters.count_answer(platform, shown);
  needs_.journal.info(
      "mention_decided",
      {{"mention", id},
       {"platform", platform},
       {"status", shown},
       {"claim", claim},
       {"snapshot", snapshot->version},
       {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begun).count()}});
  needs_.waiting.decided(id);
  if (finished->outbox_id != 0) needs_.new_reply.ring();
}

}  // namespace stillholds
