#include "bot/pipeline/follow_up.hpp"

#include "knowledge/json.hpp"

namespace stillholds {
namespace {

constexpr std::size_t follows_max = 100000;
constexpr std::size_t inbox_unbounded = static_cast<std::size_t>(-1) / 2;  // our own lines are few and must not be lost

// Its delivery key names thread, claim, status and moment, so that the line is told once however often this runs.
mention telling(const follow_row& row) {
  mention made;
  made.change = mention_change::followed;
  made.delivery_key = "follow:" + row.thread_id + ":" + row.claim_id + ":" + row.pending + ":" +
                      std::to_string(row.pending_since.time_since_epoch().count());
  made.space = row.space;
  made.thread_id = row.thread_id;
  made.message_id = row.message_id;
  made.question = write_follow_note({row.claim_id, row.language});
  made.reply_to = row.reply_to;
  return made;
}

std::optional<follow_step> step_of(const follow_row& row, std::string_view status, instant now,
                                   std::chrono::milliseconds stable) {
  follow_step step{.noted = row, .tell = {}};
  if (status == row.told) {
    if (row.pending.empty()) return std::nullopt;
    step.noted.pending.clear();  // taken back before it was told: the two flips cancel out
    return step;
  }
  const bool is_new = status != row.pending;
  if (is_new) {
    step.noted.pending = status;
    step.noted.pending_since = now;
  }
  if (now - step.noted.pending_since < stable) return is_new ? std::optional{step} : std::nullopt;
  step.tell = telling(step.noted);
  step.noted.told = status;
  step.noted.pending.clear();
  return step;
}

}  // namespace

std::vector<follow_step> follow_steps(const std::vector<follow_row>& rows, const snapshot& whole, instant now,
                                      std::chrono::milliseconds stable) {
  std::vector<follow_step> steps;
  const auto today = std::chrono::floor<std::chrono::days>(now);
  for (const auto& row : rows) {
    const auto* claim = whole.find_claim(row.claim_id).claim;
    const auto* verdict = claim == nullptr ? nullptr : claim->in_force(today);
    if (verdict == nullptr) continue;
    if (auto step = step_of(row, name_of(verdict->status), now, stable)) steps.push_back(std::move(*step));
  }
  return steps;
}

result<int> take_follow_steps(store& on, const snapshot& whole, instant now, std::chrono::milliseconds stable) {
  const auto rows = on.follows(follows_max);
  if (!rows) return std::unexpected(rows.error());
  int told = 0;
  for (const auto& step : follow_steps(*rows, whole, now, stable)) {
    if (step.tell) {
      const auto put = on.put_mention(step.noted.from, *step.tell, now, inbox_unbounded);
      if (!put) return std::unexpected(put.error());
      ++told;
    }
    if (const auto noted = on.note_follow(step.noted); !noted) return std::unexpected(noted.error());
  }
  return told;
}

std::string write_follow_note(const follow_note& note) {
  return dump_json({{"claim", note.claim_id}, {"language", note.language}});
}

follow_note read_follow_note(std::string_view text) {
  const auto read = parse_json(text);
  if (!read) return {};
  return {get_string(*read, "claim").value_or(""), get_string(*read, "language").value_or("en")};
}

}  // namespace stillholds
