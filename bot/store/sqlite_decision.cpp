// A mention's decision: what the conversation remembers goes in, and what was decided is written, all in one job.
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "bot/store/sqlite_store.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

// These numbers are in the file.
static_assert(std::to_underlying(cap::person) == 0 && std::to_underlying(cap::thread) == 1 &&
              std::to_underlying(cap::space) == 2);

constexpr std::size_t gap_max_code_points = 500;

bool counts_as_answer(outbox_state state) noexcept {
  return state != outbox_state::refused && state != outbox_state::dead && state != outbox_state::dropped;
}

std::int64_t window_start(instant now, std::chrono::seconds window) noexcept { return stored(now - window); }

std::string join_lines(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += '\n';
    text += word;
  }
  return text;
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// What counts as the same question: case, width, blanks and the marks at its end do not matter.
std::string gap_form(std::string_view question) {
  std::string form = fold(tidy(question));
  const std::size_t last = form.find_last_not_of(" \t\n?!.,;:");
  form.resize(last == std::string::npos ? 0 : last + 1);
  return form;
}

}  // namespace

struct sqlite_store::decided {
  const inbox_row& asked;
  const scopes& at;
  const resolution& verdict;
  instant now;
  bool forgotten{false};  // the author asked to be forgotten while this mention waited
};

result<row_id> sqlite_store::finish(row_id mention_id, instant now, const cap_windows& windows,
                                    const std::function<resolution(const conversation&)>& decide) {
  return atomically([&]() -> result<row_id> {
    const auto asked = read_mention(mention_id);
    if (!asked) return std::unexpected(asked.error());
    const auto closed = database_.change("DELETE FROM waiting WHERE mention = ?1", {mention_id});
    if (!closed) return std::unexpected(closed.error());
    if (*closed == 0) return fail(errc::conflict, fmt::format("mention {} is no longer open", mention_id));
    if (inbox_.known) --inbox_.waiting;
    const auto words = database_.number("SELECT words FROM inbox WHERE id = ?1", {mention_id});
    if (!words) return std::unexpected(words.error());
    const auto at = scopes_of(asked->from, asked->mention);
    if (!at) return std::unexpected(at.error());
    const auto memory = recall(*asked, *at, now, windows);
    if (!memory) return std::unexpected(memory.error());
    resolution verdict;
    try {
      verdict = decide(*memory);
    } catch (const std::exception& thrown) {
      return fail(errc::internal, fmt::format("the decision failed: {}", thrown.what()));
    }
    const decided what{*asked, *at, verdict, now, words->value_or(0) != 0};
    if (const auto written = write_answer(what); !written) return std::unexpected(written.error());
    if (const auto written = write_side_effects(what); !written) return std::unexpected(written.error());
    return verdict.answer ? mention_id : 0;
  });
}

result<conversation> sqlite_store::recall(const inbox_row& asked, const scopes& at, instant now,
                                          const cap_windows& windows) {
  conversation memory;
  if (const auto read = recall_thread(memory, asked, at, now, windows); !read) return std::unexpected(read.error());
  if (const auto read = recall_scope(memory, at, now, windows); !read) return std::unexpected(read.error());
  return memory;
}

result<void> sqlite_store::recall_thread(conversation& into, const inbox_row& asked, const scopes& at, instant now,
                                         const cap_windows& windows) {
  const std::int64_t since = window_start(now, windows.thread);
  int seen = 0;
  bool noticed = false;
  const auto read = database_.each(
      "SELECT created, claim, claim_revision, suggested, ifnull(notice, -1), status FROM outbox"
      " WHERE conversation = ?1 AND state NOT IN (5, 6, 7) AND action <> 2 ORDER BY created DESC, mention DESC",
      {at.conversation}, [&](const sql_row& row) {
        const bool within = row.integer(0) > since;
        if (seen >= (within ? counted_answers_max : thread_memory_answers)) return false;
        if (++seen == 1) into.last_suggested = split_lines(row.text(3));
        if (within) {
          ++into.answers_in_thread;
          noticed = noticed || row.integer(4) == std::to_underlying(cap::thread);
        }
        const std::string_view claim = row.text(1);
        if (claim.empty()) return true;
        if (into.last_claim.empty()) into.last_claim = claim;
        if (row.text(5).empty()) return true;
        if (std::ranges::find(into.shown_claims, claim, &conversation::shown::claim_id) == into.shown_claims.end()) {
          into.shown_claims.push_back({std::string(claim), row.string(2), instant_of(row.integer(0))});
        }
        return true;
      });
  if (!read) return read;
  if (noticed) into.notices_given.push_back(cap::thread);
  if (asked.mention.change == mention_change::created || asked.mention.message_id.empty()) return {};
  // The reply that stands there is that of the answer which was posted; edits since changed only what it says.
  bool found = false;
  return database_.each(
      "SELECT recent.mention, recent.state, recent.reply_id, recent.claim, recent.action FROM (SELECT * FROM outbox"
      " WHERE conversation = ?1 ORDER BY created DESC, mention DESC LIMIT ?2) AS recent JOIN inbox ON inbox.id ="
      " recent.mention WHERE inbox.message = ?3 AND recent.state NOT IN (5, 6, 7, 8)"
      " ORDER BY recent.created DESC, recent.mention DESC",
      {at.conversation, thread_memory_answers, asked.mention.message_id}, [&](const sql_row& row) {
        const auto action = static_cast<outbox_action>(row.integer(4));
        if (action == outbox_action::retract) return false;  // the answer is gone
        const auto claim = found ? into.earlier->claim_id : row.string(3);
        if (!found || action == outbox_action::post)
          into.earlier = {row.integer(0), static_cast<outbox_state>(row.integer(1)), row.string(2), claim};
        found = true;
        return action != outbox_action::post;
      });
}

