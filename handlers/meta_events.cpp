#include "handlers/meta_events.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "handlers/port/addressing.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

// "@Claim Check is it …": where no name is configured, the words with capitals after a leading "@" are taken for it.
std::optional<std::string> question_after_capitals(std::string_view text) {
  const auto begin = trim(text);
  if (!begin.starts_with('@')) return std::nullopt;
  std::size_t end = 1;
  while (end < begin.size() && begin[end] >= 'A' && begin[end] <= 'Z') {
    const auto space = std::min(begin.find_first_of(" \n", end), begin.size());
    end = space == begin.size() ? space : space + 1;
  }
  return end == 1 ? std::nullopt : std::optional{as_question(begin.substr(std::min(end, begin.size())), true)};
}

// What is said of an event that concerns us goes before what is said of others.
void add(admission one, admission& made) {
  const bool says_less = one.kind != admission_kind::mention && one.reason == "other_event";
  if (!says_less || made.reason == "other_event") gather(std::move(one), made);
}

// One app has one address for all its pages and numbers. Where a delivery does not say whose it is, it is ours.
bool is_anothers(const std::optional<std::string>& whose, std::string_view own) {
  return whose && !own.empty() && *whose != own;
}

}  // namespace

admission meta_events::admit(const json& delivery, std::chrono::sys_seconds now) const {
  const auto* entries = at_path(delivery, "entry");
  if (entries == nullptr || !entries->is_array()) return malformed("no_entries");
  auto made = ignored("other_event");
  for (const auto& entry : *entries) {
    for (const auto* list : {"messaging", "changes"}) {
      const auto* all = at_path(entry, list);
      if (all == nullptr || !all->is_array()) continue;
      for (const auto& event : *all) {
        add(admit_event(entry, event, now), made);
      }
    }
  }
  return made;
}

admission meta_events::admit_event(const json& entry, const json& event, std::chrono::sys_seconds now) const {
  switch (which_) {
    case meta_member::messenger: return admit_messenger(event, now);
    case meta_member::whatsapp: return admit_whatsapp(event, now);
    case meta_member::facebook: return admit_facebook(entry, event, now);
    case meta_member::instagram: return admit_instagram(entry, event, now);
  }
  return ignored("other_event");
}

admission meta_events::admit_asked(asked what, std::optional<std::string> question,
                                   std::chrono::sys_seconds now) const {
  if (what.author == own_id_) return ignored("own_message", std::move(what.key));
  if (!question && what.change == mention_change::created) return ignored("no_mention", std::move(what.key));
  if (what.change == mention_change::created &&
      !is_recent_event(std::chrono::sys_seconds{std::chrono::seconds{what.at}}, now)) {
    return stale("old_event", 200, std::move(what.key));
  }
  mention made;
  made.change = what.change == mention_change::edited && !question ? mention_change::deleted : what.change;
  made.delivery_key = std::move(what.key);
  made.message_key = std::move(what.changes);
  made.space = std::move(what.space);
  made.thread_id = std::move(what.thread);
  made.message_id = std::move(what.message);
  made.author_id = std::move(what.author);
  if (made.change != mention_change::deleted) made.question = std::move(question).value_or("");
  return mentioned(std::move(made));
}

admission meta_events::admit_messenger(const json& event, std::chrono::sys_seconds now) const {
  const auto* message = at_path(event, "message");
  if (message == nullptr) return ignored("other_event");
  const auto id = get_string(*message, "mid");
  const auto author = get_id(event, "sender.id");
  const auto milliseconds = get_integer(event, "timestamp");
  if (!id || !author || !milliseconds) return malformed("no_message");
  auto key = "messenger:" + *id;
  if (get_bool(*message, "is_echo") == true) return ignored("own_message", std::move(key));
  if (is_anothers(get_id(event, "recipient.id"), settings_.get("page_id"))) {
    return ignored("other_account", std::move(key));
  }
  const auto text = get_string(*message, "text");
  if (!text) return ignored("no_text", std::move(key));
  return admit_asked({.key = std::move(key),
                      .space = std::string(settings_.get("page_id")),
                      .thread = *author,
                      .message = *id,
                      .author = *author,
                      .at = *milliseconds / 1000,
                      .changes = {}},
                     as_question(*text, false), now);
}

