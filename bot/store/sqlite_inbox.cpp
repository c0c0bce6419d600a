// The inbox: mentions come in once, are leased, and leave by a decision.
#include <fmt/format.h>

#include <unordered_set>
#include <utility>

#include "bot/store/sqlite_store.hpp"

namespace stillholds {
namespace {

// These numbers are in the file.
static_assert(std::to_underlying(mention_change::created) == 0 && std::to_underlying(mention_change::edited) == 1 &&
              std::to_underlying(mention_change::deleted) == 2 && std::to_underlying(mention_change::followed) == 3);

constexpr std::size_t key_max_bytes = 44;
constexpr std::size_t key_tail_bytes = 20;

std::string cursor_name(const origin& from) { return fmt::format("cursor:{}:{}", from.platform, from.account); }

}  // namespace

result<put_outcome> sqlite_store::put_mention(const origin& from, const mention& what, instant now,
                                              std::size_t inbox_max) {
  return atomically([&]() -> result<put_outcome> {
    const bool change = what.change == mention_change::edited || what.change == mention_change::deleted;
    if (!change || what.message_key.empty()) return put_now(from, what, now, inbox_max);
    const auto placed = in_place(from, what);
    if (!placed) return std::unexpected(placed.error());
    if (!*placed) return put_outcome{put_kind::unrelated, 0};
    auto put = put_now(from, **placed, now, inbox_max);
    if (!put || put->kind != put_kind::stored || what.change != mention_change::deleted) return put;
    // A moderator may bring the message back: then it is asked anew, and not known already.
    if (const auto forgotten = forget_message(from, what.message_key); !forgotten)
      return std::unexpected(forgotten.error());
    return put;
  });
}

result<bool> sqlite_store::got_no_answer(row_id mention_id) {
  // Silent; or an answer that was refused, given up or dropped; or a cap's notice, or nothing but the end of waiting.
  const auto without = database_.number(
      "SELECT 1 FROM inbox LEFT JOIN outbox ON outbox.mention = inbox.id WHERE inbox.id = ?1"
      " AND (inbox.silence <> '' OR outbox.state IN (5, 6, 7) OR outbox.action = 2 OR outbox.notice IS NOT NULL)",
      {mention_id});
  if (!without) return std::unexpected(without.error());
  return without->has_value();
}

result<void> sqlite_store::forget_message(const origin& from, std::string_view message_key) {
  const auto number = origin_number(from);
  if (!number) return std::unexpected(number.error());
  mention named;
  named.message_key = message_key;
  const auto removed =
      database_.change("DELETE FROM seen WHERE key = ?1", {sql_value::blob(keys_of(*number, named).front())});
  if (!removed) return std::unexpected(removed.error());
  return {};
}

result<std::optional<mention>> sqlite_store::in_place(const origin& from, const mention& change) {
  const auto number = origin_number(from);
  if (!number) return std::unexpected(number.error());
  // The key that the question came with, whichever of its two it was.
  mention as_asked;
  as_asked.delivery_key = change.message_key;
  as_asked.message_key = change.message_key;
  const auto asked = known_mention(keys_of(*number, as_asked));
  if (!asked) return std::unexpected(asked.error());
  if (!*asked) return std::nullopt;
  auto first = read_mention((*asked)->id);
  if (!first && first.error().code == errc::not_found) return std::nullopt;
  if (!first) return std::unexpected(first.error());
  const bool is_authors =
      change.author_id == first->mention.author_id && change.space == first->mention.space && !change.author_id.empty();
  if (change.only_by_author && !is_authors) return std::nullopt;
  mention placed = change;
  placed.only_by_author = false;
  placed.message_key.clear();
  placed.space = std::move(first->mention.space);
  placed.thread_id = std::move(first->mention.thread_id);
  placed.message_id = std::move(first->mention.message_id);
  placed.reply_to = std::move(first->mention.reply_to);
  if (placed.author_id.empty()) placed.author_id = std::move(first->mention.author_id);
  return placed;
}

result<std::string> sqlite_store::cursor_of(const origin& from) {
  std::string cursor;
  const auto read =
      database_.each("SELECT value FROM setting WHERE name = ?1", {cursor_name(from)}, [&cursor](const sql_row& row) {
        cursor = row.string(0);
        return false;
      });
  if (!read) return std::unexpected(read.error());
  return cursor;
}

result<void> sqlite_store::set_cursor(const origin& from, std::string_view cursor) {
  return atomically([&]() -> result<void> {
    const auto set = database_.change(
        "INSERT INTO setting(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        {cursor_name(from), cursor});
    if (!set) return std::unexpected(set.error());
    return {};
  });
}

result<put_outcome> sqlite_store::put_now(const origin& from, const mention& what, instant now, std::size_t inbox_max) {
  const auto at = scopes_of(from, what);
  if (!at) return std::unexpected(at.error());
  const std::vector<std::string> keys = keys_of(at->origin, what);
  if (keys.empty()) return fail(errc::malformed, "a mention without a key");
  if (const auto known = know_inbox(); !known) return std::unexpected(known.error());
  if (inbox_.waiting >= inbox_max) {
    const auto before = known_mention(keys);
    if (!before) return std::unexpected(before.error());
    return before->value_or(put_outcome{put_kind::full, 0});
  }
  const row_id id = inbox_.next_id;
  for (std::size_t index = 0; index < keys.size(); ++index) {
    const auto added = database_.change("INSERT INTO seen(key, mention) VALUES(?1, ?2) ON CONFLICT DO NOTHING",
                                        {sql_value::blob(keys[index]), id});
    if (!added) return std::unexpected(added.error());
    if (*added == 1) continue;
    const auto before = database_.number("SELECT mention FROM seen WHERE key = ?1", {sql_value::blob(keys[index])});
    if (!before) return std::unexpected(before.error());
    const row_id first = before->value_or(0);
    if (index > 0 && what.asked_by_anyone) {
      const auto free = got_no_answer(first);
      if (!free) return std::unexpected(free.error());
      if (*free) {
        const auto taken =
            database_.change("UPDATE seen SET mention = ?2 WHERE key = ?1", {sql_value::blob(keys[index]), id});
        if (!taken) return std::unexpected(taken.error());
        continue;
      }
    }
    if (index > 0) {  // the same message by another delivery; its message key is enough to know it by
      const auto removed = database_.change("DELETE FROM seen WHERE key = ?1", {sql_value::blob(keys[0])});
      if (!removed) return std::unexpected(removed.error());
    }
    return put_outcome{index > 0 ? put_kind::same_message : put_kind::repeated, first};
  }
  const auto written = database_.change(
      "INSERT INTO inbox(id, origin, received, change, in_response, delivery_key, message_key, space, thread, message,"
      " author, question, reply_to) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
      {id, at->origin, stored(now), std::to_underlying(what.change), what.answer_in_response ? 1 : 0, what.delivery_key,
       what.message_key, what.space, what.thread_id, what.message_id, what.author_id, what.question, what.reply_to});
  if (!written) return std::unexpected(written.error());
  const auto queued = database_.change(
      "INSERT INTO waiting(mention, conversation, ready_at, attempts) VALUES(?1, ?2, 0, 0)", {id, at->conversation});
  if (!queued) return std::unexpected(queued.error());
  ++inbox_.next_id;
  ++inbox_.waiting;
  return put_outcome{put_kind::stored, id};
}

// Keys are kept as they are, because most platforms count upwards: neighbours in time are then neighbours in the tree,
// and a commit of many mentions rewrites few pages (hashed keys rewrote one page each: five times the bytes). Longer
// ones keep their counting tail, and hashes stand for the rest.
std::vector<std::string> sqlite_store::keys_of(std::int64_t origin_id, const mention& what) const {
  std::vector<std::string> keys;
  for (const auto& [purpose, text] :
       {std::pair('d', std::string_view(what.delivery_key)), std::pair('m', std::string_view(what.message_key))}) {
    if (text.empty()) continue;
    const bool is_short = text.size() <= key_max_bytes;
    const char mark = is_short ? purpose : static_cast<char>(purpose - 'a' + 'A');
    std::string& key = keys.emplace_back(fmt::format("{}{}:", mark, origin_id));
    if (is_short) {
      key += text;
      continue;
    }
    const std::string_view tail = text.substr(text.size() - key_tail_bytes);
    const auto head = hash_.wide('h', {text.substr(0, text.size() - key_tail_bytes)});
    const auto whole = hash_.wide('k', {text});
    key.append(reinterpret_cast<const char*>(head.data()), 4).append(tail);
    key.append(reinterpret_cast<const char*>(whole.data()), whole.size());
  }
  return keys;
}

result<void> sqlite_store::know_inbox() {
  if (inbox_.known) return {};
  const auto last = database_.number("SELECT max(id) FROM inbox");
  if (!last) return std::unexpected(last.error());
  const auto waiting = database_.number("SELECT count(*) FROM waiting");
  if (!waiting) return std::unexpected(waiting.error());
  inbox_ = {true, last->value_or(0) + 1, static_cast<std::size_t>(waiting->value_or(0))};
  return {};
}

result<std::optional<put_outcome>> sqlite_store::known_mention(const std::vector<std::string>& keys) {
  for (std::size_t index = 0; index < keys.size(); ++index) {
    const auto found = database_.number("SELECT mention FROM seen WHERE key = ?1", {sql_value::blob(keys[index])});
    if (!found) return std::unexpected(found.error());
    if (*found) return put_outcome{index > 0 ? put_kind::same_message : put_kind::repeated, **found};
  }
  return std::nullopt;
}

result<std::int64_t> sqlite_store::origin_number(const origin& from) {
  const std::pair name(from.platform, from.account);
  if (const auto found = origin_numbers_.find(name); found != origin_numbers_.end()) return found->second;
  const auto look = [&] {
    return database_.number("SELECT id FROM origin WHERE platform = ?1 AND account = ?2",
                            {from.platform, from.account});
  };
  auto id = look();
  if (id && !*id) {
    const auto added =
        database_.change("INSERT INTO origin(platform, account) VALUES(?1, ?2)", {from.platform, from.account});
    if (!added) return std::unexpected(added.error());
    id = look();
  }
  if (!id) return std::unexpected(id.error());
  origin_numbers_[name] = id->value_or(0);
  return id->value_or(0);
}

result<origin> sqlite_store::origin_named(std::int64_t id) {
  if (const auto found = origins_.find(id); found != origins_.end()) return found->second;
  origin from;
  const auto read =
      database_.each("SELECT platform, account FROM origin WHERE id = ?1", {id}, [&from](const sql_row& row) {
        from = {row.string(0), row.string(1)};
        return false;
      });
  if (!read) return std::unexpected(read.error());
  origins_[id] = from;
  return from;
}

result<sqlite_store::scopes> sqlite_store::scopes_of(const origin& from, const mention& what) {
  const auto number = origin_number(from);
  if (!number) return std::unexpected(number.error());
  return scopes{*number, hash_.narrow('c', {from.platform, from.account, what.thread_id}),
                hash_.narrow('p', {from.platform, from.account, what.author_id}),
                hash_.narrow('s', {from.platform, from.account, what.space})};
}

result<inbox_row> sqlite_store::read_mention(row_id id) {
  inbox_row found;
  std::int64_t origin_id = 0;
  const auto read = database_.each(
      "SELECT origin, received, change, in_response, delivery_key, message_key, space, thread, message, author, "
      "question,"
      " reply_to FROM inbox WHERE id = ?1",
      {id}, [&](const sql_row& row) {
        found.id = id;
        origin_id = row.integer(0);
        found.received = instant_of(row.integer(1));
        mention& asked = found.mention;
        asked.change = static_cast<mention_change>(row.integer(2));
        asked.answer_in_response = row.integer(3) != 0;
        asked.delivery_key = row.string(4);
        asked.message_key = row.string(5);
        asked.space = row.string(6);
        asked.thread_id = row.string(7);
        asked.message_id = row.string(8);
        asked.author_id = row.string(9);
        asked.question = row.string(10);
        asked.reply_to = row.string(11);
        return false;
      });
  if (!read) return std::unexpected(read.error());
  if (found.id == 0) return fail(errc::not_found, fmt::format("there is no mention {}", id));
  auto from = origin_named(origin_id);
  if (!from) return std::unexpected(from.error());
  found.from = std::move(*from);
  return found;
}

result<std::vector<inbox_row>> sqlite_store::take_mentions(std::size_t max, instant now,
                                                           std::chrono::milliseconds lease) {
  return atomically([&]() -> result<std::vector<inbox_row>> {
    std::vector<std::pair<row_id, int>> picked;  // with the attempts so far
    std::unordered_set<std::int64_t> conversations;
    const auto looked = database_.each(
        "SELECT mention, conversation, ready_at, attempts FROM waiting ORDER BY mention", {}, [&](const sql_row& row) {
          if (picked.size() >= max) return false;
          // Only the first of a conversation may go; when it is leased or put back the others wait behind it.
          if (!conversations.insert(row.integer(1)).second || row.integer(2) > stored(now)) return true;
          picked.emplace_back(row.integer(0), static_cast<int>(row.integer(3)));
          return true;
        });
    if (!looked) return std::unexpected(looked.error());
    std::vector<inbox_row> taken;
    taken.reserve(picked.size());
    for (const auto& [id, attempts] : picked) {
      const auto leased = database_.change(
          "UPDATE waiting SET ready_at = ?1, attempts = attempts + 1 WHERE mention = ?2", {stored(now + lease), id});
      if (!leased) return std::unexpected(leased.error());
      auto row = read_mention(id);
      if (!row) return std::unexpected(row.error());
      row->attempts = attempts;
      taken.push_back(std::move(*row));
    }
    return taken;
  });
}

result<void> sqlite_store::put_back(row_id mention_id, instant retry_at) {
  return atomically([&]() -> result<void> {
    const auto moved =
        database_.change("UPDATE waiting SET ready_at = ?1 WHERE mention = ?2", {stored(retry_at), mention_id});
    if (!moved) return std::unexpected(moved.error());
    if (*moved == 0) return fail(errc::conflict, fmt::format("mention {} is no longer open", mention_id));
    return {};
  });
}

}  // namespace stillholds
