// Storage in our own language: what was asked, what is to be sent, what was said. Backends implement it; all of them
// pass the same contract suite (tests/bot/store_contract). Synchronous: store_thread calls it from its one thread.
// Every call fails with busy (another process holds the file: try again), corrupt or internal (the disk) beside what it
// names itself.
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

// repeated: this delivery is known. same_message: another delivery told of this message before. unrelated: it changes a
// question that nobody asked us (or that was pruned), so there is nothing to follow.
enum class put_kind { stored, repeated, same_message, full, unrelated };
struct put_outcome {
  put_kind kind{put_kind::stored};
  row_id id{0};  // of the stored row, or of the row that was there before
};

// Stored as these numbers: add at the end, never renumber.
enum class outbox_state {
  queued = 0,   // to be sent at next_at
  sending = 1,  // handed to the network; after a crash the outcome is unknown
  unknown = 2,  // sent, outcome not known: look before sending again
  held = 3,     // unknown and the platform cannot tell: waits for a person
  delivered = 4,
  refused = 5,  // the platform said no for good
  dead = 6,     // gave up after the time limit
  dropped = 7,  // a person decided not to send it, or the question is gone
  dry = 8,      // recorded only: the account is in dry run
};
// What a row does to the thread. Stored as these numbers.
enum class outbox_action {
  post = 0,     // a reply of its own
  amend = 1,    // the earlier answer's reply gets this text instead
  retract = 2,  // the earlier answer's reply goes
};

[[nodiscard]] std::string_view name_of(outbox_state state) noexcept;
[[nodiscard]] std::optional<outbox_state> parse_outbox_state(std::string_view word) noexcept;

struct outbox_row {
  row_id id{0};
  row_id mention_id{0};
  origin from;
  stillholds::mention question;
  stillholds::answer answer;
  std::string key;  // UUID text; the same over all attempts
  std::string claim_revision;
  std::string snapshot_version;
  outbox_state state{outbox_state::queued};
  int attempts{0};  // how often it was taken, to be sent or to be looked for: pauses grow with it
  instant created;
  instant next_at;
  std::string reply_id;
  std::string reason;  // of the last judgement
  outbox_action action{outbox_action::post};
  struct earlier_reply {  // amend and retract: what became of the answer that this row follows, as of now
    outbox_state state{outbox_state::queued};
    std::string reply_id;
  };
  earlier_reply follows;
};

// The caps on answers; each counts over its own scope, and its one notice is given within that scope.
enum class cap { person, thread, space };  // a person within a space; a conversation; a space
[[nodiscard]] std::string_view name_of(cap which) noexcept;

// A thread wants one line when a claim's status is no longer the one it was told.
struct follow_wish {
  std::string claim_id{};
  std::string status{};    // the status word in force now
  std::string language{};  // of the thread
};

// What to do about one mention, decided by the caller inside `finish`, on the store thread.
struct resolution {
  std::optional<stillholds::answer> answer;  // nothing: stay silent
  std::string key;
  std::string claim_revision;
  std::string snapshot_version;
  bool dry_run{false};
  std::string silence;                    // why nothing is said: "person_cap", "blocked" …; with an answer that only
                                          // takes away what promised one
  std::optional<std::string> gap;         // the question, when it was not covered
  std::optional<cap> notice;              // the cap whose one notice this answer is
  bool forget_author{false};              // "forget me": drop this person's stored text
  std::optional<std::string> correction;  // "this is wrong: …", on the claim in answer.claim_id
  std::optional<follow_wish> follow;      // a claim to follow in this thread
  std::optional<std::string> unfollow;    // claim id no longer to follow here; empty text: none of them any more
  outbox_action action{outbox_action::post};
  row_id follows{0};     // amend and retract: the earlier answer's outbox row
  bool withdraw{false};  // the message was edited or deleted: what is not yet sent of our answers to it is dropped, and
                         // its stored words go; after an edit its author and notes stay, for what comes next
};