admission meta_events::admit_whatsapp(const json& event, std::chrono::sys_seconds now) const {
  const auto* value = at_path(event, "value");
  if (value == nullptr || get_string(event, "field") != "messages") return ignored("other_event");
  if (is_anothers(get_id(*value, "metadata.phone_number_id"), settings_.get("wa_phone_id"))) {
    return ignored("other_account");
  }
  const auto* messages = at_path(*value, "messages");
  if (messages == nullptr || !messages->is_array()) {
    return ignored(at_path(*value, "statuses") != nullptr ? "own_message" : "other_event");
  }
  auto made = ignored("other_event");
  for (const auto& message : *messages) {
    const auto id = get_string(message, "id");
    const auto author = get_string(message, "from");
    const auto seconds = parse_unix_seconds(get_string(message, "timestamp").value_or(""));
    if (!id || !author || !seconds) {  // the others of the batch are good all the same
      add(malformed("no_message"), made);
      continue;
    }
    auto key = "whatsapp:" + *id;
    const auto text = get_string(message, "text.body");
    if (!text) {
      add(ignored("no_text", std::move(key)), made);
      continue;
    }
    add(admit_asked({.key = std::move(key),
                     .space = std::string(settings_.get("wa_phone_id")),
                     .thread = *author,
                     .message = *id,
                     .author = *author,
                     .at = seconds->time_since_epoch().count(),
                     .changes = {}},
                    as_question(*text, false), now),
        made);
  }
  return made;
}

admission meta_events::admit_facebook(const json& entry, const json& event, std::chrono::sys_seconds now) const {
  const auto* value = at_path(event, "value");
  if (value == nullptr || get_string(event, "field") != "feed" || get_string(*value, "item") != "comment") {
    return ignored("other_event");
  }
  if (is_anothers(get_id(entry, "id"), settings_.get("page_id"))) return ignored("other_account");
  const auto id = get_id(*value, "comment_id");
  const auto author = get_id(*value, "from.id");
  const auto post = get_id(*value, "post_id");
  const auto verb = get_string(*value, "verb").value_or("");
  const auto at = get_integer(*value, "created_time");
  if (!id || !author || !post || !at) return malformed("no_comment");
  if (verb != "add" && verb != "edited" && verb != "remove") return ignored("other_event");
  const auto text = get_string(*value, "message").value_or("");
  auto question = question_in(text);
  if (question && question->empty() && trim(text).empty()) question.reset();
  asked what{.key = "facebook:" + *id + ":" + verb,
             .space = std::string(settings_.get("page_id")),
             .thread = *post,
             .message = *id,
             .author = *author,
             .at = *at,
             .changes = {}};
  if (verb != "add") {
    what.change = verb == "edited" ? mention_change::edited : mention_change::deleted;
    what.changes = "facebook:" + *id + ":add";
    // The words, and when: who changes a comment back and forth is followed each time.
    if (verb == "edited") what.key += ":" + content_mark(text) + ":" + get_id(entry, "time").value_or("");
  }
  return admit_asked(std::move(what), std::move(question), now);
}

admission meta_events::admit_instagram(const json& entry, const json& event, std::chrono::sys_seconds now) const {
  const auto* value = at_path(event, "value");
  if (value == nullptr || get_string(event, "field") != "comments") return ignored("other_event");
  if (is_anothers(get_id(entry, "id"), settings_.get("ig_id"))) return ignored("other_account");
  const auto id = get_id(*value, "id");
  const auto author = get_id(*value, "from.id");
  const auto media = get_id(*value, "media.id");
  const auto text = get_string(*value, "text");
  const auto at = get_integer(entry, "time");  // there is none in the event itself
  if (!id || !author || !media || !text || !at) return malformed("no_comment");
  const std::array names{std::string(settings_.get("ig_username"))};
  return admit_asked({.key = "instagram:" + *id,
                      .space = std::string(settings_.get("ig_id")),
                      .thread = *media,
                      .message = *id,
                      .author = *author,
                      .at = *at,
                      .changes = {}},
                     question_to(*text, names, quoting{}), now);
}

std::optional<std::string> meta_events::question_in(std::string_view text) const {
  const std::array names{std::string(settings_.get("page_name"))};
  return names[0].empty() ? question_after_capitals(text) : question_to(text, names, quoting{});
}

}  // namespace stillholds
