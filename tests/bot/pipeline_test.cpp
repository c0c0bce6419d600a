// The way of a mention through the real parts — ingest, store, responder, delivery, HTTP — with a platform made for
// the test whose server does what each case scripts.
#include <doctest/doctest.h>
#include <unistd.h>

#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <filesystem>
#include <map>
#include <set>

#include "bot/http/server.hpp"
#include "bot/pipeline/delivery.hpp"
#include "bot/pipeline/ingest.hpp"
#include "bot/pipeline/responder.hpp"
#include "bot/store/sqlite.hpp"
#include "handlers/port/signature.hpp"
#include "knowledge/json.hpp"
#include "tests/bot/run_test.hpp"
#include "tests/samples.hpp"

using namespace stillholds;
using namespace std::chrono_literals;

namespace {

// Reads {"id","thread","text","inline"} from a body signed with the path; answers POST url/post, looks at GET url/look.
class scripted_platform final : public platform {
 public:
  struct manners {
    bool repeat_is_harmless{false};
    bool looks_first{false};
  };
  scripted_platform(std::string url, platform_traits traits, manners own)
      : url_(std::move(url)), traits_(traits), own_(own) {}
  bool looks_first(const mention&) const override { return own_.looks_first; }
  platform_traits traits() const noexcept override { return traits_; }
  admission admit(const incoming& request, std::chrono::sys_seconds) const override {
    if (request.query.empty())
      return {.kind = admission_kind::not_genuine, .reason = "no_query", .acknowledge = {.status = 401}};
    const auto read = parse_json(request.query);
    REQUIRE(read.has_value());
    mention made;
    made.delivery_key = "test:" + get_string(*read, "id").value_or("");
    made.message_id = get_string(*read, "id").value_or("");
    made.thread_id = get_string(*read, "thread").value_or("t");
    made.author_id = get_string(*read, "author").value_or("reader");
    made.question = get_string(*read, "text").value_or("");
    made.answer_in_response = get_bool(*read, "inline").value_or(false);
    admission admitted{.kind = admission_kind::mention, .reason = "mention"};
    admitted.mentions.push_back(std::move(made));
    return admitted;
  }
  result<call> render(const reply& what) const override {
    return call{.method = "POST",
                .url = url_ + "/post",
                .headers = {},
                .body = what.question.message_id + "|" + what.key,
                .repeat_is_harmless = own_.repeat_is_harmless};
  }
  acknowledgement render_response(const reply& what) const override {
    return {.body = "{\"claim\":\"" + what.answer.claim_id + "\"}"};
  }
  judgement judge(const call_result& response) const override {
    if (response.status == 200) return {.kind = judgement_kind::delivered, .reply_id = response.body, .reason = "ok"};
    if (response.status == 429) return {.kind = judgement_kind::retry, .retry_after = 1s, .reason = "rate_limited"};
    if (response.status == 403) return {.kind = judgement_kind::refused, .reason = "forbidden"};
    return {.kind = judgement_kind::retry, .reason = "server_error"};
  }
  result<call> look(const reply& what) const override {
    return call{.method = "GET", .url = url_ + "/look/" + what.question.message_id, .headers = {}, .body = ""};
  }
  std::vector<probe_step> probe(std::string_view, std::chrono::sys_seconds) const override { return {}; }
  result<std::string> read_probe(std::size_t, const call_result&) const override { return std::string{}; }
  result<sighting> see(const reply&, const call_result& response) const override {
    if (response.status != 200) return fail(errc::unreachable, "no look");
    if (response.body == "gone") return sighting{.question_stands = false, .reply_id = {}};
    if (response.body.empty()) return sighting{};
    return sighting{.question_stands = true, .reply_id = response.body};
  }

