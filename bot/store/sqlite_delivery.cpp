// The outbox's way out: what is due is handed out in order, and each attempt's outcome is written down.
#include <fmt/format.h>

#include <unordered_set>
#include <utility>

#include "bot/store/sqlite_store.hpp"

namespace stillholds {

result<void> sqlite_store::heads(const std::function<bool(const open_row&)>& visit) {
  std::unordered_set<std::int64_t> conversations;
  // `state <= 2` is the partial index's own condition: queued, sending, unknown.
  return database_.each("SELECT mention, conversation, state, next_at FROM outbox WHERE state <= 2 ORDER BY mention",
                        {}, [&](const sql_row& row) {
                          if (!conversations.insert(row.integer(1)).second) return true;
                          return visit({row.integer(0), static_cast<outbox_state>(row.integer(2)), row.integer(3)});
                        });
}

result<std::vector<outbox_row>> sqlite_store::take_deliveries(std::size_t max, instant now) {
  return atomically([&]() -> result<std::vector<outbox_row>> {
    std::vector<open_row> due;
    const auto looked = heads([&](const open_row& row) {
      if (due.size() >= max) return false;
      if (row.state != outbox_state::sending && row.next_at <= stored(now)) due.push_back(row);
      return true;
    });
    if (!looked) return std::unexpected(looked.error());
    std::vector<outbox_row> taken;
    taken.reserve(due.size());
    for (const open_row& row : due) {
      const auto marked =
          row.state == outbox_state::queued
              ? database_.change("UPDATE outbox SET state = 1, attempts = attempts + 1 WHERE mention = ?1", {row.id})
              : database_.change("UPDATE outbox SET next_at = ?1, attempts = attempts + 1 WHERE mention = ?2",
                                 {stored(now + look_lease), row.id});
      if (!marked) return std::unexpected(marked.error());
      auto read = find_outbox(row.id);
      if (!read && read.error().code != errc::corrupt) return std::unexpected(read.error());
      if (!read) {  // one unreadable answer must not hold up all the others
        const auto buried = database_.change(
            "UPDATE outbox SET state = 6, reason = 'stored_answer_unreadable' WHERE mention = ?1", {row.id});
        if (!buried) return std::unexpected(buried.error());
        continue;
      }
      taken.push_back(std::move(*read));
    }
    return taken;
  });
}

result<void> sqlite_store::settle(row_id outbox_id, const attempt_result& what, instant now) {
  if (what.state == outbox_state::sending || what.state == outbox_state::dry) {
    return fail(errc::malformed, fmt::format("an attempt cannot end as {}", name_of(what.state)));
  }
  return atomically([&]() -> result<void> {
    const auto before = database_.number("SELECT state FROM outbox WHERE mention = ?1", {outbox_id});
    if (!before) return std::unexpected(before.error());
    if (!*before) return fail(errc::not_found, fmt::format("there is no outbox row {}", outbox_id));
    const auto state = static_cast<outbox_state>(**before);
    if (state > outbox_state::unknown) {
      return fail(errc::conflict, fmt::format("outbox row {} is {} already", outbox_id, name_of(state)));
    }
    const auto words = database_.number("SELECT words FROM inbox WHERE id = ?1", {outbox_id});
    if (!words) return std::unexpected(words.error());
    // Nobody waits for an answer whose author was forgotten or whose question is gone or another one by now.
    const bool leaving = words->value_or(0) != 0;
    const outbox_state next = what.state == outbox_state::held && leaving ? outbox_state::dropped : what.state;
    const auto written = database_.change(
        "UPDATE outbox SET state = ?1, next_at = ?2, reason = ?3, reply_id = CASE ?4 WHEN '' THEN reply_id ELSE ?4 END"
        " WHERE mention = ?5",
        {std::to_underlying(next), stored(what.next_at), what.reason, what.reply_id, outbox_id});
    if (!written) return std::unexpected(written.error());
    const auto action = database_.number("SELECT action FROM outbox WHERE mention = ?1", {outbox_id});
    if (!action) return std::unexpected(action.error());
    // A reply that was taken away shows nothing to anybody.
    if (next == outbox_state::delivered && *action != std::to_underlying(outbox_action::retract)) {
      if (const auto noted = write_ledger(outbox_id, what.reply_id, now); !noted) return noted;
    }
    if (next >= outbox_state::delivered) return release_words(outbox_id);
    return {};
  });
}

result<int> sqlite_store::recover(instant now) {
  return atomically([&]() -> result<int> {
    const auto lost =
        database_.change("UPDATE outbox SET state = 2, next_at = ?1 WHERE state = 1 AND state <= 2", {stored(now)});
    if (!lost) return std::unexpected(lost.error());
    const auto looks = database_.change(
        "UPDATE outbox SET next_at = ?1 WHERE state = 2 AND state <= 2 AND next_at > ?1", {stored(now)});
    if (!looks) return std::unexpected(looks.error());
    const auto leases = database_.change("UPDATE waiting SET ready_at = 0 WHERE ready_at > 0");
    if (!leases) return std::unexpected(leases.error());
    return static_cast<int>(*lost);
  });
}

result<std::optional<instant>> sqlite_store::next_delivery() {
  std::optional<instant> earliest;
  const auto looked = heads([&earliest](const open_row& row) {
    if (row.state == outbox_state::sending) return true;
    const instant due = instant_of(row.next_at);
    if (!earliest || due < *earliest) earliest = due;
    return true;
  });
  if (!looked) return std::unexpected(looked.error());
  return earliest;
}

result<outbox_row> sqlite_store::outbox_of_mention(row_id mention_id) {
  auto found = find_outbox(mention_id);
  if (found || found.error().code != errc::not_found) return found;
  const auto open = database_.number("SELECT 1 FROM waiting WHERE mention = ?1", {mention_id});
  if (!open) return std::unexpected(open.error());
  if (*open) return fail(errc::busy, fmt::format("mention {} is not decided yet", mention_id));
  return found;
}

result<outbox_row> sqlite_store::find_outbox(row_id id) {
  outbox_row found;
  std::string document;
  const auto read = database_.each(
      "SELECT one.state, one.attempts, one.created, one.next_at, one.claim_revision, one.snapshot_version, one.key,"
      " one.reply_id, one.reason, answer, one.action, ifnull(earlier.state, 7), ifnull(earlier.reply_id, '')"
      " FROM outbox AS one JOIN document ON document.mention = one.mention"
      " LEFT JOIN outbox AS earlier ON earlier.mention = one.follows WHERE one.mention = ?1",
      {id}, [&](const sql_row& row) {
        found.id = id;
        found.mention_id = id;
        found.state = static_cast<outbox_state>(row.integer(0));
        found.attempts = static_cast<int>(row.integer(1));
        found.created = instant_of(row.integer(2));
        found.next_at = instant_of(row.integer(3));
        found.claim_revision = row.string(4);
        found.snapshot_version = row.string(5);
        found.key = row.string(6);
        found.reply_id = row.string(7);
        found.reason = row.string(8);
        document = row.string(9);
        found.action = static_cast<outbox_action>(row.integer(10));
        found.follows = {static_cast<outbox_state>(row.integer(11)), row.string(12)};
        return false;
      });
  if (!read) return std::unexpected(read.error());
  if (found.id == 0) return fail(errc::not_found, fmt::format("there is no outbox row {}", id));
  auto asked = read_mention(id);
  if (!asked) return std::unexpected(asked.error());
  found.from = std::move(asked->from);
  found.question = std::move(asked->mention);
  auto answer = answer_from_json_text(document);
  if (!answer) return fail(errc::corrupt, fmt::format("the answer of outbox row {} cannot be read", id));
  found.answer = std::move(*answer);
  return found;
}

}  // namespace stillholds
