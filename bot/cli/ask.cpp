#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bot/cli/commands.hpp"
#include "knowledge/answers/compose.hpp"
#include "knowledge/answers/fit.hpp"
#include "knowledge/calendar.hpp"
#include "knowledge/json.hpp"
#include "knowledge/matching/explain.hpp"
#include "knowledge/model/loader.hpp"
#include "knowledge/snapshot/snapshot.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

struct ask_options {
  std::vector<std::string> words;
  std::string knowledge;
  std::string as_of;
  std::string today;
  std::string article;
  std::string batch;
  std::string public_url;
  std::string encoder;
  bool as_json{false};
  bool fail{false};
  bool explain{false};
};

int give_up(const std::string& why) {
  std::cerr << "ask: " << why << '\n';
  return exit_usage;
}

// Answers questions one by one against a snapshot, without any conversation.
class asker {
 public:
  asker(const ask_options& options, const snapshot& knowledge, day today, std::optional<partial_date> as_of)
      : options_(options), knowledge_(knowledge), today_(today), as_of_(as_of) {
    if (!options.article.empty()) within_.push_back(options.article);
  }

  // Prints the answer; false when the knowledge does not cover the question.
  bool answer_to(const std::string& question) const {
    auto found = knowledge_.matcher.match(question, within_, today_);
    if (!found.as_of) found.as_of = as_of_;
    const auto answer = compose({.snapshot = knowledge_,
                                 .outcome = found,
                                 .wording = wording::built_in(),
                                 .memory = {},
                                 .public_url = options_.public_url,
                                 .article_id = options_.article,
                                 .today = today_,
                                 .within = within_});
    const auto text = found.asks_nothing ? std::string{} : write(answer, plain_dialect());
    if (options_.as_json) {
      print_json(question, found, answer, text);
    } else {
      if (!options_.batch.empty()) std::cout << "> " << question << '\n';
      std::cout << (found.asks_nothing ? "(nothing is asked, so no reply is made)" : text) << '\n';
      if (options_.explain) print_reasons(found);
      if (!options_.batch.empty()) std::cout << '\n';
    }
    return found.kind != outcome_kind::none;
  }

 private:
  // The status in force on the day that the question is about; null when there is no claim or no verdict yet.
  [[nodiscard]] json status_of(const outcome& found, const std::string& claim_id) const {
    const auto* const claim = knowledge_.find_claim(claim_id).claim;
    if (claim == nullptr) return nullptr;
    const auto* const verdict = claim->in_force(found.as_of ? std::min(found.as_of->last_day(), today_) : today_);
    return verdict == nullptr ? json(nullptr) : json(name_of(verdict->status));
  }

  void print_json(const std::string& question, const outcome& found, const answer& answer,
                  const std::string& text) const {
    const bool is_claim = found.kind == outcome_kind::claim || found.kind == outcome_kind::command;
    const auto claim_id = is_claim ? answer.claim_id : std::string{};
    json line{{"question", question},
              {"kind", name_of(found.kind)},
              {"claim", claim_id.empty() ? json(nullptr) : json(claim_id)},
              {"confidence", std::round(found.confidence * 1000) / 1000},
              {"suggestions", found.suggestions},
              {"status", status_of(found, claim_id)},
              {"text", text}};
    if (options_.explain) {
      line["why"] = found.why;
      for (const auto& next : found.candidates) {
        line["candidates"].push_back({{"claim", next.claim_id},
                                      {"confidence", std::round(next.confidence * 1000) / 1000},
                                      {"score", std::round(next.score * 1000) / 1000},
                                      {"matched", next.matched},
                                      {"missed", next.missed},
                                      {"signals", signals_of(next)}});
      }
    }
    std::cout << dump_json(line) << '\n';
  }

  static json signals_of(const candidate& of) {
    json values = json::object();
    for (const auto& [name, value] : of.signals) values[std::string(name)] = std::round(value * 1000) / 1000;
    return values;
  }

  static std::string listed(std::span<const std::string> words) {
    return words.empty() ? "nothing" : fmt::format("{}", fmt::join(words, ", "));
  }

