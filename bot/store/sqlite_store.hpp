// The SQLite store's inside, seen by its own parts only: sqlite.cpp opens it, sqlite_inbox, _decision, _delivery,
// _operate, _ledger and _prune each carry one concern.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bot/store/keyed_hash.hpp"
#include "bot/store/sqlite_database.hpp"
#include "bot/store/store.hpp"

namespace stillholds {

// A file descriptor that holds an advisory lock as long as it lives; empty for those who need none.
class file_lock {
 public:
  file_lock() noexcept = default;
  explicit file_lock(int descriptor) noexcept : descriptor_(descriptor) {}
  file_lock(file_lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  file_lock& operator=(file_lock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~file_lock();

 private:
  int descriptor_{-1};
};

class sqlite_store final : public store {
 public:
  sqlite_store(sqlite_database database, const keyed_hash& hash, file_lock lock)
      : lock_(std::move(lock)), database_(std::move(database)), hash_(hash) {}

  result<void> begin() override;
  result<void> commit() override;
  void roll_back() override;
  result<void> begin_job() override;
  result<void> end_job() override;
  void undo_job() override;

  result<put_outcome> put_mention(const origin& from, const mention& what, instant now, std::size_t inbox_max) override;
  result<std::vector<inbox_row>> take_mentions(std::size_t max, instant now, std::chrono::milliseconds lease) override;
  result<row_id> finish(row_id mention_id, instant now, const cap_windows& windows,
                        const std::function<resolution(const conversation&)>& decide) override;
  result<void> put_back(row_id mention_id, instant retry_at) override;

  result<std::vector<outbox_row>> take_deliveries(std::size_t max, instant now) override;
  result<void> settle(row_id outbox_id, const attempt_result& what, instant now) override;
  result<int> recover(instant now) override;
  result<outbox_row> outbox_of_mention(row_id mention_id) override;
  result<outbox_row> find_outbox(row_id id) override;
  result<std::vector<outbox_row>> list_outbox(std::optional<outbox_state> only, std::size_t max) override;
  result<void> retry_outbox(row_id id, instant now) override;
  result<void> drop_outbox(row_id id, instant now) override;
  result<std::optional<instant>> next_delivery() override;

  result<std::string> cursor_of(const origin& from) override;
  result<void> set_cursor(const origin& from, std::string_view cursor) override;

  result<bool> is_own_reply(const origin& from, std::string_view reply_id) override;
  result<std::vector<gap_row>> gaps(std::size_t max) override;
  result<std::vector<correction_row>> corrections(std::size_t max) override;
  result<std::vector<follow_row>> follows(std::size_t max) override;
  result<void> note_follow(const follow_row& row) override;
  result<std::vector<shown_row>> ledger(std::size_t max) override;
  result<bool> is_paused() override;
  result<void> set_paused(bool value, instant now) override;
  result<counts> count() override;
  result<int> prune(instant text_until, instant rows_until) override;

 private:
  // What put_mention needs to know of the whole inbox, kept in memory and read again when another process wrote.
  struct inbox_numbers {
    bool known{false};
    row_id next_id{1};
    std::size_t waiting{0};
  };
  // The numbers that a mention is counted by.
  struct scopes {
    std::int64_t origin{0}, conversation{0}, person{0}, space{0};
  };
  struct decided;  // a mention and what was decided about it, on the way to the tables

  // Runs `work` in the open transaction, or in one of its own.
  template <class Work>
  auto atomically(Work&& work) -> decltype(work());
  void forget_memory();
  result<void> notice_other_writers();

  // sqlite_inbox
  result<void> know_inbox();
  result<std::optional<put_outcome>> known_mention(const std::vector<std::string>& keys);
  // What the mention is known by: one or two entries of `seen`.
  [[nodiscard]] std::vector<std::string> keys_of(std::int64_t origin_id, const mention& what) const;
  result<put_outcome> put_now(const origin& from, const mention& what, instant now, std::size_t inbox_max);
  // Is it decided, and nothing was said about it nor will be?
  result<bool> got_no_answer(row_id mention_id);
  result<void> forget_message(const origin& from, std::string_view message_key);
  // The change of a question as it is to be stored: in the question's own place. Nothing when the question is not
  // known.
  result<std::optional<mention>> in_place(const origin& from, const mention& change);
  result<std::int64_t> origin_number(const origin& from);
  result<origin> origin_named(std::int64_t id);
  result<inbox_row> read_mention(row_id id);
  result<scopes> scopes_of(const origin& from, const mention& what);

  // sqlite_decision
  result<conversation> recall(const inbox_row& asked, const scopes& at, instant now, const cap_windows& windows);
  result<void> recall_thread(conversation& into, const inbox_row& asked, const scopes& at, instant now,
                             const cap_windows& windows);
  result<void> recall_scope(conversation& into, const scopes& at, instant now, const cap_windows& windows);
  result<void> write_answer(const decided& what);
  result<void> write_side_effects(const decided& what);
  result<void> write_gap(const decided& what);
  result<void> withdraw_answers(const decided& what);

  // sqlite_prune
  struct forgotten_person {
    row_id mention_id{0};  // the mention that asked for it
    std::int64_t origin{0}, person{0};
    std::string author_id;
  };
  result<void> forget_person(const forgotten_person& who);
  result<void> release_words(row_id id);  // the row is settled: words that were to go, go
  result<void> drop_words(row_id id);
  result<void> drop_question(row_id id);  // author and notes stay
  result<int> prune_words(instant until);
  result<int> prune_rows(instant until);
  result<int> prune_lists(instant text_until, instant rows_until);

  // sqlite_delivery
  struct open_row {
    row_id id{0};
    outbox_state state{outbox_state::queued};
    std::int64_t next_at{0};
  };
  // The first open row of each conversation, oldest first, as long as `visit` says true.
  result<void> heads(const std::function<bool(const open_row&)>& visit);
  result<void> write_ledger(row_id id, std::string_view reply_id, instant now);

  file_lock lock_;
  sqlite_database database_;
  keyed_hash hash_;
  bool in_batch_{false};
  inbox_numbers inbox_;
  inbox_numbers inbox_before_job_;
  std::int64_t data_version_{-1};
  std::map<std::pair<std::string, std::string>, std::int64_t> origin_numbers_;
  std::map<std::int64_t, origin> origins_;
};

template <class Work>
auto sqlite_store::atomically(Work&& work) -> decltype(work()) {
  if (in_batch_) {
    // SQLite rolls back by itself on some errors; going on would commit each statement alone.
    if (!database_.in_transaction()) return fail(errc::internal, "the batch was rolled back");
    return work();
  }
  if (auto begun = begin(); !begun) return std::unexpected(begun.error());
  auto done = work();
  if (done) {
    if (auto committed = commit(); !committed) done = std::unexpected(committed.error());
  } else {
    roll_back();
  }
  return done;
}

// Times as they are stored, and back.
[[nodiscard]] inline std::int64_t stored(instant at) noexcept { return at.time_since_epoch().count(); }
[[nodiscard]] inline instant instant_of(std::int64_t milliseconds) noexcept {
  return instant(std::chrono::milliseconds(milliseconds));
}

}  // namespace stillholds
