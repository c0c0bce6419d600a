// A person's hand on the store, beside the running service or without it: outbox, gaps, pause and resume.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bot/cli/commands.hpp"
#include "bot/config/config.hpp"
#include "bot/store/sqlite.hpp"
#include "knowledge/answers/fit.hpp"
#include "knowledge/calendar.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

struct operate_options {
  std::string config{"stillholds.toml"};
  std::string store;
  std::string state;
  std::size_t limit{50};
  row_id id{0};
  bool as_json{false};
};

constexpr std::size_t question_max_code_points = 60;

instant clock_now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

std::string written(instant at) { return format_instant(std::chrono::floor<std::chrono::seconds>(at)); }

// What a reader typed, fit for a terminal: no control characters, one line, not too long.
std::string one_line(std::string_view text, std::size_t max_code_points) {
  std::string line = tidy(text);
  std::ranges::replace_if(line, [](char c) { return c == '\n' || c == '\t'; }, ' ');
  const std::string_view shown = cut(line, max_code_points);
  return shown.size() == line.size() ? line : std::string(shown) + "…";
}

std::string dash_if_empty(std::string_view text) { return text.empty() ? "-" : one_line(text, 200); }

using table = std::vector<std::vector<std::string>>;

// The first row is the heading; the last column takes what room it needs.
void print_table(const table& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], code_points(row[column]));
    }
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t column = 0; column + 1 < row.size(); ++column) {
      line += row[column] + std::string(widths[column] - code_points(row[column]) + 2, ' ');
    }
    std::cout << line << row.back() << '\n';
  }
}

json to_json(const outbox_row& row) {
  return {{"id", row.id},
          {"state", name_of(row.state)},
          {"platform", row.from.platform},
          {"account", row.from.account},
          {"space", row.question.space},
          {"thread", row.question.thread_id},
          {"message", row.question.message_id},
          {"author", row.question.author_id},
          {"question", row.question.question},
          {"kind", name_of(row.answer.kind)},
          {"article", row.answer.article_id},
          {"claim", row.answer.claim_id},
          {"claim_revision", row.claim_revision},
          {"snapshot_version", row.snapshot_version},
          {"attempts", row.attempts},
          {"created", written(row.created)},
          {"next_at", written(row.next_at)},
          {"reply_id", row.reply_id},
          {"reason", row.reason},
          {"key", row.key}};
}

void print_rows(const std::vector<outbox_row>& rows) {
  if (rows.empty()) {
    std::cout << "no rows\n";
    return;
  }
  table lines{{"ID", "STATE", "CREATED", "ACCOUNT", "CLAIM", "TRIES", "REASON", "QUESTION"}};
  for (const outbox_row& row : rows) {
    lines.push_back({std::to_string(row.id), std::string(name_of(row.state)), written(row.created),
                     row.from.platform + "/" + row.from.account, dash_if_empty(row.answer.claim_id),
                     std::to_string(row.attempts), dash_if_empty(row.reason),
                     one_line(row.question.question, question_max_code_points)});
  }
  print_table(lines);
}

// What a person may do about a row in this state.
std::string_view advice_for(outbox_state state) {
  switch (state) {
    case outbox_state::queued: return "it is sent when its time comes; `outbox drop` keeps it from being sent";
    case outbox_state::sending:
      return "it is being sent; when the service is not running, its next start looks into it";
    case outbox_state::unknown:
      return "it may have been posted; the service looks into the thread before sending again";
    case outbox_state::held: return "look into the thread: if our reply is there, `outbox drop`, else `outbox retry`";
    case outbox_state::refused:
      return "the platform refused it; once the reason is gone, `outbox retry` sends it again";
    case outbox_state::dead: return "it was given up; `outbox retry` sends it again";
    case outbox_state::dropped: return "it is not sent; `outbox retry` changes that while its question is stored";
    case outbox_state::delivered:
    case outbox_state::dry: break;
  }
  return "nothing is to be done";
}

void print_row(const outbox_row& row) {
  const auto line = [](std::string_view name, const std::string& value) {
    std::cout << fmt::format("{:<10}{}\n", name, value);
  };
  line("id", std::to_string(row.id));
  line("state", fmt::format("{} ({})", name_of(row.state), advice_for(row.state)));
  line("account", row.from.platform + "/" + row.from.account);
  line("thread", dash_if_empty(row.question.thread_id));
  line("message", dash_if_empty(row.question.message_id));
  line("reply", dash_if_empty(row.reply_id));
  line("claim", fmt::format("{} (revision {}, snapshot {})", dash_if_empty(row.answer.claim_id),
                            dash_if_empty(row.claim_revision), dash_if_empty(row.snapshot_version)));
  line("created", written(row.created));
  line("next", row.state <= outbox_state::unknown ? written(row.next_at) : "-");
  line("tries", std::to_string(row.attempts));
  line("reason", dash_if_empty(row.reason));
  line("question", row.question.question.empty() ? "(no longer stored)" : one_line(row.question.question, 2000));
  std::cout << "\n" << write(row.answer, plain_dialect()) << '\n';
}

int report(const error& why) {
  std::cerr << why.detail << '\n';
  switch (why.code) {
    case errc::not_found:
    case errc::conflict: return exit_no;
    case errc::busy: std::cerr << "the store is in use; try again in a moment\n"; return exit_no;
    default: return exit_usage;
  }
}

// The store named by --store, or by the configuration. Secrets that this user cannot read are no hindrance.
result<std::unique_ptr<store>> open_named(const operate_options& options) {
  std::filesystem::path file = options.store;
  if (file.empty()) {
    const read_config read = load_config(options.config);
    for (const config_fault& fault : read.faults) {
      if (!fault.key.empty() && !fault.key.starts_with("store")) continue;
      return fail(errc::malformed, to_string(fault, options.config) +
                                       "\nname the configuration with --config, or the store's file with --store");
    }
    file = read.value.store;
  }
  return open_sqlite(file, {.opened_to = sqlite_options::purpose::operate, .vfs = ""});
}

