// The port: all that a chat or comment platform must be able to say. Pure: bytes in, plain values out; no I/O, no
// clock, no randomness. One file per platform implements it; nothing else names a platform.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "handlers/port/mention.hpp"
#include "handlers/port/sealed.hpp"
#include "knowledge/answers/answer.hpp"
#include "knowledge/error.hpp"

namespace stillholds {

using header = std::pair<std::string, std::string>;
using headers = std::vector<header>;

// The value of the only header of that name (ASCII case ignored); nothing when it is missing or stands more than once.
[[nodiscard]] std::optional<std::string_view> find_header(const headers& all, std::string_view name) noexcept;

// One webhook request as received.
struct incoming {
  std::string method{};  // upper case
  std::string path{};    // without query, still percent-encoded
  std::string query{};   // without '?'
  stillholds::headers headers{};
  sealed_body body;
};

// What we answer the platform at once. "{}" as JSON is safe nearly everywhere.
struct acknowledgement {
  unsigned status{200};
  std::string content_type{"application/json"};
  std::string body{"{}"};
};

enum class admission_kind { mention, ignored, challenge, not_genuine, stale, malformed };

// What became of one request. `acknowledge` is what the platform wants to hear in this very case.
struct admission {
  admission_kind kind{admission_kind::ignored};
  std::string reason{};  // a fixed phrase, fit for a metric label: "own_message", "signature_mismatch"
  acknowledgement acknowledge{};
  std::vector<mention> mentions{};  // not empty exactly when kind == mention
  std::string delivery_key{};       // where known, also for what was ignored; as in mention
};

// One HTTP call that we make. `secret` parts are headers only, never the URL.
struct call {
  std::string method{"POST"};
  std::string url{};  // absolute
  stillholds::headers headers{};
  std::string body{};
};

// What came of a call.
struct call_result {
  enum class transport {
    answered,  // a complete HTTP response was read
    not_sent,  // failed before the request could have been understood: safe to repeat
    unknown,   // failed after the request left: the other side may have acted on it
  };
  transport how{transport::answered};
  unsigned status{0};
  stillholds::headers headers{};
  std::string body{};
  std::string detail{};  // for the log when not answered
};

enum class judgement_kind { delivered, retry, refused, unknown };

// What a call_result means for the reply that was sent.
struct judgement {
  judgement_kind kind{judgement_kind::unknown};
  std::string reply_id{};                             // delivered: the platform's id of our reply, where it gave one
  std::optional<std::chrono::seconds> retry_after{};  // retry: what the platform asked for
  std::string reason{};                               // a fixed phrase: "rate_limited", "channel_not_found"
};

// One reply on its way: the question it answers, the document, and a key that stays the same over all attempts.
struct reply {
  mention question;
  stillholds::answer answer;
  std::string key{};  // UUID text, derived from the mention; the idempotency key where the platform takes one
  std::chrono::sys_seconds now{};  // when this attempt is made, for platforms that want it signed
};

// What a look into the thread showed.
struct sighting {
  bool question_stands{true};             // false: deleted, hidden or other words than we were told
  std::optional<std::string> reply_id{};  // our own reply to this very question is already there
};

struct platform_traits {
  bool repeat_is_harmless{false};    // sending the same reply again cannot post it twice
  bool look_first{false};            // read the question again through the API before the first answer
  bool can_look{false};              // `look` and `see` work: an unknown outcome can be reconciled
  std::size_t reply_limit{4000};     // the platform's own limit, in its own unit; for documentation and lint
  std::string_view methods{"POST"};  // what its webhook address takes, as the Allow header says it: "GET, POST"
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

  // What the platform's answer to render()'s call means. Only called with transport::answered.
  [[nodiscard]] virtual judgement judge(const call_result& response) const = 0;

  // Where traits().can_look: the call that shows the thread, and what its answer says about this reply.
  // see: busy or unreachable when the answer says nothing; refused when we may not read the thread.
  [[nodiscard]] virtual result<call> look(const reply& what) const;
  [[nodiscard]] virtual result<sighting> see(const reply& what, const call_result& response) const;
};

// The whole judgement, transport failures included: not_sent -> retry, unknown -> unknown.
[[nodiscard]] judgement judge_call(const platform& on, const call_result& response);

}  // namespace stillholds
