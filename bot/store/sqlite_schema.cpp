#include "bot/store/sqlite_schema.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <array>

namespace stillholds {
namespace {

// "StHo": tells our file from any other SQLite file.
constexpr std::int64_t application_id = 0x5374486f;

// Step 1. Times are milliseconds since 1970. `id` of a mention is the key of everything that hangs on it.
//   seen        both dedupe keys of a mention, in one tree
//   inbox       the mention, written once; words: 0 kept, 1 to go when its answer is settled, 2 gone; 3 only the
//   question
//               gone, 4 only that to go: its message was edited, and what comes after still needs author and notes
//   waiting     the mentions still to be decided: small rows, so that leases do not rewrite the big ones
//   outbox      the decision and its delivery: small rows, so that a state change does not rewrite the document
//   conversation, person, space are keyed hashes: numbers to count by, no names.
constexpr const char* step_1 = R"sql(
CREATE TABLE setting(name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
CREATE TABLE origin(id INTEGER PRIMARY KEY, platform TEXT NOT NULL, account TEXT NOT NULL,
  UNIQUE(platform, account)) STRICT;
CREATE TABLE seen(key BLOB PRIMARY KEY, mention INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE inbox(
  id INTEGER PRIMARY KEY, origin INTEGER NOT NULL REFERENCES origin(id), received INTEGER NOT NULL,
  change INTEGER NOT NULL, in_response INTEGER NOT NULL, words INTEGER NOT NULL DEFAULT 0,
  delivery_key TEXT NOT NULL, message_key TEXT NOT NULL, space TEXT NOT NULL, thread TEXT NOT NULL,
  message TEXT NOT NULL, author TEXT NOT NULL, question TEXT NOT NULL, reply_to TEXT NOT NULL,
  silence TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE waiting(
  mention INTEGER PRIMARY KEY REFERENCES inbox(id), conversation INTEGER NOT NULL, ready_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL) STRICT;
CREATE TABLE outbox(
  mention INTEGER PRIMARY KEY REFERENCES inbox(id), conversation INTEGER NOT NULL, person INTEGER NOT NULL,
  space INTEGER NOT NULL, state INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL,
  next_at INTEGER NOT NULL, notice INTEGER, article TEXT NOT NULL, claim TEXT NOT NULL, claim_revision TEXT NOT NULL,
  status TEXT NOT NULL, snapshot_version TEXT NOT NULL, suggested TEXT NOT NULL, key TEXT NOT NULL,
  reply_id TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX outbox_open ON outbox(mention, conversation, state, next_at) WHERE state <= 2;
CREATE INDEX outbox_trouble ON outbox(state) WHERE state IN (3, 5, 6);
CREATE INDEX outbox_conversation ON outbox(conversation, created);
CREATE INDEX outbox_person ON outbox(person, created);
CREATE INDEX outbox_space ON outbox(space, created);
CREATE TABLE document(mention INTEGER PRIMARY KEY REFERENCES outbox(mention), answer TEXT NOT NULL) STRICT;
CREATE TABLE ledger(
  id INTEGER PRIMARY KEY, reply_hash INTEGER NOT NULL, origin INTEGER NOT NULL REFERENCES origin(id),
  space TEXT NOT NULL, thread TEXT NOT NULL, message TEXT NOT NULL, reply_id TEXT NOT NULL, article TEXT NOT NULL,
  claim TEXT NOT NULL, claim_revision TEXT NOT NULL, status TEXT NOT NULL, snapshot_version TEXT NOT NULL,
  at INTEGER NOT NULL) STRICT;
CREATE INDEX ledger_reply ON ledger(reply_hash) WHERE reply_id <> '';
CREATE TABLE gap(
  id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, question TEXT NOT NULL, times INTEGER NOT NULL,
  people INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
CREATE TABLE gap_person(
  gap INTEGER NOT NULL, person INTEGER NOT NULL, PRIMARY KEY(gap, person)) STRICT, WITHOUT ROWID;
CREATE TABLE correction(
  id INTEGER PRIMARY KEY, origin INTEGER NOT NULL REFERENCES origin(id), person INTEGER NOT NULL, space TEXT NOT NULL,
  thread TEXT NOT NULL, message TEXT NOT NULL, claim TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE follow(
  conversation INTEGER NOT NULL, claim TEXT NOT NULL, origin INTEGER NOT NULL REFERENCES origin(id),
  space TEXT NOT NULL, thread TEXT NOT NULL, message TEXT NOT NULL, reply_to TEXT NOT NULL, since INTEGER NOT NULL,
  language TEXT NOT NULL, told TEXT NOT NULL, pending TEXT NOT NULL DEFAULT '', pending_since INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(conversation, claim)) STRICT, WITHOUT ROWID;
)sql";

// Step 2: answers that follow an edited or deleted question. `action` as in outbox_action; `follows`: the outbox row of
// the earlier answer.
constexpr const char* step_2 = R"sql(
ALTER TABLE outbox ADD COLUMN action INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN follows INTEGER NOT NULL DEFAULT 0;
)sql";

constexpr std::array steps{step_1, step_2};
constexpr auto newest = static_cast<std::int64_t>(steps.size());

struct file_state {
  std::int64_t application{0};
  std::int64_t version{0};
  bool empty{true};
};

result<file_state> look_at(sqlite_database& database) {
  const auto application = database.number("PRAGMA application_id");
  if (!application) return std::unexpected(application.error());
  const auto version = database.number("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  const auto tables = database.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return std::unexpected(tables.error());
  return file_state{application->value_or(0), version->value_or(0), tables->value_or(0) == 0};
}

result<void> check_ownership(const file_state& state) {
  if (!state.empty && state.application != application_id) {
    return fail(errc::conflict, "this SQLite file belongs to another program; name another file for the store");
  }
  if (state.version > newest) {
    return fail(errc::conflict,
                fmt::format("the store was written by a newer Stillholds (schema {}, this program knows "
                            "{}); run the newer program, or restore a backup made before",
                            state.version, newest));
  }
  return {};
}

result<void> add_secrets(sqlite_database& database) {
  std::array<unsigned char, 16> key{};
  if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1)
    return fail(errc::internal, "no random bytes to be had");
  const auto added = database.change("INSERT INTO setting(name, value) VALUES('hash_key', ?1)", {key});
  if (!added) return std::unexpected(added.error());
  return {};
}

result<void> take_step(sqlite_database& database, std::int64_t number) {
  if (const auto made = database.run(steps[static_cast<std::size_t>(number - 1)]); !made) return made;
  if (number == 1) {
    if (const auto made = add_secrets(database); !made) return made;
  }
  return database.run(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", application_id, number).c_str());
}

// One step inside the lock; looks again there, because another process may have taken it meanwhile.
result<bool> take_next_step(sqlite_database& database) {
  const auto state = look_at(database);
  if (!state) return std::unexpected(state.error());
  if (const auto ours = check_ownership(*state); !ours) return std::unexpected(ours.error());
  if (state->version == newest) return false;
  if (const auto taken = take_step(database, state->version + 1); !taken) return std::unexpected(taken.error());
  return true;
}

}  // namespace

result<void> bring_up_to_date(sqlite_database& database) {
  while (true) {
    if (const auto begun = database.run("BEGIN IMMEDIATE"); !begun) return begun;
    auto more = take_next_step(database);
    if (more) {
      if (const auto done = database.run("COMMIT"); !done) more = std::unexpected(done.error());
    }
    if (!more) {
      if (database.in_transaction()) static_cast<void>(database.run("ROLLBACK"));  // the first failure is what counts
      return std::unexpected(more.error());
    }
    if (!*more) return {};
  }
}

result<void> require_current_schema(sqlite_database& database) {
  const auto state = look_at(database);
  if (!state) return std::unexpected(state.error());
  if (const auto ours = check_ownership(*state); !ours) return ours;
  if (state->version < newest) {
    return fail(errc::conflict,
                fmt::format("the store has schema {}, this program needs {}; start the service once with "
                            "this program to bring it up to date",
                            state->version, newest));
  }
  return {};
}

}  // namespace stillholds
