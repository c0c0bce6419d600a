// The operate commands as a person types them, beside a store that a service has open.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "bot/cli/commands.hpp"
#include "bot/store/sqlite.hpp"
#include "knowledge/json.hpp"
#include "tests/bot/store_contract.hpp"

using namespace stillholds;
using namespace stillholds::store_contract;
namespace fs = std::filesystem;

namespace {

struct outcome_of_command {
  int code{0};
  std::string out;
  std::string complaints;
};

class captured {
 public:
  explicit captured(std::ostream& stream) : stream_(stream), before_(stream.rdbuf(text_.rdbuf())) {}
  captured(const captured&) = delete;
  captured& operator=(const captured&) = delete;
  ~captured() { stream_.rdbuf(before_); }
  [[nodiscard]] std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::ostream& stream_;
  std::streambuf* before_;
};

outcome_of_command type(std::vector<std::string> words) {
  CLI::App app;
  cli_context context;
  add_operate(app, context);
  const captured out(std::cout);
  const captured complaints(std::cerr);
  std::ranges::reverse(words);  // as CLI11 wants them
  try {
    app.parse(words);
  } catch (const CLI::ParseError&) {
    context.exit_code = exit_usage;
  }
  return {context.exit_code, out.text(), complaints.text()};
}

struct running_store {
  fs::path path = fs::temp_directory_path() / fmt::format("store_operate_{}", ::getpid());
  std::string file = path / "store.db";
  std::unique_ptr<store> on;
  running_store() {
    fs::remove_all(path);
    auto opened = open_sqlite(file);
    REQUIRE(opened.has_value());
    on = std::move(*opened);
  }
  ~running_store() { fs::remove_all(path); }
  [[nodiscard]] outcome_of_command type(std::vector<std::string> words) const {
    words.insert(words.end(), {"--store", file});
    return ::type(std::move(words));
  }
};

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const auto read = parse_json(line);
    REQUIRE(read.has_value());
    lines.push_back(*read);
  }
  return lines;
}

}  // namespace

TEST_CASE("outbox list: aligned for people, JSON lines for scripts") {
  const running_store running;
  CHECK(running.type({"outbox", "list"}).out == "no rows\n");
  CHECK(running.type({"outbox", "list", "--json"}).out.empty());
  mention rude = make_mention(1);
  rude.question = "clear \x1b[2J the\nscreen \xE7\xBE\x8E\xE5\x9B\xBD";
  const row_id first = answer_to(*running.on, rude);
  bring_to(*running.on, first, outbox_state::held);
  const row_id second = answer_to(*running.on, make_mention(2), answered("a-much-longer-claim-id"));
  const auto people = running.type({"outbox", "list"});
  CHECK(people.code == exit_good);
  CHECK(people.out.find('\x1b') == std::string::npos);
  std::istringstream in(people.out);
  std::string head;
  std::string newer;
  std::string older;
  std::getline(in, head);
  std::getline(in, newer);
  std::getline(in, older);
  const auto reason = head.find("REASON");
  CHECK(newer.find("-", reason) == reason);
  CHECK(older.find("because", reason) == reason);
  CHECK(older.find("held") == head.find("STATE"));
  CHECK(newer.find("does claim 2 still hold?") == head.find("QUESTION"));

  const auto rows = lines_of(running.type({"outbox", "list", "--json"}).out);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0]["id"] == second);
  CHECK(rows[0]["state"] == "queued");
  CHECK(rows[1]["question"] == rude.question);
  CHECK(rows[1]["created"] == "2027-01-15T08:00:00Z");
  const auto held = lines_of(running.type({"outbox", "list", "--json", "--state", "held"}).out);
  REQUIRE(held.size() == 1);
  CHECK(held[0]["id"] == first);
  CHECK(lines_of(running.type({"outbox", "list", "--json", "--limit", "1"}).out).size() == 1);
  const auto wrong = running.type({"outbox", "list", "--state", "gone"});
  CHECK(wrong.code == exit_usage);
  CHECK(wrong.complaints.find("held") != std::string::npos);
}

