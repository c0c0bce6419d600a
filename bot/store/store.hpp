// Storage in our own language: what was asked, what is to be sent, what was said. Backends implement it; all of them
// pass the same contract suite (tests/bot/store_contract). Synchronous: store_thread calls it from its one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "handlers/port/mention.hpp"
#include "knowledge/answers/answer.hpp"
#include "knowledge/error.hpp"

namespace stillholds {

using instant = std::chrono::sys_time<std::chrono::milliseconds>;
using row_id = std::int64_t;

// Where a mention came in: the account decides caps, dry run and the article.
struct origin {
  std::string platform;
  std::string account;
  friend bool operator==(const origin&, const origin&) = default;
};

struct inbox_row {
  row_id id{0};
  origin from;
  stillholds::mention mention;
  instant received;
  int attempts{0};  // how often it was taken without being finished
};

enum class put_kind { stored, repeated, full };
struct put_outcome {
  put_kind kind{put_kind::stored};
  row_id id{0};  // of the stored row, or of the row that was there before
};

enum class outbox_state {
  queued,     // to be sent at next_at
  sending,    // handed to the network; after a crash the outcome is unknown
  unknown,    // sent, outcome not known: look before sending again
  held,       // unknown and the platform cannot tell: waits for a person
  delivered,
  refused,    // the platform said no for good
  dead,       // gave up after the time limit
  dropped,    // a person decided not to send it
  dry,        // recorded only: the account is in dry run
};
[[nodiscard]] std::string_view name_of(outbox_state state) noexcept;
[[nodiscard]] std::optional<outbox_state> parse_outbox_state(std::string_view word) noexcept;

struct outbox_row {
  row_id id{0};
  row_id mention_id{0};
  origin from;
  stillholds::mention question;
  stillholds::answer answer;
  std::string key;             // UUID text; the same over all attempts
  std::string claim_revision;
  std::string snapshot_version;
  outbox_state state{outbox_state::queued};
  int attempts{0};
  instant created;
  instant next_at;
  std::string reply_id;
  std::string reason;          // of the last judgement
};

// What to do about one mention, decided by the caller inside `finish`, on the store thread.
struct resolution {
  std::optional<stillholds::answer> answer;  // nothing: stay silent
  std::string key;
  std::string claim_revision;
  std::string snapshot_version;
  bool dry_run{false};
  std::string silence;                       // why nothing is said: "person_cap", "blocked" …
  std::optional<std::string> gap;            // the question, when it was not covered
  std::optional<std::string> notice;         // the cap whose one notice this answer is
  bool forget_author{false};                 // "forget me": drop this person's stored text
  std::optional<std::string> correction;     // "this is wrong: …", on the claim in answer.claim_id
  std::optional<std::string> follow;         // claim id to follow in this thread
  std::optional<std::string> unfollow;
};

// What the conversation knows when a mention is decided. Times are of answers, not of questions.
struct conversation {
  std::string last_claim;                    // claim last shown in this thread; empty: none
  std::vector<std::string> last_suggested;   // what the thread's last answer offered
  struct shown {
    std::string claim_id;
    std::string claim_revision;
    instant at;
  };
  std::vector<shown> shown_claims;           // newest entry per claim in this thread
  int answers_by_person{0};                  // within the asked window, in this space
  int answers_in_thread{0};
  int answers_in_space{0};
  std::vector<std::string> notices_given;    // caps whose notice was given within the window
};

struct cap_windows {
  std::chrono::seconds person{3600};
  std::chrono::seconds thread{3600};
  std::chrono::seconds space{60};
};

struct gap_row {
  std::string question;   // as first asked
  int times{0};
  int people{0};
  instant first;
  instant last;
};

// The result of an attempt, for `settle`.
struct attempt_result {
  outbox_state state{outbox_state::delivered};
  instant next_at;        // queued and unknown: when to go on
  std::string reply_id;
  std::string reason;
};

class store {
 public:
  store() = default;
  store(const store&) = delete;
  store& operator=(const store&) = delete;
  virtual ~store() = default;

  // --- transactions: store_thread brackets a batch of jobs with these, and each job with a savepoint.
  virtual result<void> begin() = 0;
  virtual result<void> commit() = 0;    // after a failure nothing of the batch is durable
  virtual void roll_back() = 0;
  virtual result<void> begin_job() = 0;
  virtual result<void> end_job() = 0;
  virtual void undo_job() = 0;

  // --- inbox
  // Stores a mention under (platform, account, delivery key) and, where it has one, (platform, account, message key).
  // repeated when either is known. full when `inbox_max` rows wait already.
  virtual result<put_outcome> put_mention(const origin& from, const mention& what, instant now, std::size_t inbox_max) = 0;
  // Leases up to `max` waiting mentions, oldest first, at most one per thread (platform, account, thread_id), none of
  // a thread whose earlier mention is still leased. Leases end at now + lease.
  virtual result<std::vector<inbox_row>> take_mentions(std::size_t max, instant now, std::chrono::milliseconds lease) = 0;
  // Calls `decide` with the conversation and writes what it says, in one job: inbox done, outbox row, gap, notice …
  // Returns the outbox row's id, 0 when silent. conflict when the mention is no longer open. Caps count within `windows`.
  virtual result<row_id> finish(row_id mention_id, instant now, const cap_windows& windows,
                                const std::function<resolution(const conversation&)>& decide) = 0;
  // Leaves a mention for later (the decision itself failed); it can be taken again after `retry_at`.
  virtual result<void> put_back(row_id mention_id, instant retry_at) = 0;

  // --- outbox
  // Takes up to `max` rows that are due, oldest first, at most one per conversation and none while an earlier row of
  // the same conversation is unsettled (queued, sending, unknown; held does not block). `unknown` rows come back as
  // unknown, others become `sending`. Rows with answer_in_response are not taken before now - response_grace.
  virtual result<std::vector<outbox_row>> take_deliveries(std::size_t max, instant now) = 0;
  virtual result<void> settle(row_id outbox_id, const attempt_result& what, instant now) = 0;
  // At start: what was `sending` when we died has an unknown outcome.
  virtual result<int> recover(instant now) = 0;
  // The outbox row that answers a mention; not_found while there is none (or it stays silent: kind `none`).
  virtual result<outbox_row> outbox_of_mention(row_id mention_id) = 0;
  virtual result<outbox_row> find_outbox(row_id id) = 0;
  virtual result<std::vector<outbox_row>> list_outbox(std::optional<outbox_state> only, std::size_t max) = 0;
  // A person's decisions: send it (again) now; never send it. conflict when the row's state forbids it.
  virtual result<void> retry_outbox(row_id id, instant now) = 0;
  virtual result<void> drop_outbox(row_id id, instant now) = 0;
  // The earliest next_at of rows that wait; nothing when none waits.
  virtual result<std::optional<instant>> next_delivery() = 0;

  // --- the rest
  // Is this message (platform's reply id) one that we posted?
  virtual result<bool> is_own_reply(const origin& from, std::string_view reply_id) = 0;
  virtual result<std::vector<gap_row>> gaps(std::size_t max) = 0;  // most people first, then most asked
  virtual result<bool> is_paused() = 0;
  virtual result<void> set_paused(bool value, instant now) = 0;
  struct counts {
    std::int64_t inbox_waiting{0}, outbox_waiting{0}, held{0}, delivered{0}, dead{0};
  };
  virtual result<counts> count() = 0;
  // Drops question text older than `text_until` from finished rows, and finished rows older than `rows_until`.
  virtual result<int> prune(instant text_until, instant rows_until) = 0;
};

}  // namespace stillholds
