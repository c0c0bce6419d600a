// The port: all that a chat or comment platform must be able to say. Pure: bytes in, plain values out; no I/O, no
// clock, no randomness. One file per platform implements it; nothing else names a platform.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "handlers/port/call.hpp"
#include "handlers/port/mention.hpp"
#include "handlers/port/sealed.hpp"
#include "knowledge/answers/answer.hpp"
#include "knowledge/error.hpp"

namespace stillholds {

// One webhook request as received; or the platform's answer to our own `poll`, told apart by `answers_our_call`.
struct incoming {
  std::string method{};  // upper case
  std::string path{};    // without query, still percent-encoded
  std::string query{};   // without '?'
  stillholds::headers headers{};
  sealed_body body;
  bool answers_our_call{false};  // set by the poller alone: the body came over a connection that we opened
  std::string cursor{};          // then also what the poll was made with
  std::string provision{};       // what traits().admits_with names; empty when it cannot be had
};

// What we answer the platform at once. "{}" as JSON is safe nearly everywhere.
struct acknowledgement {
  unsigned status{200};
  std::string content_type{"application/json"};
  std::string body{"{}"};
};

// outdated_keys: it may be genuine, but the provision at hand does not know its key; asked again with a new one.
enum class admission_kind { mention, ignored, challenge, not_genuine, stale, malformed, outdated_keys };

// What became of one request. `acknowledge` is what the platform wants to hear in this very case.
struct admission {
  admission_kind kind{admission_kind::ignored};
  std::string reason{};  // a fixed phrase, fit for a metric label: "own_message", "signature_mismatch"
  acknowledgement acknowledge{};
  std::optional<acknowledgement> asked_before{};  // instead, where another delivery told of the message already
  std::vector<mention> mentions{};  // not empty exactly when kind == mention; edits and deletions are mentions, too
  std::string delivery_key{};       // where known, also for what was ignored; as in mention
  std::string cursor{};             // polled: where the next poll goes on; empty: where this one did
  bool more{false};                 // polled: ask again at once, this was not everything
};

enum class judgement_kind { delivered, retry, refused, unknown };

// What a call_result means for the reply that was sent.
struct judgement {
  judgement_kind kind{judgement_kind::unknown};
  std::string reply_id{};                             // delivered: the platform's id of our reply, where it gave one
  std::optional<std::chrono::seconds> retry_after{};  // retry: what the platform asked for
  std::string reason{};                               // a fixed phrase: "rate_limited", "channel_not_found"
  bool renew_provision{false};                        // the provision was turned down: the next try needs a new one
};

// One reply on its way: the question it answers, the document, and a key that stays the same over all attempts.
struct reply {
  mention question;
  stillholds::answer answer;
  std::string key{};  // UUID text, derived from the mention; the idempotency key where the platform takes one
  std::chrono::sys_seconds now{};      // when this attempt is made, for platforms that want it signed
  std::chrono::sys_seconds decided{};  // when the answer was decided: how old the platform's memory of us must be
  int attempt{1};                      // the how-manieth this is
  bool in_doubt{false};                // an earlier attempt may have been posted: nobody knows
  std::string last_reason{};           // of the judgement on the attempt before; empty: there was none
  std::string provision{};             // what provision_for() names, good at `now`
};

// What a look into the thread showed.
struct sighting {
  bool question_stands{true};             // false: deleted, hidden, a bot's, or other words than we were told
  std::optional<std::string> reply_id{};  // our own reply to this very question is already there
  std::optional<std::string> reply_to{};  // better notes on how to answer than the question came with
};

// Something that the platform hands out for a while and that other calls or checks need: an access token, its keys.
struct provision {
  std::string value;
  std::chrono::sys_seconds good_until;
};

// One thing that can be asked of the platform without posting anything, to see whether an account is set up well.
struct probe_step {
  std::string checks;  // "the token is accepted"
  stillholds::call call;
};

struct platform_traits {
  bool can_look{false};           // `look` and `see` work: an unknown outcome can be reconciled
  bool can_amend{false};          // `amend` and `retract` work: an answer can follow its question
  std::size_t reply_limit{4000};  // the platform's own limit, in its own unit; for documentation and lint
  std::size_t body_bytes{0};      // the longest delivery it makes, where the server's usual limit is too small for it
  bool delivers_again{true};      // a webhook that hears 503 comes again; else it hears its admission's acknowledgement
  std::string_view methods{"POST"};  // what its webhook address takes, as the Allow header says it; empty: no webhooks
  std::string_view admits_with{};    // the provision that `admit` needs; empty: none
  std::chrono::seconds poll_every{0};  // 0: not polled
};

class platform {
 public:
  platform() = default;
  platform(const platform&) = delete;
  platform& operator=(const platform&) = delete;
  virtual ~platform() = default;