TEST_CASE("outbox show tells what is to be done") {
  const running_store running;
  const row_id id = answer_to(*running.on, make_mention(1));
  bring_to(*running.on, id, outbox_state::held);
  const auto shown = running.type({"outbox", "show", std::to_string(id)});
  CHECK(shown.code == exit_good);
  CHECK(shown.out.find("does claim 1 still hold?") != std::string::npos);
  CHECK(shown.out.find("No published estimate") != std::string::npos);
  CHECK(shown.out.find("outbox retry") != std::string::npos);
  const auto as_json = lines_of(running.type({"outbox", "show", std::to_string(id), "--json"}).out);
  REQUIRE(as_json.size() == 1);
  CHECK(as_json[0]["text"].get<std::string>().find("No published estimate") != std::string::npos);
  CHECK(running.type({"outbox", "show", "77"}).code == exit_no);
}

TEST_CASE("outbox retry and drop decide, and say when they cannot") {
  const running_store running;
  const row_id id = answer_to(*running.on, make_mention(1));
  const std::string number = std::to_string(id);
  bring_to(*running.on, id, outbox_state::held);
  CHECK(running.type({"outbox", "retry", number}).code == exit_good);
  CHECK(row_of(*running.on, id).state == outbox_state::queued);
  CHECK(running.type({"outbox", "drop", number}).code == exit_good);
  CHECK(row_of(*running.on, id).state == outbox_state::dropped);
  const auto again = running.type({"outbox", "drop", number});
  CHECK(again.code == exit_no);
  CHECK(again.complaints.find("dropped") != std::string::npos);
  REQUIRE(running.on->set_paused(true, noon).has_value());
  CHECK(running.type({"outbox", "retry", number}).out.find("resume") != std::string::npos);
  CHECK(running.type({"outbox", "retry", "77"}).code == exit_no);
  CHECK(running.type({"outbox", "retry"}).code == exit_usage);
}

TEST_CASE("gaps are listed") {
  const running_store running;
  CHECK(running.type({"gaps"}).out.find("nothing") == 0);
  resolution gap = silent();
  gap.gap = "what about quantum?";
  answer_to(*running.on, make_mention(1), gap);
  const auto people = running.type({"gaps"});
  CHECK(people.out.starts_with("PEOPLE  TIMES  LAST"));
  CHECK(people.out.find("what about quantum?") != std::string::npos);
  const auto rows = lines_of(running.type({"gaps", "--json"}).out);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0]["people"] == 1);
  CHECK(rows[0]["times"] == 1);
}

TEST_CASE("pause and resume reach the running service") {
  const running_store running;
  CHECK(running.type({"pause"}).code == exit_good);
  CHECK(*running.on->is_paused());
  CHECK(running.type({"pause"}).out.starts_with("unchanged"));
  CHECK(running.type({"resume"}).code == exit_good);
  CHECK_FALSE(*running.on->is_paused());
}

TEST_CASE("without a store it says what to do") {
  const auto missing = type({"pause", "--store", "/nonexistent/store.db"});
  CHECK(missing.code == exit_usage);
  CHECK(missing.complaints.find("/nonexistent/store.db") != std::string::npos);
  const auto unnamed = type({"pause", "--config", "/nonexistent/stillholds.toml"});
  CHECK(unnamed.code == exit_usage);
  CHECK(unnamed.complaints.find("--store") != std::string::npos);
}

TEST_CASE("the configuration names the store, even when its secrets cannot be read") {
  const running_store running;
  const fs::path config = running.path / "stillholds.toml";
  std::ofstream(config) << "[server]\npublic_url = \"https://bot.example.org\"\n[store]\npath = \"store.db\"\n"
                           "[[account]]\nplatform = \"slack\"\nname = \"main\"\nsecret_files = [\"not-for-us\"]\n";
  CHECK(type({"pause", "--config", config}).code == exit_good);
  CHECK(*running.on->is_paused());
}
