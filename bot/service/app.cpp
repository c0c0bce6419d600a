#include "bot/service/app.hpp"

#include <malloc.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdlib>
#include <random>

#include "bot/core/async.hpp"
#include "bot/http/client.hpp"
#include "bot/pipeline/delivery.hpp"
#include "bot/pipeline/follow_up.hpp"
#include "bot/pipeline/poller.hpp"
#include "bot/pipeline/responder.hpp"
#include "bot/service/reloader.hpp"
#include "bot/service/router.hpp"
#include "bot/store/sqlite.hpp"

namespace stillholds {
namespace {

using std::chrono::steady_clock;

constexpr auto housekeeping_every = std::chrono::minutes{10};
constexpr auto keep_rows = std::chrono::days{400};  // the ledger of what was answered where; words go much earlier

instant system_now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}
day system_today() { return std::chrono::floor<std::chrono::days>(system_now()); }

double random_fraction() {
  thread_local std::mt19937_64 source{std::random_device{}()};
  return std::uniform_real_distribution<double>{0.0, 1.0}(source);
}

std::size_t count_claims(const snapshot& of) {
  std::size_t claims = 0;
  for (const auto& one : of.articles) claims += one.claims.size();
  return claims;
}

}  // namespace

// Declared in building order; destruction is the reverse.
struct app::parts {
  parts(config given, accounts made, std::unique_ptr<store> opened, snapshot_ptr first,
        std::shared_ptr<const sentence_vectors> encoder)
      : settings(std::move(given)),
        vectors(std::move(encoder)),
        journal(settings.level),
        slot(std::move(first)),
        who(std::move(made)),
        storage(std::move(opened), [this] { asio::post(context, [this] { store_broke(); }); }) {}

  config settings;
  std::shared_ptr<const sentence_vectors> vectors;  // nullptr: matching by words alone
  logger journal;
  metrics counters;
  asio::io_context context{1};
  snapshot_slot slot;
  accounts who;
  asio::thread_pool workers{settings.workers};
  store_thread storage;
  bell new_mention{context.get_executor()};
  bell new_reply{context.get_executor()};
  waiting_room waiting{context.get_executor()};
  http_client outgoing{context, {}};
  provisions lent{context.get_executor(), outgoing, journal, system_now};
  ingest webhooks{
      who, storage, lent, waiting, new_mention, counters, journal, system_now, {.inbox_max = settings.inbox_max}};
  responder answering{{.on = context.get_executor(),
                       .who = who,
                       .storage = storage,
                       .webhooks = webhooks,
                       .workers = workers,
                       .knowledge = slot,
                       .waiting = waiting,
                       .new_mention = new_mention,
                       .new_reply = new_reply,
                       .counters = counters,
                       .journal = journal,
                       .now = system_now,
                       .caps = settings.caps,
                       .public_url = settings.public_url}};
  delivery sending{{.on = context.get_executor(),
                    .who = who,
                    .storage = storage,
                    .http = outgoing,
                    .lent = lent,
                    .new_reply = new_reply,
                    .counters = counters,
                    .journal = journal,
                    .now = system_now,
                    .random = random_fraction,
                    .retry = settings.retry,
                    .concurrency = settings.delivery_concurrency}};
  poller asking{{.on = context.get_executor(),
                 .who = who,
                 .storage = storage,
                 .webhooks = webhooks,
                 .http = outgoing,
                 .lent = lent,
                 .counters = counters,
                 .journal = journal,
                 .now = system_now,
                 .random = random_fraction,
                 .retry = settings.retry}};
  reloader watching{context,
                    workers,
                    settings.knowledge,
                    slot,
                    vectors,
                    counters,
                    journal,
                    [this] { return rules_of(settings, system_today()); },
                    [this] { housekeeping.cancel(); }};
  router routes{{.webhooks = webhooks,
                 .workers = workers,
                 .knowledge = slot,
                 .counters = counters,
                 .public_url = settings.public_url,
                 .today = system_today,
                 .state = [this] { return state(); }}};
  http_server public_edge{
      context, settings.limits, [this](http_request r) { return routes.answer_public(std::move(r)); },
      journal, counters,        [this](std::string_view target) { return webhooks.body_allowance(target); }};
  http_server admin_edge{context, settings.limits, [this](http_request r) { return routes.answer_admin(std::move(r)); },
                         journal, counters};
  asio::signal_set signals{context, SIGTERM, SIGINT};
  asio::steady_timer housekeeping{context};
  bool ready{false};
  bool draining{false};
  bool is_down{false};
  int exit_status{0};

  [[nodiscard]] readiness state() const {
    const auto now = slot.get();
    return {.ready = ready && !draining,
            .draining = draining,
            .knowledge_stale = watching.stale(),
            .snapshot_version = now->version,
            .claims = count_claims(*now)};
  }
  void store_broke();
  [[nodiscard]] result<void> start();
  [[nodiscard]] asio::awaitable<void> keep_house();
  [[nodiscard]] asio::awaitable<void> tell_followers();
  [[nodiscard]] asio::awaitable<void> wait_for_signals();
  [[nodiscard]] asio::awaitable<void> take_down();
  void go_down(std::string_view why);
};

// After a failed commit nobody knows what the disk holds. Not guessing: stop, and let the service manager restart us.
void app::parts::store_broke() {
  if (draining) return;
  exit_status = 1;
  go_down("the database refused a commit");
}

void app::parts::go_down(std::string_view why) {
  if (draining) return;
  draining = true;
  journal.info("stopping", {{"detail", why}});
  launch(context.get_executor(), "take_down", take_down(), journal);
}

