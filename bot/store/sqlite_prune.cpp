// Readers' words leave the store: when they ask to be forgotten, when their question is gone, and when time is up.
#include <algorithm>
#include <utility>

#include "bot/store/sqlite_store.hpp"

namespace stillholds {
namespace {

// One call's share of the work: the store thread has mentions to take in between.
constexpr std::int64_t step_rows = 500;

}  // namespace

// Keys and ids stay: a repeat of the question must still be known as one.
result<void> sqlite_store::drop_words(row_id id) {
  const auto done = database_.change(
      "UPDATE inbox SET words = 2, author = '', question = '', reply_to = '' WHERE id = ?1 AND words <> 2", {id});
  if (!done) return std::unexpected(done.error());
  return {};
}

result<void> sqlite_store::drop_question(row_id id) {
  const auto done =
      database_.change("UPDATE inbox SET words = 3, question = '' WHERE id = ?1 AND words IN (0, 4)", {id});
  if (!done) return std::unexpected(done.error());
  return {};
}

result<void> sqlite_store::release_words(row_id id) {
  const auto words = database_.number("SELECT words FROM inbox WHERE id = ?1", {id});
  if (!words) return std::unexpected(words.error());
  if (*words == 1) return drop_words(id);
  if (*words == 4) return drop_question(id);
  return {};
}

result<void> sqlite_store::forget_person(const forgotten_person& who) {
  // Where a platform tells us no author, all of them look like one person: then only this mention is meant.
  if (who.author_id.empty()) {
    const auto own = database_.change("UPDATE inbox SET words = 1 WHERE id = ?1 AND words = 0", {who.mention_id});
    if (!own) return std::unexpected(own.error());
    return {};
  }
  // Held rows wait for a person's decision, which may never come; the others are settled soon and then lose their
  // words.
  const sqlite_database::values person{who.person};
  for (const sql statement : {
           sql("UPDATE outbox SET state = 7, reason = 'author_forgotten' WHERE person = ?1 AND state = 3"),
           sql("UPDATE inbox SET words = 2, author = '', question = '', reply_to = '' WHERE words <> 2"
               " AND id IN (SELECT mention FROM outbox WHERE person = ?1 AND state > 2)"),
           sql("UPDATE inbox SET words = 1 WHERE words IN (0, 4)"
               " AND id IN (SELECT mention FROM outbox WHERE person = ?1 AND state <= 2)"),
           sql("DELETE FROM gap WHERE people = 1 AND id IN (SELECT gap FROM gap_person WHERE person = ?1)"),
           sql("UPDATE gap SET people = people - 1 WHERE id IN (SELECT gap FROM gap_person WHERE person = ?1)"),
           sql("DELETE FROM gap_person WHERE person = ?1"),
           sql("DELETE FROM correction WHERE person = ?1"),
       }) {
    if (const auto done = database_.change(statement, person); !done) return std::unexpected(done.error());
  }
  const auto undecided = database_.change(
      "UPDATE inbox SET words = 1 WHERE words = 0 AND author = ?1 AND origin = ?2 AND id IN (SELECT mention FROM "
      "waiting)",
      {who.author_id, who.origin});
  if (!undecided) return std::unexpected(undecided.error());
  return {};
}

result<int> sqlite_store::prune(instant text_until, instant rows_until) {
  return atomically([&]() -> result<int> {
    const auto words = prune_words(text_until);
    if (!words) return words;
    const auto rows = prune_rows(rows_until);
    if (!rows) return rows;
    const auto lists = prune_lists(text_until, rows_until);
    if (!lists) return lists;
    return *words + *rows + *lists;
  });
}

// Goes up by mention id and remembers how far it came: each row is looked at once.
result<int> sqlite_store::prune_words(instant until) {
  const auto done_to = database_.number("SELECT value FROM setting WHERE name = 'words_pruned_to'");
  if (!done_to) return std::unexpected(done_to.error());
  const row_id start = done_to->value_or(0);
  std::vector<std::pair<row_id, bool>> old;  // with: its answer still waits
  const auto read = database_.each(
      "SELECT inbox.id, received, ifnull(state, 7), waiting.mention IS NOT NULL FROM inbox"
      " LEFT JOIN outbox ON outbox.mention = inbox.id LEFT JOIN waiting ON waiting.mention = inbox.id"
      " WHERE inbox.id > ?1 ORDER BY inbox.id LIMIT ?2",
      {start, step_rows}, [&](const sql_row& row) {
        const auto state = static_cast<outbox_state>(row.integer(2));
        const bool in_work = row.integer(3) != 0 || state == outbox_state::sending;
        if (row.integer(1) >= stored(until) || in_work) return false;
        old.emplace_back(row.integer(0), state <= outbox_state::held);
        return true;
      });
  if (!read) return std::unexpected(read.error());
  if (old.empty()) return 0;
  for (const auto& [id, waits] : old) {
    if (waits) {
      const auto dropped = database_.change("UPDATE outbox SET state = 7, reason = 'too_old' WHERE mention = ?1", {id});
      if (!dropped) return std::unexpected(dropped.error());
    }
    if (const auto gone = drop_words(id); !gone) return std::unexpected(gone.error());
  }
  const auto noted = database_.change(
      "INSERT INTO setting(name, value) VALUES('words_pruned_to', ?1)"
      " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
      {old.back().first});
  if (!noted) return std::unexpected(noted.error());
  return static_cast<int>(old.size());
}

// Only rows whose words are gone already. The newest mention stays, so that no id is ever used twice.
result<int> sqlite_store::prune_rows(instant until) {
  std::vector<row_id> old;
  const auto picked = database_.each(
      "SELECT id, received FROM inbox WHERE id <= (SELECT value FROM setting WHERE name = 'words_pruned_to')"
      " AND id < (SELECT max(id) FROM inbox) ORDER BY id LIMIT ?1",
      {step_rows}, [&](const sql_row& row) {
        if (row.integer(1) >= stored(until)) return false;
        old.push_back(row.integer(0));
        return true;
      });
  if (!picked) return std::unexpected(picked.error());
  for (const row_id id : old) {
    const auto mention = read_mention(id);
    if (!mention) return std::unexpected(mention.error());
    const auto number = origin_number(mention->from);
    if (!number) return std::unexpected(number.error());
    for (const std::string& key : keys_of(*number, mention->mention)) {
      const auto gone =
          database_.change("DELETE FROM seen WHERE key = ?1 AND mention = ?2", {sql_value::blob(key), id});
      if (!gone) return std::unexpected(gone.error());
    }
    for (const sql statement : {sql("DELETE FROM document WHERE mention = ?1"),
                                sql("DELETE FROM outbox WHERE mention = ?1"), sql("DELETE FROM inbox WHERE id = ?1")}) {
      if (const auto gone = database_.change(statement, {id}); !gone) return std::unexpected(gone.error());
    }
  }
  return static_cast<int>(old.size());
}

result<int> sqlite_store::prune_lists(instant text_until, instant rows_until) {
  const auto people = database_.change("DELETE FROM gap_person WHERE gap IN (SELECT id FROM gap WHERE last < ?1)",
                                       {stored(text_until)});
  if (!people) return std::unexpected(people.error());
  const auto gaps_gone = database_.change("DELETE FROM gap WHERE last < ?1", {stored(text_until)});
  if (!gaps_gone) return std::unexpected(gaps_gone.error());
  const auto corrections_gone = database_.change("DELETE FROM correction WHERE at < ?1", {stored(rows_until)});
  if (!corrections_gone) return std::unexpected(corrections_gone.error());
  return static_cast<int>(*gaps_gone + *corrections_gone);
}

}  // namespace stillholds