 private:
  std::string url_;
  platform_traits traits_;
  manners own_;
};

const std::string sample_claim_id = "compute-us-90pct";
const std::string sample_question = "does the US hold 90% of global AI computing power?";

snapshot_ptr sample_snapshot() {
  return std::make_shared<const snapshot>(std::vector<article>{samples::small_article()},
                                          std::vector<golden_question>{});
}

enum class act { ok, limited, broken, forbidden, post_then_hang, hang };

struct world {
  explicit world(platform_traits traits, std::size_t inbox_max = 1000, cap_limits given_caps = {}, bool dry = false,
                 scripted_platform::manners manners = {})
      : caps(given_caps) {
    std::string name = (std::filesystem::temp_directory_path() / "pipeline_test.XXXXXX").string();
    folder = mkdtemp(name.data());
    REQUIRE(there.listen("127.0.0.1:0").has_value());
    const auto url = "http://127.0.0.1:" + std::to_string(there.port());
    std::vector<account> all;
    account_config settings{.platform = "test",
                            .settings = {},
                            .articles = {},
                            .blocked = {"pest"},
                            .dry_run = dry,
                            .allow_private = false,
                            .own_hosts = {"127.0.0.1"}};
    settings.settings.account = "a";
    all.push_back({settings, std::make_unique<scripted_platform>(url, traits, manners), {"test", "a"}});
    who = std::make_unique<accounts>(std::move(all));
    auto opened = open_sqlite(folder / "t.db");
    REQUIRE(opened.has_value());
    storage = std::make_unique<store_thread>(std::move(*opened), [] { FAIL("the store broke"); });
    webhooks = std::make_unique<ingest>(*who, *storage, waiting, new_mention, counters, journal, now,
                                        ingest_limits{.inbox_max = inbox_max, .answer_in_response = 2s});
    answering = std::make_unique<responder>(responder_needs{context.get_executor(), *who, *storage, *webhooks, workers,
                                                            slot, waiting, new_mention, new_reply, counters, journal,
                                                            now, caps, "https://bot.example"});
    sending = std::make_unique<delivery>(
        delivery_needs{context.get_executor(),
                       *who,
                       *storage,
                       outgoing,
                       lent,
                       new_reply,
                       counters,
                       journal,
                       now,
                       [] { return 0.0; },
                       {.first = 20ms, .longest = 100ms, .asked_longest = 2s, .give_up_after = 20s},
                       8});
  }
  ~world() {
    // As the service does: let every task end while what it uses is still there.
    answering->stop();
    sending->stop();
    asio::co_spawn(context, there.drain(std::chrono::steady_clock::now() + 200ms), asio::detached);
    context.restart();
    context.run_for(2s);
    std::error_code ignored;
    storage.reset();
    std::filesystem::remove_all(folder, ignored);
  }
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  static instant now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }

  asio::awaitable<http_response> serve(http_request request) {
    if (request.path.starts_with("/look/")) {
      ++looks;
      if (question_gone) co_return http_response{.body = "gone"};
      const auto found = posted.find(request.path.substr(6));
      co_return http_response{.body = found == posted.end() ? "" : "seen-" + found->first};
    }
    const auto id = request.body.substr(0, request.body.find('|'));
    keys.insert(request.body.substr(request.body.find('|') + 1));
    act next = act::ok;
    if (!script.empty()) {
      next = script.front();
      script.pop_front();
    }
    ++calls;
    if (next == act::limited) co_return http_response{.status = 429};
    if (next == act::broken) co_return http_response{.status = 500};
    if (next == act::forbidden) co_return http_response{.status = 403};
    if (next != act::hang) ++posted[id];
    if (next == act::hang || next == act::post_then_hang) {
      asio::steady_timer timer(context, 500ms);
      co_await timer.async_wait(use_result);
    }
    co_return http_response{.body = "reply-" + id};
  }

  asio::awaitable<http_response> mentioned(std::string query, std::string method = "POST",
                                           std::string path = "/hooks/test/a") {
    return webhooks->receive(
        {.method = std::move(method), .path = std::move(path), .query = std::move(query), .headers = {}, .body = ""});
  }

  void start() {
    launch(context.get_executor(), "responder", answering->run(), journal);
    launch(context.get_executor(), "delivery", sending->run(), journal);
  }

  // Until every outbox row has an end, or the limit passes.
  asio::awaitable<std::vector<outbox_row>> settled(std::size_t rows, std::chrono::milliseconds limit = 8s) {
    const auto until = std::chrono::steady_clock::now() + limit;
    std::vector<outbox_row> all;
    while (std::chrono::steady_clock::now() < until) {
      auto listed =
          co_await storage->run<std::vector<outbox_row>>([](store& s) { return s.list_outbox(std::nullopt, 1000); });
      all = listed.value_or(std::vector<outbox_row>{});
      const auto waits = std::ranges::count_if(all, [](const outbox_row& row) {
        return row.state == outbox_state::queued || row.state == outbox_state::sending ||
               row.state == outbox_state::unknown;
      });
      if (all.size() >= rows && waits == 0) break;
      asio::steady_timer timer(context, 10ms);
      co_await timer.async_wait(use_result);
    }
    co_return all;
  }

