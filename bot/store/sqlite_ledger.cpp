// What was shown and what is still wanted: the ledger of delivered answers, gaps, corrections and follows.
#include <utility>

#include "bot/store/sqlite_store.hpp"

namespace stillholds {

result<void> sqlite_store::write_ledger(row_id id, std::string_view reply_id, instant now) {
  const auto number = database_.number("SELECT origin FROM inbox WHERE id = ?1", {id});
  if (!number) return std::unexpected(number.error());
  const auto from = origin_named(number->value_or(0));
  if (!from) return std::unexpected(from.error());
  const std::int64_t hash = hash_.narrow('r', {from->platform, from->account, reply_id});
  const auto added = database_.change(
      "INSERT INTO ledger(reply_hash, origin, space, thread, message, reply_id, article, claim, claim_revision, status,"
      " snapshot_version, at) SELECT ?2, inbox.origin, inbox.space, thread, message, ?3, article, claim, "
      "claim_revision,"
      " status, snapshot_version, ?4 FROM outbox JOIN inbox ON inbox.id = outbox.mention WHERE outbox.mention = ?1",
      {id, hash, reply_id, stored(now)});
  if (!added) return std::unexpected(added.error());
  return {};
}

result<bool> sqlite_store::is_own_reply(const origin& from, std::string_view reply_id) {
  if (reply_id.empty()) return false;
  bool found = false;
  const auto read = database_.each(
      "SELECT platform, account FROM ledger JOIN origin ON origin.id = ledger.origin"
      " WHERE reply_hash = ?1 AND reply_id = ?2 AND reply_id <> ''",
      {hash_.narrow('r', {from.platform, from.account, reply_id}), reply_id}, [&](const sql_row& row) {
        found = row.text(0) == from.platform && row.text(1) == from.account;
        return !found;
      });
  if (!read) return std::unexpected(read.error());
  return found;
}

result<std::vector<gap_row>> sqlite_store::gaps(std::size_t max) {
  std::vector<gap_row> rows;
  const auto read = database_.each(
      "SELECT question, times, people, first, last FROM gap ORDER BY people DESC, times DESC, last DESC LIMIT ?1",
      {max}, [&rows](const sql_row& row) {
        rows.push_back({row.string(0), static_cast<int>(row.integer(1)), static_cast<int>(row.integer(2)),
                        instant_of(row.integer(3)), instant_of(row.integer(4))});
        return true;
      });
  if (!read) return std::unexpected(read.error());
  return rows;
}

result<std::vector<correction_row>> sqlite_store::corrections(std::size_t max) {
  std::vector<correction_row> rows;
  const auto read = database_.each(
      "SELECT correction.id, platform, account, space, thread, message, claim, text, at FROM correction"
      " JOIN origin ON origin.id = correction.origin ORDER BY correction.id DESC LIMIT ?1",
      {max}, [&rows](const sql_row& row) {
        correction_row& added = rows.emplace_back();
        added.id = row.integer(0);
        added.from = {row.string(1), row.string(2)};
        added.space = row.string(3);
        added.thread_id = row.string(4);
        added.message_id = row.string(5);
        added.claim_id = row.string(6);
        added.text = row.string(7);
        added.at = instant_of(row.integer(8));
        return true;
      });
  if (!read) return std::unexpected(read.error());
  return rows;
}

result<std::vector<follow_row>> sqlite_store::follows(std::size_t max) {
  std::vector<follow_row> rows;
  const auto read = database_.each(
      "SELECT platform, account, space, thread, message, claim, reply_to, since, language, told, pending, pending_since"
      " FROM follow"
      " JOIN origin ON origin.id = follow.origin ORDER BY since, thread, claim LIMIT ?1",
      {max}, [&rows](const sql_row& row) {
        follow_row& added = rows.emplace_back();
        added.from = {row.string(0), row.string(1)};
        added.space = row.string(2);
        added.thread_id = row.string(3);
        added.message_id = row.string(4);
        added.claim_id = row.string(5);
        added.reply_to = row.string(6);
        added.since = instant_of(row.integer(7));
        added.language = row.string(8);
        added.told = row.string(9);
        added.pending = row.string(10);
        added.pending_since = instant_of(row.integer(11));
        return true;
      });
  if (!read) return std::unexpected(read.error());
  return rows;
}

result<void> sqlite_store::note_follow(const follow_row& row) {
  const auto conversation = hash_.narrow('c', {row.from.platform, row.from.account, row.thread_id});
  const auto noted = database_.change(
      "UPDATE follow SET told = ?3, pending = ?4, pending_since = ?5 WHERE conversation = ?1 AND claim = ?2",
      {conversation, row.claim_id, row.told, row.pending, stored(row.pending_since)});
  if (!noted) return std::unexpected(noted.error());
  return {};
}

result<std::vector<shown_row>> sqlite_store::ledger(std::size_t max) {
  std::vector<shown_row> rows;
  const auto read = database_.each(
      "SELECT ledger.id, platform, account, space, thread, message, reply_id, article, claim, claim_revision, status,"
      " snapshot_version, at FROM ledger JOIN origin ON origin.id = ledger.origin ORDER BY ledger.id DESC LIMIT ?1",
      {max}, [&rows](const sql_row& row) {
        shown_row& added = rows.emplace_back();
        added.id = row.integer(0);
        added.from = {row.string(1), row.string(2)};
        added.space = row.string(3);
        added.thread_id = row.string(4);
        added.message_id = row.string(5);
        added.reply_id = row.string(6);
        added.article_id = row.string(7);
        added.claim_id = row.string(8);
        added.claim_revision = row.string(9);
        added.status_word = row.string(10);
        added.snapshot_version = row.string(11);
        added.at = instant_of(row.integer(12));
        return true;
      });
  if (!read) return std::unexpected(read.error());
  return rows;
}

}  // namespace stillholds