// What the conversation knows when a mention is decided. Times are of decisions to answer, not of questions; what was
// dropped, refused or given up does not count, nor what took a reply away; what still waits does, so that a burst
// cannot pass the caps.
struct conversation {
  std::string last_claim;                   // claim last answered about in this thread; empty: none
  std::vector<std::string> last_suggested;  // what the thread's last answer offered
  struct shown {
    std::string claim_id;
    std::string claim_revision;
    instant at;
  };
  std::vector<shown> shown_claims;  // newest entry per claim whose status this thread was shown, newest first
  int answers_by_person{0};         // within the asked window, in this space
  int answers_in_thread{0};
  int answers_in_space{0};
  std::vector<cap> notices_given;  // caps whose notice was given within that cap's window
  struct earlier_answer {          // our answer to the same message: the row that posted it, and what it says by now
    row_id outbox_id{0};
    outbox_state state{outbox_state::queued};
    std::string reply_id;
    std::string claim_id;
  };
  std::optional<earlier_answer> earlier;  // only when this mention is an edit or a deletion
};

struct cap_windows {
  std::chrono::seconds person{3600};
  std::chrono::seconds thread{3600};
  std::chrono::seconds space{60};
};

struct gap_row {
  std::string question;  // as first asked
  int times{0};
  int people{0};
  instant first;
  instant last;
};

// A reader's "this is wrong", for a moderator.
struct correction_row {
  row_id id{0};
  origin from;
  std::string space, thread_id, message_id;
  std::string claim_id;  // the claim it is about; empty: none was shown
  std::string text;
  instant at;
};

// A thread that asked to be told when a claim changes.
struct follow_row {
  origin from;
  std::string space, thread_id, message_id;
  std::string claim_id;
  std::string reply_to;  // the platform's notes on how to write there, of the mention that asked
  instant since;
  std::string language;
  std::string told;       // the status word that the thread was last told
  std::string pending;    // another status seen since, not yet told; empty: none
  instant pending_since;  // when it was first seen
};

// One answer that a thread was shown: the ledger is written when it was delivered and is never pruned.
struct shown_row {
  row_id id{0};
  origin from;
  std::string space, thread_id, message_id, reply_id;
  std::string article_id, claim_id, claim_revision, status_word, snapshot_version;  // claim parts empty: about no claim
  instant at;
};

// The result of an attempt, for `settle`.
struct attempt_result {
  outbox_state state{outbox_state::delivered};
  instant next_at;  // queued and unknown: when to go on
  std::string reply_id;
  std::string reason;
};

// How long an answer that goes into the HTTP response is left to the one who holds that request.
inline constexpr std::chrono::seconds response_grace{30};
// How long an `unknown` row that was taken is left to its taker before it is given out again.
inline constexpr std::chrono::seconds look_lease{120};
// shown_claims and `earlier` look back over at least this many of a thread's newest answers.
inline constexpr int thread_memory_answers = 256;
// answers_by_person, answers_in_thread and answers_in_space count no further: a larger cap is no cap.
inline constexpr int counted_answers_max = 1000;

class store {
 public:
  store() = default;
  store(const store&) = delete;
  store& operator=(const store&) = delete;
  virtual ~store() = default;

  // --- transactions: store_thread brackets a batch of jobs with these, and each job with a savepoint. A call outside
  // begin and commit is a transaction of its own. Inside, a job whose call failed must be undone.
  virtual result<void> begin() = 0;
  virtual result<void> commit() = 0;  // after a failure nothing of the batch is durable
  virtual void roll_back() = 0;
  virtual result<void> begin_job() = 0;
  virtual result<void> end_job() = 0;
  virtual void undo_job() = 0;

  // --- inbox
  // Stores a mention under (platform, account, delivery key) and (platform, account, message key), where it has them.
  // repeated when the first is known, same_message when only the second is; but what is asked_by_anyone and got no
  // answer yet is stored anew. An edit or a deletion has the question's
  // own key as its message key: it is stored with the question's thread, space and notes; unrelated when that key is
  // not known, and when it is only_by_author and comes from another author or space. After a deletion the message key
  // is free: a message that was brought back is a new one. full when `inbox_max` rows wait already. malformed without
  // any key.
  virtual result<put_outcome> put_mention(const origin& from, const mention& what, instant now,
                                          std::size_t inbox_max) = 0;
  // Leases up to `max` waiting mentions, oldest first, at most one per thread (platform, account, thread_id), none of
  // a thread whose earlier mention is still leased or put back. Leases end at now + lease.
  virtual result<std::vector<inbox_row>> take_mentions(std::size_t max, instant now,
                                                       std::chrono::milliseconds lease) = 0;
  // Calls `decide` with the conversation and writes what it says, in one job: inbox done, outbox row, gap, notice …
  // Returns the outbox row's id, 0 when silent. conflict when the mention is no longer open. Caps count within
  // `windows`. The words of a mention that gets no answer are not kept.
  virtual result<row_id> finish(row_id mention_id, instant now, const cap_windows& windows,
                                const std::function<resolution(const conversation&)>& decide) = 0;
  // Leaves a mention for later (the decision itself failed); it can be taken again after `retry_at`.
  virtual result<void> put_back(row_id mention_id, instant retry_at) = 0;

