#include "bot/pipeline/decide.hpp"

#include <algorithm>
#include <array>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <optional>

#include "bot/pipeline/follow_up.hpp"
#include "knowledge/answers/compose.hpp"

namespace stillholds {
namespace {

// The first cap that is used up; 0 as a limit means no limit.
std::optional<cap> reached_cap(const cap_limits& caps, const conversation& known) {
  const auto full = [](int used, int limit) { return limit > 0 && used >= limit; };
  if (full(known.answers_by_person, caps.per_person)) return cap::person;
  if (full(known.answers_in_thread, caps.per_thread)) return cap::thread;
  if (full(known.answers_in_space, caps.per_space_per_minute)) return cap::space;
  return std::nullopt;
}

thread_memory remember(const decision_input& in, const conversation& known) {
  thread_memory memory;
  memory.last_claim = known.last_claim;
  memory.last_suggested = known.last_suggested;
  memory.last_candidates = known.last_suggested;
  const auto& id = in.outcome.claim_id;
  const auto shown = std::ranges::find(known.shown_claims, id, &conversation::shown::claim_id);
  const auto [article, claim] = in.snapshot.find_claim(id);
  if (in.outcome.kind == outcome_kind::claim && claim != nullptr && shown != known.shown_claims.end()) {
    memory.shown_before_on = std::chrono::floor<std::chrono::days>(shown->at);
    memory.shown_before_is_current = shown->claim_revision == snapshot::revision_of(*claim);
  }
  return memory;
}

// What a command does beside being answered. A correction and a follow need the claim that the answer names.
void apply_command(const decision_input& in, const conversation& known, resolution& made) {
  if (in.outcome.kind != outcome_kind::command) return;
  const auto& command = in.outcome.command;
  const auto named = command.argument.empty() ? known.last_claim : command.argument;
  switch (command.kind) {
    case command_kind::forget_me: made.forget_author = true; break;
    case command_kind::this_is_wrong:
      if (!known.last_claim.empty() && !command.argument.empty()) made.correction = command.argument;
      break;
    case command_kind::follow:
      if (const auto* claim = in.snapshot.find_claim(named).claim;
          claim != nullptr && !in.row.mention.answer_in_response) {
        made.follow = follow_wish{named, std::string(name_of(claim->current().status)), in.outcome.language};
      }
      break;
    case command_kind::unfollow: made.unfollow = command.argument; break;
    default: break;
  }
}

// Was our earlier answer to this message posted, or may it have been?
bool may_be_there(const conversation& known) {
  if (!known.earlier) return false;
  const auto state = known.earlier->state;
  return state == outbox_state::delivered || state == outbox_state::sending || state == outbox_state::unknown;
}

resolution silent(const decision_input& in, std::string why) {
  resolution made;
  made.silence = std::move(why);
  made.snapshot_version = in.snapshot.version;
  return made;
}

// What was not sent yet is dropped; what was posted is taken away where the platform allows.
resolution follow_deletion(const decision_input& in, const conversation& known) {
  auto made = silent(in, "deleted");
  made.withdraw = true;
  if (!may_be_there(known) || !in.can_amend) return made;
  made.silence.clear();
  made.key = reply_key(in.row.from, in.row.mention);
  made.dry_run = in.account.dry_run;
  made.answer = answer{};
  made.action = outbox_action::retract;
  made.follows = known.earlier->outbox_id;
  return made;
}

// Does an edit get an answer? Only where the question had one: that one is changed, or replaced before it was sent. An
// edit asks nobody anew.
bool edit_is_followed(const decision_input& in, const conversation& known) {
  if (!known.earlier) return false;
  return known.earlier->state == outbox_state::queued || (may_be_there(known) && in.can_amend);
}

// The service speaks up by itself, once, because the thread asked for it: no cap counts, no question is matched.
resolution tell_followers(const decision_input& in) {
  const auto note = read_follow_note(in.row.mention.question);
  const auto found = in.snapshot.find_claim(note.claim_id);
  if (found.claim == nullptr) return silent(in, "claim_gone");
  resolution made;
  made.key = reply_key(in.row.from, in.row.mention);
  made.snapshot_version = in.snapshot.version;
  made.claim_revision = snapshot::revision_of(*found.claim);
  made.dry_run = in.account.dry_run;
  made.answer = compose_follow_up(*found.article, *found.claim, in.wording, note.language, in.public_url, in.today);
  return made;
}

}  // namespace

cap_windows windows_of_caps() {
  using namespace std::chrono_literals;
  return {.person = 1h, .thread = 1h, .space = 1min};
}

std::string reply_key(const origin& from, const mention& question) {
  static const boost::uuids::uuid space =
      boost::uuids::name_generator_sha1(boost::uuids::ns::url())("https://stillholds/reply");
  const boost::uuids::name_generator_sha1 make(space);
  return boost::uuids::to_string(make(from.platform + '\n' + from.account + '\n' + question.delivery_key));
}

namespace {

resolution decide_words(const decision_input& in, const conversation& known) {
  const auto& asked = in.row.mention;
  if (asked.change == mention_change::followed) return tell_followers(in);
  if (asked.change == mention_change::deleted) return follow_deletion(in, known);
  if (std::ranges::find(in.account.blocked, asked.author_id) != in.account.blocked.end()) return silent(in, "blocked");

  const bool edited = asked.change == mention_change::edited;
  // What said something and now only thanks is answered no longer.
  if (in.outcome.asks_nothing) return edited ? follow_deletion(in, known) : silent(in, "nothing_asked");
  if (edited && !edit_is_followed(in, known)) {
    auto made = silent(in, "edited");
    made.withdraw = true;
    return made;
  }

  resolution made;
  made.key = reply_key(in.row.from, asked);
  made.snapshot_version = in.snapshot.version;
  made.dry_run = in.account.dry_run;
  made.withdraw = edited;
  if (edited && may_be_there(known)) {
    made.action = outbox_action::amend;
    made.follows = known.earlier->outbox_id;
  }
  if (const auto full = reached_cap(in.caps, known)) {
    const auto key = "cap_" + std::string(name_of(*full));
    const bool told = std::ranges::find(known.notices_given, *full) != known.notices_given.end();
    if (told || edited) return silent(in, key);
    made.notice = full;
    made.answer = compose_notice(in.wording, in.outcome.language, key);
    return made;
  }
  auto memory = remember(in, known);
  // The answer that is about to change is no earlier answer to point at.
  if (edited && in.outcome.claim_id == known.earlier->claim_id) memory.shown_before_on.reset();
  made.answer = compose({.snapshot = in.snapshot,
                         .outcome = in.outcome,
                         .wording = in.wording,
                         .memory = memory,
                         .public_url = in.public_url,
                         .article_id = in.account.articles.empty() ? std::string_view{} : in.account.articles.front(),
                         .today = in.today,
                         .within = in.account.articles,
                         .can_follow = !asked.answer_in_response});
  apply_command(in, known, made);
  if (in.outcome.kind == outcome_kind::none && !asked.question.empty()) made.gap = asked.question;
  if (const auto claim = in.snapshot.find_claim(made.answer->claim_id).claim)
    made.claim_revision = snapshot::revision_of(*claim);
  return made;
}

}  // namespace

resolution decide(const decision_input& in, const conversation& known) {
  auto made = decide_words(in, known);
  if (made.answer || !in.shows_waiting) return made;
  made.key = reply_key(in.row.from, in.row.mention);
  made.dry_run = in.account.dry_run;
  made.answer = answer{};
  made.action = outbox_action::retract;
  return made;
}

}  // namespace stillholds