asio::awaitable<void> app::parts::keep_house() {
  while (!draining) {
    const auto now = system_now();
    const auto words = now - settings.keep_text;
    const auto rows = now - keep_rows;
    const auto counted = co_await storage.run<store::counts>([words, rows](store& s) -> result<store::counts> {
      if (const auto pruned = s.prune(words, rows); !pruned) return std::unexpected(pruned.error());
      return s.count();
    });
    if (counted) {
      counters.set_waiting(counted->inbox_waiting, counted->outbox_waiting, counted->held);
      if (counted->held > 0)
        journal.warning("replies_held",
                        {{"count", counted->held}, {"detail", "see: stillholds outbox list --state held"}});
    }
    co_await tell_followers();
    housekeeping.expires_after(housekeeping_every);
    co_await housekeeping.async_wait(use_result);
  }
}

// After every change of the knowledge, and every ten minutes for what has become stable meanwhile.
asio::awaitable<void> app::parts::tell_followers() {
  const auto now = system_now();
  const auto told = co_await storage.run<int>([whole = slot.get(), now, stable = settings.follow_stable](store& s) {
    return take_follow_steps(s, *whole, now, stable);
  });
  if (!told) {
    journal.warning("followers_not_told", {{"detail", told.error().detail}});
  } else if (*told > 0) {
    journal.info("followers_told", {{"count", *told}});
    new_mention.ring();
  }
}

asio::awaitable<void> app::parts::wait_for_signals() {
  const auto [first_code, first] = co_await signals.async_wait(use_result);
  if (first_code) co_return;
  go_down(first == SIGTERM ? "SIGTERM" : "SIGINT");
  if (is_down) co_return;  // with nothing in flight it was all over within go_down()
  const auto [second_code, second] = co_await signals.async_wait(use_result);
  if (!second_code) std::_Exit(128 + second);
}

asio::awaitable<void> app::parts::take_down() {
  const auto deadline = steady_clock::now() + settings.drain;
  co_await public_edge.drain(deadline);
  asking.stop();
  answering.stop();
  sending.stop();
  watching.stop();
  housekeeping.cancel();
  co_await asking.idle(deadline);
  co_await answering.idle(deadline);
  co_await sending.idle(deadline);
  co_await admin_edge.drain(steady_clock::now() + std::chrono::milliseconds{100});
  is_down = true;
  signals.cancel();
}

result<void> app::parts::start() {
  // What was on its way when we died may still be on its way: a platform that is a moment behind would show a thread
  // without our reply, and we would post it again. So the first look comes after a pause.
  const auto look_from = system_now() + settings.retry.first;
  const auto recovered = storage.run_now<int>([look_from](store& s) { return s.recover(look_from); });
  if (!recovered) return std::unexpected(recovered.error());
  const auto on = context.get_executor();
  launch(on, "signals", wait_for_signals(), journal);
  launch(on, "responder", answering.run(), journal);
  launch(on, "delivery", sending.run(), journal);
  launch(on, "reloader", watching.run(), journal);
  launch(on, "housekeeping", keep_house(), journal);
  counters.set_knowledge(count_claims(*slot.get()), false);
  if (!settings.admin_listen.empty()) {
    if (auto open = admin_edge.listen(settings.admin_listen); !open) return open;
  }
  if (auto open = public_edge.listen(settings.listen); !open) return open;
  asking.start();
  malloc_trim(0);  // reading the knowledge leaves as much garbage as knowledge
  ready = true;
  if (!vectors) {
    journal.info("no_sentence_encoder",
                 {{"detail", settings.encoder == "none"
                                 ? "switched off: questions are matched by their words alone"
                                 : "questions are matched by their words alone; deploy/weights fetches it"}});
  }
  journal.info("ready", {{"listen", settings.listen},
                         {"snapshot", slot.get()->version},
                         {"claims", count_claims(*slot.get())},
                         {"accounts", who.all().size()},
                         {"recovered", *recovered}});
  return {};
}

lint_rules rules_of(const config& settings, day today) {
  lint_rules rules{.today = today};
  rules.public_url = settings.public_url;
  return rules;
}

app::app(std::unique_ptr<parts> made) : parts_(std::move(made)) {}
app::~app() = default;

result<std::unique_ptr<app>> app::make(config settings, snapshot_ptr first,
                                       std::shared_ptr<const sentence_vectors> vectors) {
  auto who = accounts::make(settings.accounts);
  if (!who) return std::unexpected(who.error());
  auto opened = open_sqlite(settings.store);
  if (!opened) return std::unexpected(opened.error());
  return std::unique_ptr<app>(new app(std::make_unique<parts>(std::move(settings), std::move(*who), std::move(*opened),
                                                              std::move(first), std::move(vectors))));
}

int app::run() {
  if (const auto started = parts_->start(); !started) {
    parts_->journal.error("cannot_start", {{"detail", started.error().detail}});
    parts_->journal.flush();
    return 2;
  }
  // Runs until every task has ended, which take_down() brings about. What does not end in time is abandoned with the
  // process, as a kill would: all that was acknowledged is committed.
  auto& context = parts_->context;
  while (!parts_->draining) context.run_one();
  context.run_until(steady_clock::now() + parts_->settings.drain + std::chrono::seconds{2});
  const bool ended = context.stopped();
  parts_->journal.info("stopped", {{"status", parts_->exit_status},
                                   {"detail", ended ? "clean" : "some work was left for the next start"}});
  if (!ended) {
    parts_->journal.flush();
    std::this_thread::sleep_for(std::chrono::milliseconds{50});  // the journal's thread writes its last lines
    std::_Exit(parts_->exit_status);
  }
  return parts_->exit_status;
}

}  // namespace stillholds
