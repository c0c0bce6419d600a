// The real parts of the pipeline — ingest, store, responder, delivery, HTTP — around a platform made for tests, whose
// server does what each case scripts.
#pragma once

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

namespace stillholds::pipeline_world {

using namespace std::chrono_literals;

// Reads {"id","thread","text","inline","route"} from a body signed with the path; answers POST url/post, looks at GET
// url/look.
class scripted_platform final : public platform {
 public:
  struct manners {
    bool repeat_is_harmless{false};
    bool looks_first{false};
    bool needs_token{false};
    bool shows_waiting{false};
  };
  scripted_platform(std::string url, platform_traits traits, manners own)
      : url_(std::move(url)), traits_(traits), own_(own) {}
  bool looks_first(const mention&) const override { return own_.looks_first; }
  bool shows_waiting(const mention&) const override { return own_.shows_waiting; }
  platform_traits traits() const noexcept override { return traits_; }
  admission admit(const incoming& request, std::chrono::sys_seconds) const override {
    if (const auto polled = seal::open_answer(request.body, request.answers_our_call)) return admit_polled(*polled);
    if (request.query.empty())
      return {.kind = admission_kind::not_genuine, .reason = "no_query", .acknowledge = {.status = 401}};
    const auto read = parse_json(request.query);
    REQUIRE(read.has_value());
    mention made;
    const auto change = get_string(*read, "change").value_or("");
    made.delivery_key = "test:" + get_string(*read, "id").value_or("") + change;
    if (!change.empty()) {
      made.change = change.starts_with("edited") ? mention_change::edited : mention_change::deleted;
      made.message_key = "test:" + get_string(*read, "id").value_or("");
      made.only_by_author = made.change == mention_change::edited;
    }
    made.reply_to = change.empty() ? "notes" : "";  // a change knows less of the place than the question did
    made.message_id = get_string(*read, "id").value_or("");
    made.thread_id = get_string(*read, "thread").value_or("t");
    made.author_id = get_string(*read, "author").value_or("reader");
    made.question = get_string(*read, "text").value_or("");
    made.answer_in_response = get_bool(*read, "inline").value_or(false);
    admission admitted{.kind = admission_kind::mention, .reason = "mention"};
    if (const auto route = get_string(*read, "route")) {
      made.message_key = "test:message:" + made.message_id;
      made.asked_by_anyone = true;
      made.delivery_key += *route;
      admitted.asked_before = acknowledgement{.body = "asked before"};
    }
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
  result<call> amend(const reply& what, std::string_view reply_id) const override {
    if (what.question.reply_to.empty()) return fail(errc::corrupt, "no notes");
    return change("PUT", reply_id, what.answer.claim_id);
  }
  result<call> retract(const reply& what, std::string_view reply_id) const override {
    if (what.question.reply_to.empty()) return fail(errc::corrupt, "no notes");
    return change("DELETE", reply_id, "");
  }
  std::string provision_for(const mention&) const override { return own_.needs_token ? "token" : ""; }
  result<call> fetch_provision(std::string_view, std::chrono::sys_seconds) const override {
    return call{.method = "POST", .url = url_ + "/token", .headers = {}, .body = ""};
  }
  result<provision> read_provision(std::string_view, const call_result& response,
                                   std::chrono::sys_seconds now) const override {
    if (response.status != 200) return fail(errc::busy, "no token today");
    return provision{response.body, now + 1h};
  }
  result<call> poll(std::string_view cursor, std::string_view, std::size_t most) const override {
    return call{.method = "GET",
                .url = url_ + "/poll/" + std::string(cursor) + "?most=" + std::to_string(most),
                .headers = {},
                .body = "",
                .reads_page = true};
  }
  // "closed-x" is a place that says no for good; behind it lies "x".
  std::optional<std::string> pass_over(std::string_view cursor) const override {
    return cursor.starts_with("closed-") ? std::optional{std::string(cursor.substr(7))} : std::nullopt;
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
  result<call> change(std::string method, std::string_view reply_id, std::string text) const {
    return call{.method = std::move(method),
                .url = url_ + "/change/" + std::string(reply_id),
                .headers = {},
                .body = std::move(text),
                .repeat_is_harmless = true};
  }
  // "cursor id id …": where the next poll goes on, and who asked. "more" in place of an id: there is more to ask for.
  static admission admit_polled(std::string_view text) {
    admission made{.reason = "polled"};
    if (text == "unreadable") return {.kind = admission_kind::malformed, .reason = "unreadable"};
    const auto end = std::min(text.find(' '), text.size());
    made.cursor = text.substr(0, end);
    for (auto rest = text.substr(end); rest.size() > 1;) {
      rest.remove_prefix(1);
      const auto id = rest.substr(0, rest.find(' '));
      if (id == "more") {
        made.more = true;
        rest.remove_prefix(id.size());
        continue;
      }
      mention asked;
      asked.delivery_key = "test:" + std::string(id);
      asked.message_id = id;
      asked.thread_id = id;
      asked.author_id = "reader";
      asked.question = "does the US hold 90% of global AI computing power?";
      made.kind = admission_kind::mention;
      made.mentions.push_back(std::move(asked));
      rest.remove_prefix(id.size());
    }
    return made;
  }

  std::string url_;
  platform_traits traits_;
  manners own_;
};

inline const std::string sample_claim_id = "compute-us-90pct";
inline const std::string sample_question = "does the US hold 90% of global AI computing power?";

inline snapshot_ptr sample_snapshot() {
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
    webhooks = std::make_unique<ingest>(*who, *storage, lent, waiting, new_mention, counters, journal, now,
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
      if (look_status != 200) co_return http_response{.status = std::exchange(look_status, 200U)};
      if (question_gone) co_return http_response{.body = "gone"};
      const auto found = posted.find(request.path.substr(6));
      co_return http_response{.body = found == posted.end() ? "" : "seen-" + found->first};
    }
    if (request.path.starts_with("/change/")) {
      if (changes_status != 200) co_return http_response{.status = changes_status};
      changes.push_back(request.method + " " + request.path.substr(8) + " " + request.body);
      co_return http_response{.body = "another id"};
    }
    if (request.path == "/token") {
      ++tokens;
      if (token_status != 200) co_return http_response{.status = token_status};
      co_return http_response{.body = "token-" + std::to_string(tokens)};
    }
    if (request.path.starts_with("/poll/")) {
      const auto cursor = request.path.substr(6);
      polls.push_back(cursor);
      most.push_back(request.query);
      if (cursor.starts_with("closed-")) co_return http_response{.status = 403};
      const auto found = poll_answers.find(cursor);
      co_return http_response{.status = poll_status, .body = found == poll_answers.end() ? cursor : found->second};
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
  http_client outgoing{context, {.exchange = 200ms, .page_bytes = 2000}};
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
  unsigned look_status{200};  // of the next look
  bool question_gone{false};
  bool hides_replies{false};  // until somebody approves them
  unsigned changes_status{200};
  std::vector<std::string> changes;  // "PUT reply-m1 claim"
  int tokens{0};                     // handed out
  unsigned token_status{200};
  std::vector<std::string> polls;  // the cursor of each
  std::vector<std::string> most;   // "most=100", of each
  std::map<std::string, std::string> poll_answers;
  unsigned poll_status{200};
};

inline const std::string question = "{\"id\":\"m1\",\"text\":\"" + sample_question + "\"}";

// One mention with the given script; returns its row.
inline outbox_row one_mention(world& w, std::deque<act> script) {
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

}  // namespace stillholds::pipeline_world
