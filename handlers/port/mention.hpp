// A mention of the bot as every platform's words boil down to: who asked what, where, and how to answer there.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace stillholds {

// What happened to the question on the platform; or nothing did, and the service itself speaks up (`followed`: a claim
// that this thread follows has another status; the question then holds our own notes).
enum class mention_change { created, edited, deleted, followed };

[[nodiscard]] std::string_view name_of(mention_change change) noexcept;

struct mention {
  mention_change change{mention_change::created};
  std::string delivery_key;  // the platform repeats a delivery under the same key: "slack:Ev0MENTION1"
  std::string message_key;   // the same message by any route; empty where the platform gives no stable one
  std::string space;         // workspace, site or page: what one community's caps count over
  std::string thread_id;     // one conversation; answers in it keep their order
  std::string message_id;    // the question's own id; empty where the platform has none
  std::string author_id;
  std::string question;            // the bot's name removed, entities decoded once, tidied; may be empty
  std::string reply_to;            // the platform's own notes (JSON) on how to answer; opaque to everyone else
  bool answer_in_response{false};  // the HTTP response to this request is where the answer goes
  // An edit that the platform passes on whoever made it: it counts only from the question's author, in its own space.
  bool only_by_author{false};
  // Other people than the message's author may ask about it: one who does so anew gets an answer where no earlier one
  // did.
  bool asked_by_anyone{false};

  friend bool operator==(const mention&, const mention&) = default;
};

}  // namespace stillholds
