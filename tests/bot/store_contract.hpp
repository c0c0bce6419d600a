// What every store must do, as trials over `store&`: each gets a fresh, empty store and checks with doctest. The values
// they share stand here, too.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "bot/store/store.hpp"

namespace stillholds::store_contract {

using namespace std::chrono_literals;

struct trial {
  const char* name;
  void (*run)(store& on);
};

[[nodiscard]] std::span<const trial> inbox_trials();
[[nodiscard]] std::span<const trial> outbox_trials();
[[nodiscard]] std::span<const trial> conversation_trials();
[[nodiscard]] std::span<const trial> record_trials();

inline constexpr instant noon{std::chrono::milliseconds(1'800'000'000'123)};
inline constexpr std::size_t no_limit = 1'000'000;
inline const origin slack{"slack", "main"};

// Every field filled, each mention its own; one space, one author, a thread of its own.
inline mention make_mention(int number) {
  mention made;
  made.delivery_key = fmt::format("slack:Ev{:08}", number);
  made.message_key = fmt::format("slack:C1:{}.0001", 1000 + number);
  made.space = "T1";
  made.thread_id = fmt::format("C1:{}", number);
  made.message_id = fmt::format("{}.0001", 1000 + number);
  made.author_id = "U1";
  made.question = fmt::format("does claim {} still hold?", number);
  made.reply_to = fmt::format(R"({{"channel":"C1","ts":"{}"}})", number);
  return made;
}

inline mention in_thread(int number, std::string thread) {
  mention made = make_mention(number);
  made.thread_id = std::move(thread);
  return made;
}

inline answer make_answer(std::string claim_id) {
  answer made;
  made.kind = answer_kind::claim;
  made.language = "zh";
  made.lead = "声明 \"90%\"";
  made.status = "Status: never well supported";
  made.body = "No published estimate puts the share at 90 percent.\nA large lead is right.";
  made.items = {{"Apr 2026, Epoch AI", "71% of compute", "https://example.org/a?b=1&c=2"}, {"", "second", ""}};
  made.link = "https://bot.example.org/a/x/y";
  made.article_id = "us-china-ai-gap";
  made.claim_id = std::move(claim_id);
  made.status_word = "unsupported";
  return made;
}

inline resolution answered(std::string claim_id = "compute") {
  resolution made;
  made.answer = make_answer(std::move(claim_id));
  made.key = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
  made.claim_revision = "0123456789abcdef";
  made.snapshot_version = "fedcba9876543210";
  return made;
}

inline resolution silent(std::string why = "person_cap") {
  resolution made;
  made.silence = std::move(why);
  return made;
}

// Puts a mention that must be new; its id.
inline row_id put(store& on, const mention& what, instant now = noon, const origin& from = slack) {
  const auto done = on.put_mention(from, what, now, no_limit);
  REQUIRE(done.has_value());
  REQUIRE(done->kind == put_kind::stored);
  return done->id;
}

inline row_id decide(store& on, row_id mention_id, const resolution& verdict, instant now = noon,
                     conversation* known = nullptr) {
  const auto done = on.finish(mention_id, now, {}, [&](const conversation& memory) {
    if (known != nullptr) *known = memory;
    return verdict;
  });
  REQUIRE(done.has_value());
  return *done;
}

// A mention that was put and answered; the outbox row's id.
inline row_id answer_to(store& on, const mention& what, const resolution& verdict = answered(), instant now = noon) {
  return decide(on, put(on, what, now), verdict, now);
}

inline attempt_result attempt(outbox_state state, instant next_at = noon, std::string reply_id = "",
                              std::string reason = "") {
  return {state, next_at, std::move(reply_id), std::move(reason)};
}

inline void settle(store& on, row_id id, outbox_state state, instant next_at = noon, std::string reply_id = "") {
  REQUIRE(on.settle(id, attempt(state, next_at, std::move(reply_id), "because"), next_at).has_value());
}

// Takes what is due and settles the row as wanted.
inline void bring_to(store& on, row_id id, outbox_state state, instant now = noon) {
  if (state == outbox_state::queued) return;
  REQUIRE(on.take_deliveries(no_limit, now).has_value());
  if (state != outbox_state::sending) settle(on, id, state, now, state == outbox_state::delivered ? "R" : "");
}

inline std::vector<row_id> taken_deliveries(store& on, instant now = noon, std::size_t max = no_limit) {
  const auto rows = on.take_deliveries(max, now);
  REQUIRE(rows.has_value());
  std::vector<row_id> ids;
  for (const outbox_row& row : *rows) ids.push_back(row.id);
  return ids;
}

inline std::vector<row_id> taken_mentions(store& on, instant now = noon, std::size_t max = no_limit) {
  const auto rows = on.take_mentions(max, now, 10s);
  REQUIRE(rows.has_value());
  std::vector<row_id> ids;
  for (const inbox_row& row : *rows) ids.push_back(row.id);
  return ids;
}

// What the next mention's decision would know; the mention itself stays silent.
inline conversation recalled_by(store& on, const mention& next, instant now = noon) {
  conversation known;
  decide(on, put(on, next, now), silent(), now, &known);
  return known;
}

inline outbox_row row_of(store& on, row_id id) {
  auto row = on.find_outbox(id);
  REQUIRE(row.has_value());
  return *row;
}

template <class T>
errc code_of(const result<T>& failed) {
  REQUIRE_FALSE(failed.has_value());
  return failed.error().code;
}

using ids = std::vector<row_id>;

}  // namespace stillholds::store_contract
