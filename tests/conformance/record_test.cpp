// Fills in what new fixtures become: every "?" that stands for an outcome, a judgement or an escaped text is replaced
// by what the platform makes of it today, for a person to read in the diff before it is committed. Run by hand:
//   build/address/test_conformance -ns -tc='record what new fixtures become'
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "tests/conformance/fixtures.hpp"

using namespace stillholds;
using namespace stillholds::conformance;

namespace {

using ordered = nlohmann::ordered_json;

bool is_open(const ordered& row, const char* key) { return row.contains(key) && row.at(key) == "?"; }

ordered read_ordered(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return ordered::parse(in);
}

void save(const std::filesystem::path& file, const ordered& value) {
  std::ofstream(file, std::ios::binary) << value.dump(1, ' ', false, ordered::error_handler_t::replace) << '\n';
}

void record_request(const platform_fixtures& of, const row& one, ordered& expect) {
  const auto on = make_platform(of, one.expect);
  const auto what = admit(*on, one.request, one.now());
  expect["outcome"] = outcome_name(what.kind);
  expect["reason"] = what.reason;
  expect["delivery_key"] = what.delivery_key;
  if (!what.cursor.empty()) expect["cursor"] = what.cursor;
  if (!what.mentions.empty()) {
    const auto& asked = what.mentions.front();
    if (asked.change != mention_change::created) expect["change"] = name_of(asked.change);
    if (asked.delivery_key != what.delivery_key) expect["mention_delivery_key"] = asked.delivery_key;
    if (what.mentions.size() > 1) expect["mentions"] = what.mentions.size();
    expect["question"] = asked.question;
    expect["thread_id"] = asked.thread_id;
    expect["message_id"] = asked.message_id;
    expect["author_id"] = asked.author_id;
    expect["message_key"] = asked.message_key;
    if (asked.only_by_author) expect["only_by_author"] = true;
  }
  expect["ack"] = {{"status", what.acknowledge.status},
                   {"content_type", what.acknowledge.content_type},
                   {"body", what.acknowledge.body}};
  if (what.asked_before) expect["ack"]["asked_before"] = what.asked_before->body;
}

void record_answer(const platform& on, ordered& row) {
  const auto judged = judge_call(on, response_from(json(row)));
  row["kind"] = judgement_name(judged.kind);
  row["reason"] = judged.reason;
  row["reply_id"] = judged.reply_id;
  row["retry_after"] = judged.retry_after ? ordered(judged.retry_after->count()) : ordered{};
  if (judged.renew_provision) row["renew_provision"] = true;
}

void record_sighting(const platform& on, const reply& what, ordered& row) {
  const auto seen = on.see(what, response_from(json(row)));
  row.erase("question_stands");
  if (!seen) {
    row["error"] = name_of(seen.error().code);
    return;
  }
  row["question_stands"] = seen->question_stands;
  row["reply_id"] = seen->reply_id ? ordered(*seen->reply_id) : ordered{};
  if (seen->reply_to) row["reply_to"] = *seen->reply_to;
}

template <class Record>
void record_list(const std::filesystem::path& file, const char* mark, Record record) {
  if (!std::filesystem::exists(file)) return;
  auto all = read_ordered(file);
  auto& list = all.is_object() ? all.at("rows") : all;
  bool touched = false;
  for (auto& row : list) {
    if (!is_open(row, mark)) continue;
    record(row);
    touched = true;
  }
  if (touched) save(file, all);
}

}  // namespace

TEST_CASE("record what new fixtures become" * doctest::skip()) {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto own = std::filesystem::path(SOURCE_DIR) / "tests" / "fixtures" / of.entry->name;
    const auto on = make_platform(of);
    for (const auto& one : of.rows) {
      auto expect = read_ordered(own / (one.name + ".json"));
      if (!is_open(expect, "outcome")) continue;
      record_request(of, one, expect);
      save(own / (one.name + ".json"), expect);
    }
    const auto what = sample_reply(of, sample_mention(of, *on));
    record_list(own / "answers.json", "kind", [&](ordered& row) { record_answer(*on, row); });
    record_list(own / "sightings.json", "question_stands", [&](ordered& row) {
      const auto& asked = of.find(row.value("question", of.sightings.at("question").get<std::string>()));
      record_sighting(*on, sample_reply(of, admit(*on, asked.request, asked.now()).mentions.at(0)), row);
    });
    record_list(own / "probes.json", "finds", [&](ordered& row) {
      const auto found = on->read_probe(row.value("step", std::size_t{0}), response_from(json(row)));
      row.erase("finds");
      found ? row["finds"] = *found : row["error"] = name_of(found.error().code);
    });
    record_list(own / "provisions.json", "value", [&](ordered& row) {
      const auto name = row.value("provision_name", get_string(of.account, "provision_name").value_or(""));
      const auto read = on->read_provision(name, response_from(json(row)), of.sample().now());
      row.erase("value");
      if (read) row["value"] = read->value;
      if (read) row["good_for"] = (read->good_until - of.sample().now()).count();
      if (!read) row["error"] = name_of(read.error().code);
    });
    record_list(own / "escape.json", "output", [&](ordered& row) {
      auto shown = what;
      shown.answer = answer{};
      shown.answer.body = row.at("input").get<std::string>();
      row["output"] = rendered_text(of, *on, shown);
    });
  }
}