using action = int (*)(store&, const operate_options&);

int run(const operate_options& options, action what) {
  const auto opened = open_named(options);
  if (!opened) {
    std::cerr << opened.error().detail << '\n';
    return exit_usage;
  }
  return what(**opened, options);
}

int list(store& on, const operate_options& options) {
  const auto only = parse_outbox_state(options.state);
  if (!only && !options.state.empty()) {
    std::string known;
    for (int number = 0; number <= static_cast<int>(outbox_state::dry); ++number) {
      known += fmt::format(" {}", name_of(static_cast<outbox_state>(number)));
    }
    std::cerr << fmt::format("--state: \"{}\" is none of the states:{}\n", options.state, known);
    return exit_usage;
  }
  const auto rows = on.list_outbox(only, options.limit);
  if (!rows) return report(rows.error());
  if (!options.as_json) {
    print_rows(*rows);
    return exit_good;
  }
  for (const outbox_row& row : *rows) std::cout << dump_json(to_json(row)) << '\n';
  return exit_good;
}

int show(store& on, const operate_options& options) {
  const auto row = on.find_outbox(options.id);
  if (!row) return report(row.error());
  if (!options.as_json) {
    print_row(*row);
    return exit_good;
  }
  json shown = to_json(*row);
  shown["text"] = write(row->answer, plain_dialect());
  std::cout << dump_json(shown) << '\n';
  return exit_good;
}

int retry(store& on, const operate_options& options) {
  if (const auto done = on.retry_outbox(options.id, clock_now()); !done) return report(done.error());
  const auto paused = on.is_paused();
  const bool waits = paused && *paused;
  std::cout << fmt::format("outbox row {} is sent {}\n", options.id,
                           waits ? "after `stillholds resume`" : "as soon as the service runs and its turn comes");
  return exit_good;
}

int drop(store& on, const operate_options& options) {
  if (const auto done = on.drop_outbox(options.id, clock_now()); !done) return report(done.error());
  std::cout << fmt::format("outbox row {} will not be sent\n", options.id);
  return exit_good;
}

int gaps(store& on, const operate_options& options) {
  const auto rows = on.gaps(options.limit);
  if (!rows) return report(rows.error());
  if (options.as_json) {
    for (const gap_row& row : *rows) {
      std::cout << dump_json({{"question", row.question},
                              {"people", row.people},
                              {"times", row.times},
                              {"first", written(row.first)},
                              {"last", written(row.last)}})
                << '\n';
    }
    return exit_good;
  }
  if (rows->empty()) {
    std::cout << "nothing was asked in vain\n";
    return exit_good;
  }
  table lines{{"PEOPLE", "TIMES", "LAST", "QUESTION"}};
  for (const gap_row& row : *rows) {
    lines.push_back(
        {std::to_string(row.people), std::to_string(row.times), written(row.last), one_line(row.question, 200)});
  }
  print_table(lines);
  return exit_good;
}

int set_pause(store& on, bool value) {
  const auto before = on.is_paused();
  if (!before) return report(before.error());
  if (const auto done = on.set_paused(value, clock_now()); !done) return report(done.error());
  const std::string_view now =
      value ? "paused: mentions are still taken in, nothing is posted" : "resumed: what waited is posted";
  std::cout << (*before == value ? "unchanged; " : "") << now << '\n';
  return exit_good;
}

int pause(store& on, const operate_options&) { return set_pause(on, true); }
int resume(store& on, const operate_options&) { return set_pause(on, false); }

using shared_options = std::shared_ptr<operate_options>;

CLI::App* add_command(CLI::App& to, cli_context& context, const shared_options& options, const char* name,
                      const char* help, action what) {
  auto* command = to.add_subcommand(name, help);
  command->add_option("--config", options->config, "The configuration that names the store")
      ->type_name("FILE")
      ->capture_default_str();
  command->add_option("--store", options->store, "The store's file itself, without a configuration")->type_name("FILE");
  command->callback([options, &context, what] { context.exit_code = run(*options, what); });
  return command;
}

void add_listing(CLI::App* command, const shared_options& options) {
  command->add_option("--limit", options->limit, "At most so many rows")->type_name("N")->capture_default_str();
  command->add_flag("--json", options->as_json, "One JSON object a line");
}

void add_id(CLI::App* command, const shared_options& options) {
  command->add_option("ID", options->id, "The row's number, as `outbox list` shows it")->required();
}

}  // namespace

void add_operate(CLI::App& app, cli_context& context) {
  const auto options = std::make_shared<operate_options>();
  auto* outbox = app.add_subcommand("outbox", "See and decide about answers on their way");
  outbox->require_subcommand(1);
  auto* listing = add_command(*outbox, context, options, "list", "The newest rows", list);
  listing->add_option("--state", options->state, "Only rows in that state")->type_name("STATE");
  add_listing(listing, options);
  auto* showing = add_command(*outbox, context, options, "show", "One row with its question and answer", show);
  add_id(showing, options);
  showing->add_flag("--json", options->as_json, "A JSON object");
  add_id(add_command(*outbox, context, options, "retry", "Send it (again) now", retry), options);
  add_id(add_command(*outbox, context, options, "drop", "Never send it", drop), options);
  add_listing(add_command(app, context, options, "gaps", "Questions that nothing covered, most people first", gaps),
              options);
  add_command(app, context, options, "pause", "Stop posting; mentions are still taken in", pause);
  add_command(app, context, options, "resume", "Post again", resume);
}

}  // namespace stillholds