  logger journal{log_level::error};
  metrics counters;
  asio::io_context context{1};  // goes before what its tasks' last breaths touch
  std::filesystem::path folder;
  http_server there{context, {}, [this](http_request r) { return serve(std::move(r)); }, journal, counters};
  cap_limits caps;
  std::unique_ptr<accounts> who;
  snapshot_slot slot{sample_snapshot()};
  asio::thread_pool workers{1};
  std::unique_ptr<store_thread> storage;
  bell new_mention{context.get_executor()};
  bell new_reply{context.get_executor()};
  waiting_room waiting{context.get_executor()};
  http_client outgoing{context, {.exchange = 200ms}};
  provisions lent{context.get_executor(), outgoing, journal, now};
  std::unique_ptr<ingest> webhooks;
  std::unique_ptr<responder> answering;
  std::unique_ptr<delivery> sending;
  // what happens at the platform
  std::deque<act> script;
  std::map<std::string, int> posted;
  std::set<std::string> keys;
  int calls{0};
  int looks{0};
  bool question_gone{false};
};

const std::string question = "{\"id\":\"m1\",\"text\":\"" + sample_question + "\"}";

// One mention with the given script; returns its row.
outbox_row one_mention(world& w, std::deque<act> script) {
  w.script = std::move(script);
  std::vector<outbox_row> rows;
  unsigned status = 0;
  auto test = [&]() -> asio::awaitable<void> {
    w.start();
    const auto response = co_await w.mentioned(question);
    status = response.status;
    rows = co_await w.settled(1);
  };
  run_test(w.context, 15s, test());
  CHECK(status == 200);
  REQUIRE(rows.size() == 1);
  return rows.front();
}

}  // namespace

TEST_CASE("a mention is answered once, with the claim it is about, and its repeats change nothing") {
  world w({.can_look = true});
  std::vector<outbox_row> rows;
  auto test = [&]() -> asio::awaitable<void> {
    w.start();
    for (int i = 0; i < 5; ++i) {
      const auto response = co_await w.mentioned(question);
      CHECK(response.status == 200);
    }
    rows = co_await w.settled(1);
    const auto late = co_await w.mentioned(question);
    CHECK(late.status == 200);
    rows = co_await w.settled(1);
  };
  run_test(w.context, 15s, test());
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].state == outbox_state::delivered);
  CHECK(rows[0].reply_id == "reply-m1");
  CHECK(rows[0].answer.claim_id == sample_claim_id);
  CHECK(w.posted == std::map<std::string, int>{{"m1", 1}});
  CHECK(w.looks == 0);
}

TEST_CASE("rate limits and server errors are tried again with the same key until it is there") {
  world w({.can_look = true});
  const auto row = one_mention(w, {act::limited, act::broken, act::broken});
  CHECK(row.state == outbox_state::delivered);
  CHECK(row.attempts == 4);
  CHECK(w.keys.size() == 1);
  CHECK(w.posted["m1"] == 1);
}

TEST_CASE("an unknown outcome is looked up before anything is sent again") {
  SUBCASE("it had been posted") {
    world w({.can_look = true});
    const auto row = one_mention(w, {act::post_then_hang});
    CHECK(row.state == outbox_state::delivered);
    CHECK(row.reply_id == "seen-m1");
    CHECK(w.calls == 1);
  }
  SUBCASE("it had not") {
    world w({.can_look = true});
    const auto row = one_mention(w, {act::hang});
    CHECK(row.state == outbox_state::delivered);
    CHECK(w.calls == 2);
    CHECK(w.posted["m1"] == 1);
  }
  SUBCASE("nobody can tell: it waits for a person") {
    world w({});
    const auto row = one_mention(w, {act::post_then_hang});
    CHECK(row.state == outbox_state::held);
    CHECK(w.calls == 1);
  }
  SUBCASE("a repeat is harmless: it is simply sent again") {
    world w({}, 1000, {}, false, {.repeat_is_harmless = true});
    const auto row = one_mention(w, {act::hang});
    CHECK(row.state == outbox_state::delivered);
    CHECK(w.looks == 0);
  }
}