  // --- outbox
  // Takes up to `max` rows that are due, oldest first, at most one per conversation and none while an earlier row of
  // the same conversation is unsettled (queued, sending, unknown; held does not block). `unknown` rows come back as
  // unknown (for look_lease), others become `sending`. Rows with answer_in_response are due response_grace after their
  // decision.
  virtual result<std::vector<outbox_row>> take_deliveries(std::size_t max, instant now) = 0;
  // The outcome of an attempt (states queued, unknown, held, delivered, refused, dead, dropped). conflict unless the
  // row is queued, sending or unknown.
  virtual result<void> settle(row_id outbox_id, const attempt_result& what, instant now) = 0;
  // At start, before anything is taken: what was `sending` when we died has an unknown outcome (their number is
  // returned), and the leases of the dead process end.
  virtual result<int> recover(instant now) = 0;
  // The outbox row that answers a mention. busy while the mention is undecided; not_found when it stays silent.
  virtual result<outbox_row> outbox_of_mention(row_id mention_id) = 0;
  virtual result<outbox_row> find_outbox(row_id id) = 0;
  // Newest first.
  virtual result<std::vector<outbox_row>> list_outbox(std::optional<outbox_state> only, std::size_t max) = 0;
  // A person's decisions: send it (again) now; never send it. conflict when the row's state forbids it: retry is for
  // queued, unknown (we look first), held, refused, dead and dropped rows whose words are still stored; drop is for
  // queued, unknown and held ones.
  virtual result<void> retry_outbox(row_id id, instant now) = 0;
  virtual result<void> drop_outbox(row_id id, instant now) = 0;
  // When take_deliveries may next yield a row, if nothing else happens; may lie in the past. Nothing when no row waits
  // or each waits behind one that is being sent.
  virtual result<std::optional<instant>> next_delivery() = 0;

  // --- polls
  // How far an account's polls have read; empty: never yet. Set in the same job that keeps what they brought.
  virtual result<std::string> cursor_of(const origin& from) = 0;
  virtual result<void> set_cursor(const origin& from, std::string_view cursor) = 0;

  // --- the rest
  // Is this message (platform's reply id) one that we posted?
  virtual result<bool> is_own_reply(const origin& from, std::string_view reply_id) = 0;
  virtual result<std::vector<gap_row>> gaps(std::size_t max) = 0;                // most people first, then most asked
  virtual result<std::vector<correction_row>> corrections(std::size_t max) = 0;  // newest first
  virtual result<std::vector<follow_row>> follows(std::size_t max) = 0;          // oldest first
  // Writes back what was told and what is pending, where the thread still follows the claim.
  virtual result<void> note_follow(const follow_row& row) = 0;
  virtual result<std::vector<shown_row>> ledger(std::size_t max) = 0;  // newest first
  virtual result<bool> is_paused() = 0;
  virtual result<void> set_paused(bool value, instant now) = 0;
  struct counts {
    std::int64_t inbox_waiting{0};
    std::int64_t outbox_waiting{0};  // queued, sending, unknown
    std::int64_t held{0};
    std::int64_t delivered{0};  // ever
    std::int64_t dead{0};       // refused or given up, and still stored
  };
  virtual result<counts> count() = 0;
  // Drops readers' words older than `text_until` (questions, gaps not asked since; an answer still waiting by then is
  // dropped too) and finished rows and corrections older than `rows_until`. Works in short steps: returns how many rows
  // it touched, call it again until that is 0. The ledger stays.
  virtual result<int> prune(instant text_until, instant rows_until) = 0;
};

}  // namespace stillholds