result<void> sqlite_store::recall_scope(conversation& into, const scopes& at, instant now, const cap_windows& windows) {
  bool person_noticed = false;
  const auto persons = database_.each(
      "SELECT space, ifnull(notice, -1), state FROM outbox WHERE person = ?1 AND created > ?2 AND action <> 2",
      {at.person, window_start(now, windows.person)}, [&](const sql_row& row) {
        if (into.answers_by_person >= counted_answers_max) return false;
        if (row.integer(0) != at.space || !counts_as_answer(static_cast<outbox_state>(row.integer(2)))) return true;
        ++into.answers_by_person;
        person_noticed = person_noticed || row.integer(1) == std::to_underlying(cap::person);
        return true;
      });
  if (!persons) return persons;
  bool space_noticed = false;
  const auto spaces =
      database_.each("SELECT ifnull(notice, -1), state FROM outbox WHERE space = ?1 AND created > ?2 AND action <> 2",
                     {at.space, window_start(now, windows.space)}, [&](const sql_row& row) {
                       if (into.answers_in_space >= counted_answers_max) return false;
                       if (!counts_as_answer(static_cast<outbox_state>(row.integer(1)))) return true;
                       ++into.answers_in_space;
                       space_noticed = space_noticed || row.integer(0) == std::to_underlying(cap::space);
                       return true;
                     });
  if (!spaces) return spaces;
  if (person_noticed) into.notices_given.push_back(cap::person);
  if (space_noticed) into.notices_given.push_back(cap::space);
  return {};
}

result<void> sqlite_store::write_answer(const decided& what) {
  const row_id id = what.asked.id;
  const resolution& verdict = what.verdict;
  if (!verdict.silence.empty()) {
    const auto noted = database_.change("UPDATE inbox SET silence = ?1 WHERE id = ?2", {verdict.silence, id});
    if (!noted) return std::unexpected(noted.error());
  }
  if (!verdict.answer) return drop_words(id);
  const answer& document = *verdict.answer;
  const auto state = verdict.dry_run ? outbox_state::dry : outbox_state::queued;
  const instant due = what.asked.mention.answer_in_response ? what.now + response_grace : what.now;
  const sql_value notice = verdict.notice ? sql_value(std::to_underlying(*verdict.notice)) : sql_value(std::nullopt);
  const auto written = database_.change(
      "INSERT INTO outbox(mention, conversation, person, space, state, created, next_at, notice, article, claim,"
      " claim_revision, status, snapshot_version, suggested, key, action, follows)"
      " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
      {id, what.at.conversation, what.at.person, what.at.space, std::to_underlying(state), stored(what.now),
       stored(due), notice, document.article_id, document.claim_id, verdict.claim_revision, document.status_word,
       verdict.snapshot_version, join_lines(document.suggested), verdict.key, std::to_underlying(verdict.action),
       verdict.follows});
  if (!written) return std::unexpected(written.error());
  const auto kept =
      database_.change("INSERT INTO document(mention, answer) VALUES(?1, ?2)", {id, to_json_text(document)});
  if (!kept) return std::unexpected(kept.error());
  if (verdict.action == outbox_action::retract) {  // its question is gone: what is stored of it goes when it is settled
    const auto marked = database_.change("UPDATE inbox SET words = 1 WHERE id = ?1 AND words = 0", {id});
    if (!marked) return std::unexpected(marked.error());
  }
  if (state == outbox_state::dry) return release_words(id);
  return {};
}