TEST_CASE("a refusal is final; a question that is gone is not answered") {
  {
    world w({.can_look = true});
    const auto row = one_mention(w, {act::forbidden});
    CHECK(row.state == outbox_state::refused);
    CHECK(row.reason == "forbidden");
    CHECK(w.calls == 1);
  }
  world w({.can_look = true}, 1000, {}, false, {.looks_first = true});
  w.question_gone = true;
  const auto row = one_mention(w, {});
  CHECK(row.state == outbox_state::refused);
  CHECK(row.reason == "question_gone");
  CHECK(w.calls == 0);
}

TEST_CASE("the answer goes into the response where that is its place, and a repeat gets the same one") {
  world w({});
  std::string first;
  std::string second;
  std::vector<outbox_row> rows;
  const std::string here = "{\"id\":\"m2\",\"inline\":true,\"text\":\"" + sample_question + "\"}";
  auto test = [&]() -> asio::awaitable<void> {
    w.start();
    const auto one = co_await w.mentioned(here);
    first = one.body;
    const auto two = co_await w.mentioned(here);
    second = two.body;
    rows = co_await w.settled(1);
  };
  run_test(w.context, 15s, test());
  CHECK(first == "{\"claim\":\"" + sample_claim_id + "\"}");
  CHECK(second == first);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].state == outbox_state::delivered);
  CHECK(w.calls == 0);
}

TEST_CASE("a full inbox says come back; unknown places, wrong methods and strangers are told so") {
  world w({}, 1);
  auto test = [&]() -> asio::awaitable<void> {
    const auto kept = co_await w.mentioned(question);
    CHECK(kept.status == 200);
    const auto full = co_await w.mentioned("{\"id\":\"m3\",\"text\":\"x\"}");
    CHECK(full.status == 503);
    CHECK(find_header(full.headers, "retry-after").has_value());
    const auto nowhere = co_await w.mentioned(question, "POST", "/hooks/test/b");
    CHECK(nowhere.status == 404);
    const auto method = co_await w.mentioned(question, "DELETE");
    CHECK(method.status == 405);
    CHECK(find_header(method.headers, "Allow") == "POST");
    const auto stranger = co_await w.mentioned("");
    CHECK(stranger.status == 401);
  };
  run_test(w.context, 15s, test());
}

TEST_CASE("dry run records and posts nothing; the blocked get silence; pause holds everything until resume") {
  {
    world w({.can_look = true}, 1000, {}, true);
    const auto row = one_mention(w, {});
    CHECK(row.state == outbox_state::dry);
    CHECK(row.answer.claim_id == sample_claim_id);
    CHECK(w.calls == 0);
  }
  world w({.can_look = true});
  std::vector<outbox_row> rows;
  int calls_while_paused = -1;
  auto test = [&]() -> asio::awaitable<void> {
    (void)co_await w.storage->run<void>([](store& s) { return s.set_paused(true, world::now()); });
    w.start();
    (void)co_await w.mentioned(question);
    (void)co_await w.mentioned("{\"id\":\"m4\",\"author\":\"pest\",\"thread\":\"u\",\"text\":\"" + sample_question +
                               "\"}");
    (void)co_await w.settled(1, 600ms);
    calls_while_paused = w.calls;
    (void)co_await w.storage->run<void>([](store& s) { return s.set_paused(false, world::now()); });
    rows = co_await w.settled(1);
  };
  run_test(w.context, 15s, test());
  CHECK(calls_while_paused == 0);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].state == outbox_state::delivered);
  CHECK(w.posted == std::map<std::string, int>{{"m1", 1}});
}

TEST_CASE("a person's cap: one polite notice, then silence") {
  world w({.can_look = true}, 1000, {.per_person = 2, .per_thread = 0, .per_space_per_minute = 0});
  std::vector<outbox_row> rows;
  auto test = [&]() -> asio::awaitable<void> {
    w.start();
    for (int i = 0; i < 5; ++i) {
      (void)co_await w.mentioned("{\"id\":\"c" + std::to_string(i) + "\",\"thread\":\"t" + std::to_string(i) +
                                 "\",\"text\":\"" + sample_question + "\"}");
      rows = co_await w.settled(static_cast<std::size_t>(std::min(i + 1, 3)), i < 3 ? 8s : 300ms);
    }
  };
  run_test(w.context, 20s, test());
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].answer.kind == answer_kind::notice);  // newest first
  CHECK(w.posted.size() == 3);
}
