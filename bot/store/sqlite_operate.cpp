// What people do and see beside the running service: the outbox's list, retry and drop, the kill switch, the counts.
#include <fmt/format.h>

#include <utility>

#include "bot/store/sqlite_store.hpp"

namespace stillholds {

result<std::vector<outbox_row>> sqlite_store::list_outbox(std::optional<outbox_state> only, std::size_t max) {
  std::vector<row_id> ids;
  const auto take = [&ids](const sql_row& row) {
    ids.push_back(row.integer(0));
    return true;
  };
  const auto limit = static_cast<std::int64_t>(max);
  const auto read = only ? database_.each("SELECT mention FROM outbox WHERE state = ?1 ORDER BY mention DESC LIMIT ?2",
                                          {std::to_underlying(*only), limit}, take)
                         : database_.each("SELECT mention FROM outbox ORDER BY mention DESC LIMIT ?1", {limit}, take);
  if (!read) return std::unexpected(read.error());
  std::vector<outbox_row> rows;
  rows.reserve(ids.size());
  for (const row_id id : ids) {
    auto row = find_outbox(id);
    if (!row && row.error().code != errc::corrupt) return std::unexpected(row.error());
    if (row) rows.push_back(std::move(*row));
  }
  return rows;
}

result<void> sqlite_store::retry_outbox(row_id id, instant now) {
  return atomically([&]() -> result<void> {
    const auto state = database_.number("SELECT state FROM outbox WHERE mention = ?1", {id});
    if (!state) return std::unexpected(state.error());
    if (!*state) return fail(errc::not_found, fmt::format("there is no outbox row {}", id));
    const auto words = database_.number("SELECT words FROM inbox WHERE id = ?1", {id});
    if (!words) return std::unexpected(words.error());
    const bool settled = static_cast<outbox_state>(**state) > outbox_state::unknown;
    if (*words == 2 || *words == 3 || (settled && *words != 0)) {
      return fail(errc::conflict,
                  fmt::format("outbox row {} cannot be sent any more: its question is no longer stored", id));
    }
    result<std::int64_t> done = 0;
    switch (static_cast<outbox_state>(**state)) {
      case outbox_state::queued:
      case outbox_state::unknown:
        done = database_.change("UPDATE outbox SET next_at = ?1 WHERE mention = ?2", {stored(now), id});
        break;
      case outbox_state::held:
      case outbox_state::refused:
      case outbox_state::dead:
      case outbox_state::dropped:
        done = database_.change(
            "UPDATE outbox SET state = 0, attempts = 0, next_at = ?1, reason = 'retried_by_hand' WHERE mention = ?2",
            {stored(now), id});
        break;
      case outbox_state::sending:
        return fail(errc::conflict, fmt::format("outbox row {} is being sent right now; wait for the outcome", id));
      case outbox_state::delivered:
        return fail(errc::conflict,
                    fmt::format("outbox row {} was delivered; sending it again would post it twice", id));
      case outbox_state::dry:
        return fail(errc::conflict, fmt::format("outbox row {} was recorded in dry run and is never sent", id));
    }
    if (!done) return std::unexpected(done.error());
    return {};
  });
}

result<void> sqlite_store::drop_outbox(row_id id, instant now) {
  return atomically([&]() -> result<void> {
    const auto state = database_.number("SELECT state FROM outbox WHERE mention = ?1", {id});
    if (!state) return std::unexpected(state.error());
    if (!*state) return fail(errc::not_found, fmt::format("there is no outbox row {}", id));
    const auto before = static_cast<outbox_state>(**state);
    if (before == outbox_state::sending) {
      return fail(errc::conflict, fmt::format("outbox row {} is being sent right now; wait for the outcome", id));
    }
    if (before > outbox_state::held) {
      return fail(errc::conflict, fmt::format("outbox row {} is {}: nothing is left to drop", id, name_of(before)));
    }
    const auto done = database_.change(
        "UPDATE outbox SET state = 7, next_at = ?1, reason = 'dropped_by_hand' WHERE mention = ?2", {stored(now), id});
    if (!done) return std::unexpected(done.error());
    return release_words(id);
  });
}

result<bool> sqlite_store::is_paused() {
  const auto value = database_.number("SELECT value FROM setting WHERE name = 'paused'");
  if (!value) return std::unexpected(value.error());
  return value->value_or(0) != 0;
}

result<void> sqlite_store::set_paused(bool value, instant now) {
  return atomically([&]() -> result<void> {
    const auto done = database_.change(
        "INSERT INTO setting(name, value) VALUES('paused', ?1), ('paused_changed', ?2)"
        " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        {value ? 1 : 0, stored(now)});
    if (!done) return std::unexpected(done.error());
    return {};
  });
}

result<store::counts> sqlite_store::count() {
  counts all;
  const auto waiting = database_.number("SELECT count(*) FROM waiting");
  if (!waiting) return std::unexpected(waiting.error());
  all.inbox_waiting = waiting->value_or(0);
  const auto open = database_.number("SELECT count(*) FROM outbox WHERE state <= 2");
  if (!open) return std::unexpected(open.error());
  all.outbox_waiting = open->value_or(0);
  const auto troubled = database_.each("SELECT state, count(*) FROM outbox WHERE state IN (3, 5, 6) GROUP BY state", {},
                                       [&all](const sql_row& row) {
                                         const bool held = row.integer(0) == std::to_underlying(outbox_state::held);
                                         (held ? all.held : all.dead) += row.integer(1);
                                         return true;
                                       });
  if (!troubled) return std::unexpected(troubled.error());
  // Ledger rows are numbered without a gap and never go: the last number is their count.
  const auto delivered = database_.number("SELECT max(id) FROM ledger");
  if (!delivered) return std::unexpected(delivered.error());
  all.delivered = delivered->value_or(0);
  return all;
}

}  // namespace stillholds