  static void print_reasons(const outcome& found) {
    std::cout << "-- " << found.why << '\n';
    for (const auto& next : found.candidates) {
      std::cout << fmt::format("   {:.2f} {:6.2f} {} (shares: {}; lacks: {})\n", next.confidence, next.score,
                               next.claim_id, listed(next.matched), listed(next.missed));
    }
    if (found.candidates.empty()) return;
    const auto& best = found.candidates[0];
    const bool alone = found.candidates.size() == 1;
    std::cout << fmt::format("   what was measured for {}{}:\n", best.claim_id,
                             alone ? "" : " and " + found.candidates[1].claim_id);
    for (std::size_t i = 0; i < best.signals.size(); ++i) {
      const auto& [name, value] = best.signals[i];
      const auto second = alone ? std::string(5, ' ') : fmt::format("{:5.2f}", found.candidates[1].signals[i].second);
      std::cout << fmt::format("  {:5.2f} {} {:<17}{}\n", value, second, name, describe_signal(name));
    }
  }

  const ask_options& options_;
  const snapshot& knowledge_;
  day today_;
  std::optional<partial_date> as_of_;
  std::vector<std::string> within_;
};

// One question a line; empty lines are skipped. Nothing when the file cannot be read.
std::optional<std::vector<std::string>> read_questions(const std::string& path) {
  std::ifstream in(path);
  if (!in) return std::nullopt;
  std::vector<std::string> questions;
  for (std::string line; std::getline(in, line);) {
    if (!trim(line).empty()) questions.emplace_back(trim(line));
  }
  return in.bad() ? std::nullopt : std::optional(std::move(questions));
}

int ask(const ask_options& options, const cli_context& context) {
  day today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  if (!options.today.empty()) {
    const auto given = parse_date(options.today);
    if (!given || given->dom == 0)
      return give_up(fmt::format("--today: \"{}\" is not a day; write it like 2026-11-23", options.today));
    today = given->first_day();
  }
  std::optional<partial_date> as_of;
  if (!options.as_of.empty()) {
    const auto given = parse_date(options.as_of);
    if (!given) return give_up("--as-of: " + given.error().detail);
    if (given->first_day() > today) return give_up("--as-of lies in the future; nobody knows what will hold then");
    as_of = *given;
  }
  std::vector<std::string> questions;
  if (!options.batch.empty()) {
    if (!options.words.empty()) return give_up("give either a question or --batch, not both");
    auto read = read_questions(options.batch);
    if (!read) return give_up("cannot read " + options.batch);
    questions = std::move(*read);
  } else {
    questions.push_back(fmt::format("{}", fmt::join(options.words, " ")));
  }
  const auto folder = knowledge_folder(options.knowledge, context);
  if (folder.empty()) return give_up("no knowledge folder; name one with --knowledge");
  auto loaded = load_knowledge(folder);
  if (!loaded.ok()) {
    for (const auto& each : loaded.faults) std::cerr << to_string(each) << '\n';
    return exit_usage;
  }
  const auto vectors = open_vectors(options.encoder, "claim-vectors.cache", context);
  if (!vectors) return give_up("--encoder: " + vectors.error().detail);
  const snapshot knowledge(std::move(loaded.articles), std::move(loaded.golden), {.vectors = *vectors});
  if (!options.article.empty() && knowledge.find_article(options.article) == nullptr) {
    return give_up(fmt::format("--article: there is no article \"{}\" in {}", options.article, folder.string()));
  }
  const asker asking(options, knowledge, today, as_of);
  bool all_found = true;
  for (const auto& question : questions) all_found = asking.answer_to(question) && all_found;
  return options.fail && !all_found ? exit_no : exit_good;
}

}  // namespace

void add_ask(CLI::App& app, cli_context& context) {
  auto options = std::make_shared<ask_options>();
  auto* const command = app.add_subcommand("ask", "Answer a question on the terminal as the bot would in a thread");
  command->add_option("question", options->words, "The question; several words are one question");
  command->add_option("--knowledge", options->knowledge, "The knowledge folder (default: ./knowledge)")
      ->type_name("DIR");
  command->add_option("--as-of", options->as_of, "The status that was in force then: 2025, 2025-06 or 2025-06-13")
      ->type_name("DATE");
  command->add_option("--today", options->today, "Answer as if today were that day")->type_name("DATE");
  command->add_option("--article", options->article, "Only claims of this article")->type_name("ID");
  command->add_option("--batch", options->batch, "Read one question a line from a file")->type_name("FILE");
  command->add_option("--public-url", options->public_url, "Where the public pages stand, for the links in the answer")
      ->type_name("URL");
  add_encoder_option(*command, options->encoder);
  command->add_flag("--json", options->as_json, "One JSON object a line");
  command->add_flag("--fail", options->fail, "Exit with 1 when a question is not covered");
  command->add_flag("--explain", options->explain, "Say why it was answered, suggested or refused");
  command->callback([options, &context] { context.exit_code = ask(*options, context); });
}

}  // namespace stillholds