  [[nodiscard]] virtual platform_traits traits() const noexcept = 0;

  // Genuine? Fresh? Then what does it say? Total: every input has an admission. `now` is the service's clock.
  [[nodiscard]] virtual admission admit(const incoming& request, std::chrono::sys_seconds now) const = 0;

  // The call that posts the reply; or, for a mention with answer_in_response, the acknowledgement that carries it.
  [[nodiscard]] virtual result<call> render(const reply& what) const = 0;
  [[nodiscard]] virtual acknowledgement render_response(const reply& what) const;

  // What the platform's answer to a call of render, amend or retract means. Only called with transport::answered. Also
  // asked about a poll or a look that was turned down: for the pause, and whether the provision is to be renewed.
  [[nodiscard]] virtual judgement judge(const call_result& response) const = 0;

  // Must the question be read again through the API before the first answer: because the webhook proves nothing, or
  // does not say where an answer belongs? Only where traits().can_look.
  [[nodiscard]] virtual bool looks_first(const mention& question) const;

  // Does the platform show that an answer is on its way, until one comes? Then silence takes that away: `retract` with
  // an empty id.
  [[nodiscard]] virtual bool shows_waiting(const mention& question) const;

  // Where traits().can_look: the call that shows the thread, and what its answer says about this reply.
  // see: busy or unreachable when the answer says nothing; refused when we may not read the thread.
  [[nodiscard]] virtual result<call> look(const reply& what) const;
  [[nodiscard]] virtual result<sighting> see(const reply& what, const call_result& response) const;

  // Where traits().can_amend: the call that puts `what` in the place of our earlier reply, and the one that takes that
  // reply away. Both are harmless to repeat.
  [[nodiscard]] virtual result<call> amend(const reply& what, std::string_view reply_id) const;
  [[nodiscard]] virtual result<call> retract(const reply& what, std::string_view reply_id) const;

  // Where traits().poll_every: the call that asks what is new since `cursor` (empty: the very first time), for at most
  // `most` entries: fewer are asked for after a page that was too long to be read. Its answer goes through `admit`.
  [[nodiscard]] virtual result<call> poll(std::string_view cursor, std::string_view provision, std::size_t most) const;
  // Where polls go on when that of `cursor` was refused for good (a channel that is gone or closed to us), so that the
  // other places are read all the same. Nothing: there is no other place.
  [[nodiscard]] virtual std::optional<std::string> pass_over(std::string_view cursor) const;

  // The provision that calls about this question put to use, by a name of the platform's own ("installation:42");
  // for polls and probes the question is empty. Empty: none.
  [[nodiscard]] virtual std::string provision_for(const mention& question) const;
  // How a provision is fetched and read. read: busy or unreachable when it may come later; refused when the account is
  // not set up well, with a sentence for the admin.
  [[nodiscard]] virtual result<call> fetch_provision(std::string_view name, std::chrono::sys_seconds now) const;
  [[nodiscard]] virtual result<provision> read_provision(std::string_view name, const call_result& response,
                                                         std::chrono::sys_seconds now) const;

  // What `stillholds probe` asks of the platform; posts nothing. read_probe: a sentence that says what was found
  // ("signed in as claimbot"), or what is wrong and what to do.
  [[nodiscard]] virtual std::vector<probe_step> probe(std::string_view provision,
                                                      std::chrono::sys_seconds now) const = 0;
  [[nodiscard]] virtual result<std::string> read_probe(std::size_t step, const call_result& response) const = 0;
};

// The whole judgement, transport failures included: not_sent -> retry, unknown -> unknown.
[[nodiscard]] judgement judge_call(const platform& on, const call_result& response);

}  // namespace stillholds
