#include <algorithm>

#include "tests/bot/store_contract.hpp"

namespace stillholds::store_contract {
namespace {

void a_new_thread_knows_nothing(store& on) {
  const conversation known = recalled_by(on, in_thread(1, "a"));
  CHECK(known.last_claim.empty());
  CHECK(known.last_suggested.empty());
  CHECK(known.shown_claims.empty());
  CHECK(known.answers_by_person == 0);
  CHECK(known.answers_in_thread == 0);
  CHECK(known.answers_in_space == 0);
  CHECK(known.notices_given.empty());
  CHECK_FALSE(known.earlier.has_value());
}

void a_thread_remembers_what_it_was_shown(store& on) {
  answer_to(on, in_thread(1, "a"), answered("compute"), noon);
  resolution newer = answered("compute");
  newer.claim_revision = "newer";
  answer_to(on, in_thread(2, "a"), answered("chips"), noon + 1s);
  answer_to(on, in_thread(3, "a"), newer, noon + 2s);
  resolution offer;
  offer.answer.emplace();
  offer.answer->kind = answer_kind::suggest;
  offer.answer->suggested = {"power", "talent", "chips"};
  answer_to(on, in_thread(4, "a"), offer, noon + 3s);
  const conversation known = recalled_by(on, in_thread(5, "a"), noon + 4s);
  CHECK(known.last_claim == "compute");
  CHECK(known.last_suggested == std::vector<std::string>{"power", "talent", "chips"});
  REQUIRE(known.shown_claims.size() == 2);
  CHECK(known.shown_claims[0].claim_id == "compute");
  CHECK(known.shown_claims[0].claim_revision == "newer");
  CHECK(known.shown_claims[0].at == noon + 2s);
  CHECK(known.shown_claims[1].claim_id == "chips");
  CHECK(known.answers_in_thread == 4);
  CHECK(recalled_by(on, in_thread(6, "b"), noon + 4s).shown_claims.empty());
}

void naming_a_claim_is_not_showing_it(store& on) {
  resolution named = answered("compute");
  named.answer->status_word.clear();
  answer_to(on, in_thread(1, "a"), named);
  const conversation known = recalled_by(on, in_thread(2, "a"));
  CHECK(known.last_claim == "compute");
  CHECK(known.shown_claims.empty());
}

void the_last_offer_is_the_last_answers(store& on) {
  resolution offer = answered();
  offer.answer->suggested = {"power"};
  answer_to(on, in_thread(1, "a"), offer, noon);
  answer_to(on, in_thread(2, "a"), answered(), noon + 1s);
  CHECK(recalled_by(on, in_thread(3, "a"), noon + 2s).last_suggested.empty());
}

void a_burst_is_counted_before_it_is_sent(store& on) {
  answer_to(on, in_thread(1, "a"));
  answer_to(on, in_thread(2, "a"));
  mention someone_else = in_thread(3, "a");
  someone_else.author_id = "U2";
  answer_to(on, someone_else);
  mention other_thread = in_thread(4, "b");
  answer_to(on, other_thread);
  mention other_space = in_thread(5, "c");
  other_space.space = "T2";
  answer_to(on, other_space);
  const conversation known = recalled_by(on, in_thread(6, "a"));
  CHECK(known.answers_in_thread == 3);
  CHECK(known.answers_by_person == 3);
  CHECK(known.answers_in_space == 4);
  mention elsewhere = in_thread(7, "a");
  const row_id foreign = put(on, elsewhere, noon, {"slack", "second"});
  conversation nothing;
  decide(on, foreign, silent(), noon, &nothing);
  CHECK(nothing.answers_by_person == 0);
  CHECK(nothing.answers_in_thread == 0);
  CHECK(nothing.answers_in_space == 0);
}

void what_was_not_said_does_not_count(store& on) {
  int number = 0;
  for (const auto state : {outbox_state::refused, outbox_state::dead, outbox_state::dropped}) {
    const row_id id = answer_to(on, in_thread(++number, "a"));
    bring_to(on, id, state);
  }
  answer_to(on, in_thread(++number, "a"), silent());
  const conversation none = recalled_by(on, in_thread(++number, "a"));
  CHECK(none.answers_in_thread == 0);
  CHECK(none.answers_by_person == 0);
  CHECK(none.answers_in_space == 0);
  CHECK(none.last_claim.empty());
  CHECK(none.shown_claims.empty());
  resolution taken_away = answered("");
  taken_away.action = outbox_action::retract;
  answer_to(on, in_thread(++number, "a"), taken_away);
  CHECK(recalled_by(on, in_thread(++number, "a")).answers_in_space == 0);
  resolution dry = answered();
  dry.dry_run = true;  // a dry run is to show what the caps would do
  answer_to(on, in_thread(++number, "a"), dry);
  const row_id sent = answer_to(on, in_thread(++number, "a"));
  bring_to(on, sent, outbox_state::delivered);
  CHECK(recalled_by(on, in_thread(++number, "a")).answers_in_thread == 2);
}

void windows_pass(store& on) {
  const cap_windows windows{100s, 200s, 300s};
  const auto known_at = [&](int number, instant now) {
    conversation known;
    const row_id id = put(on, in_thread(number, "a"), now);
    REQUIRE(on.finish(id, now, windows, [&](const conversation& memory) {
                known = memory;
                return silent();
              }).has_value());
    return known;
  };
  answer_to(on, in_thread(1, "a"), answered(), noon);
  const conversation fresh = known_at(2, noon + 100s - 1ms);
  CHECK(fresh.answers_by_person == 1);
  CHECK(fresh.answers_in_thread == 1);
  CHECK(fresh.answers_in_space == 1);
  CHECK(known_at(5, noon + 100s).answers_by_person == 0);
  const conversation later = known_at(3, noon + 200s - 1ms);
  CHECK(later.answers_by_person == 0);
  CHECK(later.answers_in_thread == 1);
  const conversation latest = known_at(4, noon + 300s);
  CHECK(latest.answers_in_thread == 0);
  CHECK(latest.answers_in_space == 0);
  CHECK(latest.last_claim == "compute");  // memory is longer than a cap's window
}

void a_notice_is_known_within_its_scope(store& on) {
  const auto noticed = [&on](int number, std::string thread, std::string author, std::string space, instant now) {
    mention next = in_thread(number, std::move(thread));
    next.author_id = std::move(author);
    next.space = std::move(space);
    auto given = recalled_by(on, next, now).notices_given;
    std::ranges::sort(given);
    return given;
  };
  using caps = std::vector<cap>;
  int number = 0;
  for (const auto kind : {cap::person, cap::thread, cap::space}) {
    resolution notice = answered();
    notice.notice = kind;
    answer_to(on, in_thread(++number, "a"), notice);
  }
  CHECK(noticed(11, "a", "U1", "T1", noon + 1s) == caps{cap::person, cap::thread, cap::space});
  CHECK(noticed(12, "b", "U1", "T1", noon + 1s) == caps{cap::person, cap::space});
  CHECK(noticed(13, "a", "U2", "T1", noon + 1s) == caps{cap::thread, cap::space});
  CHECK(noticed(14, "b", "U2", "T1", noon + 1s) == caps{cap::space});
  CHECK(noticed(15, "b", "U1", "T2", noon + 1s).empty());
  CHECK(noticed(16, "a", "U1", "T1", noon + 61s) == caps{cap::person, cap::thread});
  CHECK(noticed(17, "a", "U1", "T1", noon + 3601s).empty());
}

mention changed(int number, const mention& first, mention_change how) {
  mention made = first;
  made.change = how;
  made.delivery_key = fmt::format("change {}", number);
  made.message_key = "";
  return made;
}

// As platforms tell of an edit: by the question's own key.
mention edit_of(int number, const mention& first) {
  mention made = changed(number, first, mention_change::edited);
  made.message_key = first.message_key;
  return made;
}

resolution edited_answer() {
  resolution made = answered("chips");
  made.withdraw = true;
  return made;
}

void an_edit_knows_the_earlier_answer(store& on) {
  const mention first = in_thread(1, "a");
  const row_id id = answer_to(on, first);
  answer_to(on, in_thread(2, "a"));
  bring_to(on, id, outbox_state::delivered);
  const conversation known = recalled_by(on, changed(3, first, mention_change::edited));
  REQUIRE(known.earlier.has_value());
  CHECK(known.earlier->outbox_id == id);
  CHECK(known.earlier->state == outbox_state::delivered);
  CHECK(known.earlier->reply_id == "R");
  CHECK(known.earlier->claim_id == "compute");
  CHECK_FALSE(recalled_by(on, in_thread(4, "a")).earlier.has_value());
  CHECK_FALSE(recalled_by(on, changed(5, in_thread(9, "a"), mention_change::deleted)).earlier.has_value());
}

void a_deleted_question_takes_its_answer_along(store& on) {
  const mention first = in_thread(1, "a");
  const row_id queued = answer_to(on, first);
  const row_id neighbour = answer_to(on, in_thread(2, "a"));
  resolution gone = silent("deleted");
  gone.withdraw = true;
  decide(on, put(on, changed(3, first, mention_change::deleted)), gone);
  CHECK(row_of(on, queued).state == outbox_state::dropped);
  CHECK(row_of(on, queued).question.question.empty());
  CHECK(row_of(on, queued).question.author_id.empty());
  CHECK(row_of(on, neighbour).state == outbox_state::queued);
  CHECK_FALSE(row_of(on, neighbour).question.question.empty());
  CHECK(code_of(on.retry_outbox(queued, noon)) == errc::conflict);
  CHECK(taken_deliveries(on) == ids{neighbour});
}

void an_edited_question_gets_the_new_answer_only(store& on) {
  const mention first = in_thread(1, "a");
  const row_id old = answer_to(on, first);
  resolution instead = answered("chips");
  instead.withdraw = true;
  const row_id renewed = answer_to(on, changed(2, first, mention_change::edited), instead);
  CHECK(row_of(on, old).state == outbox_state::dropped);
  CHECK(row_of(on, renewed).state == outbox_state::queued);
  CHECK_FALSE(row_of(on, renewed).question.question.empty());
  CHECK(taken_deliveries(on) == ids{renewed});
}

void an_edited_question_keeps_its_place_for_what_comes_next(store& on) {
  const mention first = in_thread(1, "a");
  const row_id id = answer_to(on, first);
  bring_to(on, id, outbox_state::delivered);
  for (int number = 2; number < 5; ++number) {
    mention edit = changed(number, first, mention_change::edited);
    edit.message_key = first.message_key;
    edit.only_by_author = true;
    edit.reply_to = "";
    resolution instead = answered("chips");
    instead.withdraw = true;
    const row_id renewed = answer_to(on, edit, instead);
    CHECK(row_of(on, renewed).question.reply_to == first.reply_to);
    CHECK(row_of(on, renewed).question.author_id == first.author_id);
    CHECK(row_of(on, id).question.question.empty());
    CHECK(code_of(on.retry_outbox(id, noon)) == errc::conflict);
    bring_to(on, renewed, outbox_state::delivered);
  }
  mention deletion = changed(9, first, mention_change::deleted);
  deletion.message_key = first.message_key;
  deletion.author_id = "";
  resolution gone = silent("deleted");
  gone.withdraw = true;
  decide(on, put(on, deletion), gone);
  CHECK(row_of(on, id).question.author_id.empty());
  CHECK(row_of(on, id).question.reply_to.empty());
}

void an_edit_that_was_not_sent_yet_hides_no_reply(store& on) {
  const mention first = in_thread(1, "a");
  const row_id id = answer_to(on, first);
  bring_to(on, id, outbox_state::delivered);
  const mention edit = edit_of(2, first);
  resolution instead = edited_answer();
  instead.action = outbox_action::amend;
  instead.follows = id;
  const row_id amended = answer_to(on, edit, instead);
  for (const auto how : {mention_change::edited, mention_change::deleted}) {
    const conversation known = recalled_by(on, changed(how == mention_change::edited ? 3 : 4, first, how));
    REQUIRE(known.earlier.has_value());
    CHECK(known.earlier->outbox_id == id);
    CHECK(known.earlier->state == outbox_state::delivered);
    CHECK(known.earlier->reply_id == "R");
    CHECK(known.earlier->claim_id == "chips");
  }
  CHECK(row_of(on, amended).state == outbox_state::queued);
}

void who_is_forgotten_while_an_answer_waits_leaves_nothing_by_an_edit(store& on) {
  const mention first = in_thread(1, "a");
  const row_id id = answer_to(on, first);
  resolution goodbye = answered("");
  goodbye.forget_author = true;
  answer_to(on, in_thread(2, "b"), goodbye);
  CHECK_FALSE(row_of(on, id).question.question.empty());  // still to be answered
  const mention edit = edit_of(3, first);
  const resolution instead = edited_answer();
  answer_to(on, edit, instead);
  CHECK(row_of(on, id).state == outbox_state::dropped);
  CHECK(row_of(on, id).question.question.empty());
  CHECK(row_of(on, id).question.author_id.empty());
  CHECK(code_of(on.retry_outbox(id, noon)) == errc::conflict);
}

void an_answer_in_doubt_whose_question_was_edited_waits_for_nobody(store& on) {
  const mention first = in_thread(1, "a");
  const row_id id = answer_to(on, first);
  bring_to(on, id, outbox_state::sending);
  const mention edit = edit_of(2, first);
  resolution instead = edited_answer();
  answer_to(on, edit, instead);
  CHECK(row_of(on, id).question == first);  // whoever sends it still looks for it
  settle(on, id, outbox_state::held, noon + 1s);
  CHECK(row_of(on, id).state == outbox_state::dropped);
  CHECK(row_of(on, id).question.question.empty());
  CHECK(row_of(on, id).question.reply_to == first.reply_to);
  CHECK(code_of(on.retry_outbox(id, noon)) == errc::conflict);
}

void a_change_is_stored_in_its_questions_place(store& on) {
  const mention first = in_thread(1, "a");
  const row_id id = answer_to(on, first);
  bring_to(on, id, outbox_state::delivered);
  mention edit = changed(2, in_thread(7, "elsewhere"), mention_change::edited);
  edit.message_key = first.message_key;
  resolution instead = answered("chips");
  instead.withdraw = true;
  instead.action = outbox_action::amend;
  instead.follows = id;
  const row_id renewed = answer_to(on, edit, instead);
  const outbox_row row = row_of(on, renewed);
  CHECK(row.question.thread_id == first.thread_id);
  CHECK(row.question.message_id == first.message_id);
  CHECK(row.question.reply_to == first.reply_to);
  CHECK(row.action == outbox_action::amend);
  CHECK(row.follows.state == outbox_state::delivered);
  CHECK(row.follows.reply_id == "R");
  mention stranger = changed(3, in_thread(8, "b"), mention_change::deleted);
  stranger.message_key = "nobody asked this";
  const auto put_result = on.put_mention(slack, stranger, noon, no_limit);
  REQUIRE(put_result.has_value());
  CHECK(put_result->kind == put_kind::unrelated);
}

void an_edit_that_anybody_may_send_counts_from_the_author_in_its_space(store& on) {
  const mention first = in_thread(1, "a");
  const row_id id = answer_to(on, first);
  bring_to(on, id, outbox_state::delivered);
  const auto kind_of = [&](int number, std::string author, std::string space, mention_change change) {
    mention edit = changed(number, first, change);
    edit.message_key = first.message_key;
    edit.author_id = std::move(author);
    edit.space = std::move(space);
    edit.only_by_author = true;
    return on.put_mention(slack, edit, noon, no_limit).value().kind;
  };
  for (const auto change : {mention_change::edited, mention_change::deleted}) {
    const int number = change == mention_change::edited ? 10 : 20;
    CHECK(kind_of(number, "a stranger", first.space, change) == put_kind::unrelated);
    CHECK(kind_of(number + 1, "", first.space, change) == put_kind::unrelated);
    CHECK(kind_of(number + 2, first.author_id, "another room", change) == put_kind::unrelated);
    CHECK(kind_of(number + 3, first.author_id, first.space, change) == put_kind::stored);
  }
}

void a_message_that_was_brought_back_is_asked_anew(store& on) {
  const mention first = in_thread(1, "a");
  bring_to(on, answer_to(on, first), outbox_state::delivered);
  mention deletion = changed(2, first, mention_change::deleted);
  deletion.message_key = first.message_key;
  CHECK(on.put_mention(slack, deletion, noon, no_limit).value().kind == put_kind::stored);
  CHECK(on.put_mention(slack, deletion, noon, no_limit).value().kind == put_kind::unrelated);
  CHECK(on.put_mention(slack, first, noon, no_limit).value().kind == put_kind::repeated);  // a late repeat, no return
  mention back = first;
  back.delivery_key = "brought back";
  CHECK(on.put_mention(slack, back, noon, no_limit).value().kind == put_kind::stored);
  mention again = back;
  again.delivery_key = "by another route";
  CHECK(on.put_mention(slack, again, noon, no_limit).value().kind == put_kind::same_message);
}

void an_answer_that_was_taken_away_is_no_earlier_answer(store& on) {
  const mention first = in_thread(1, "a");
  const row_id id = answer_to(on, first);
  bring_to(on, id, outbox_state::delivered);
  resolution gone = answered("");
  gone.answer = answer{};
  gone.withdraw = true;
  gone.action = outbox_action::retract;
  gone.follows = id;
  mention deletion = changed(2, first, mention_change::deleted);
  deletion.message_key = first.message_key;
  const row_id retraction = answer_to(on, deletion, gone);
  const auto before = on.ledger(no_limit)->size();
  bring_to(on, retraction, outbox_state::delivered);
  CHECK(on.ledger(no_limit)->size() == before);
  CHECK(row_of(on, retraction).question.author_id.empty());
  CHECK_FALSE(recalled_by(on, changed(3, first, mention_change::edited)).earlier.has_value());
}

void a_cursor_stays_where_it_was_set(store& on) {
  CHECK(on.cursor_of(slack)->empty());
  REQUIRE(on.set_cursor(slack, "c1").has_value());
  REQUIRE(on.set_cursor(slack, "c2").has_value());
  CHECK(*on.cursor_of(slack) == "c2");
  CHECK(on.cursor_of({"slack", "another"})->empty());
}

void an_answer_on_its_way_keeps_its_words_until_settled(store& on) {
  const mention first = in_thread(1, "a");
  const row_id id = answer_to(on, first);
  bring_to(on, id, outbox_state::sending);
  resolution gone = silent("deleted");
  gone.withdraw = true;
  decide(on, put(on, changed(2, first, mention_change::deleted)), gone);
  CHECK(row_of(on, id).state == outbox_state::sending);
  CHECK(row_of(on, id).question == first);
  settle(on, id, outbox_state::unknown, noon + 1s);
  CHECK(row_of(on, id).question == first);
  settle(on, id, outbox_state::delivered, noon + 1s, "R");
  CHECK(row_of(on, id).question.question.empty());
  CHECK(row_of(on, id).question.reply_to.empty());
  CHECK(*on.is_own_reply(slack, "R"));
}

}  // namespace

std::span<const trial> conversation_trials() {
  static constexpr trial all[] = {
      {"a new thread knows nothing", a_new_thread_knows_nothing},
      {"a thread remembers what it was shown", a_thread_remembers_what_it_was_shown},
      {"naming a claim is not showing it", naming_a_claim_is_not_showing_it},
      {"the last offer is the last answer's", the_last_offer_is_the_last_answers},
      {"a burst is counted before it is sent", a_burst_is_counted_before_it_is_sent},
      {"what was not said does not count", what_was_not_said_does_not_count},
      {"windows pass", windows_pass},
      {"a notice is known within its scope", a_notice_is_known_within_its_scope},
      {"an edit knows the earlier answer", an_edit_knows_the_earlier_answer},
      {"a deleted question takes its answer along", a_deleted_question_takes_its_answer_along},
      {"an edited question gets the new answer only", an_edited_question_gets_the_new_answer_only},
      {"an edit that anybody may send counts from the author, in its space",
       an_edit_that_anybody_may_send_counts_from_the_author_in_its_space},
      {"a change is stored in its question's place", a_change_is_stored_in_its_questions_place},
      {"a message that was brought back is asked anew", a_message_that_was_brought_back_is_asked_anew},
      {"an answer that was taken away is no earlier answer", an_answer_that_was_taken_away_is_no_earlier_answer},
      {"a cursor stays where it was set", a_cursor_stays_where_it_was_set},
      {"an edited question keeps its place for what comes next",
       an_edited_question_keeps_its_place_for_what_comes_next},
      {"an edit that was not sent yet hides no reply", an_edit_that_was_not_sent_yet_hides_no_reply},
      {"who is forgotten while an answer waits leaves nothing by an edit",
       who_is_forgotten_while_an_answer_waits_leaves_nothing_by_an_edit},
      {"an answer in doubt whose question was edited waits for nobody",
       an_answer_in_doubt_whose_question_was_edited_waits_for_nobody},
      {"an answer on its way keeps its words until settled", an_answer_on_its_way_keeps_its_words_until_settled},
  };
  return all;
}

}  // namespace stillholds::store_contract