result<void> sqlite_store::write_side_effects(const decided& what) {
  const resolution& verdict = what.verdict;
  const mention& asked = what.asked.mention;
  const std::string claim = verdict.answer ? verdict.answer->claim_id : std::string();
  if (verdict.withdraw) {
    if (const auto done = withdraw_answers(what); !done) return done;
  }
  if (verdict.gap && !what.forgotten) {
    if (const auto done = write_gap(what); !done) return done;
  }
  if (verdict.correction && !what.forgotten) {
    const auto added = database_.change(
        "INSERT INTO correction(origin, person, space, thread, message, claim, text, at)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        {what.at.origin, what.at.person, asked.space, asked.thread_id, asked.message_id, claim, *verdict.correction,
         stored(what.now)});
    if (!added) return std::unexpected(added.error());
  }
  if (verdict.follow) {
    const auto added = database_.change(
        "INSERT INTO follow(conversation, claim, origin, space, thread, message, reply_to, since, language, told)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING",
        {what.at.conversation, verdict.follow->claim_id, what.at.origin, asked.space, asked.thread_id, asked.message_id,
         asked.reply_to, stored(what.now), verdict.follow->language, verdict.follow->status});
    if (!added) return std::unexpected(added.error());
  }
  if (verdict.unfollow) {
    const auto removed = database_.change("DELETE FROM follow WHERE conversation = ?1 AND (?2 = '' OR claim = ?2)",
                                          {what.at.conversation, *verdict.unfollow});
    if (!removed) return std::unexpected(removed.error());
  }
  if (verdict.forget_author) return forget_person({what.asked.id, what.at.origin, what.at.person, asked.author_id});
  return {};
}

result<void> sqlite_store::write_gap(const decided& what) {
  const std::string& question = *what.verdict.gap;
  const auto key = hash_.wide('g', {gap_form(question)});
  const std::int64_t now = stored(what.now);
  const auto counted = database_.change(
      "INSERT INTO gap(key, question, times, people, first, last) VALUES(?1, ?2, 1, 0, ?3, ?3)"
      " ON CONFLICT(key) DO UPDATE SET times = times + 1, last = max(last, ?3)",
      {key, cut(question, gap_max_code_points), now});
  if (!counted) return std::unexpected(counted.error());
  const auto person = database_.change(
      "INSERT INTO gap_person(gap, person) SELECT id, ?2 FROM gap WHERE key = ?1 ON CONFLICT DO NOTHING",
      {key, what.at.person});
  if (!person) return std::unexpected(person.error());
  if (*person == 0) return {};
  const auto another = database_.change("UPDATE gap SET people = people + 1 WHERE key = ?1", {key});
  if (!another) return std::unexpected(another.error());
  return {};
}

result<void> sqlite_store::withdraw_answers(const decided& what) {
  const mention& asked = what.asked.mention;
  if (asked.message_id.empty()) return {};
  std::vector<std::pair<row_id, outbox_state>> answers;
  const auto read = database_.each(
      "SELECT recent.mention, recent.state FROM (SELECT mention, state, created FROM outbox WHERE conversation = ?1"
      " ORDER BY created DESC, mention DESC LIMIT ?2) AS recent JOIN inbox ON inbox.id = recent.mention"
      " WHERE inbox.message = ?3 AND recent.mention <> ?4",
      {what.at.conversation, thread_memory_answers, asked.message_id, what.asked.id}, [&answers](const sql_row& row) {
        answers.emplace_back(row.integer(0), static_cast<outbox_state>(row.integer(1)));
        return true;
      });
  if (!read) return read;
  // What comes after an edit (another one, a deletion) still needs the question's place.
  const bool edited = asked.change == mention_change::edited;
  for (const auto& [id, state] : answers) {
    if (state == outbox_state::sending || state == outbox_state::unknown) {
      // It may be out already; whoever sends it still needs the words to look for it.
      const auto marked =
          database_.change("UPDATE inbox SET words = ?2 WHERE id = ?1 AND words IN (0, 4)", {id, edited ? 4 : 1});
      if (!marked) return std::unexpected(marked.error());
      continue;
    }
    if (state == outbox_state::queued || state == outbox_state::held) {
      const auto dropped =
          database_.change("UPDATE outbox SET state = 7, reason = 'question_changed' WHERE mention = ?1", {id});
      if (!dropped) return std::unexpected(dropped.error());
    }
    if (const auto done = release_words(id); !done) return done;  // its author may have asked to be forgotten
    if (const auto done = edited ? drop_question(id) : drop_words(id); !done) return done;
  }
  return {};
}

}  // namespace stillholds
