#include "tests/bot/store_contract.hpp"

namespace stillholds::store_contract {
namespace {

mention asked_by(int number, std::string author) {
  mention made = make_mention(number);
  made.author_id = std::move(author);
  return made;
}

resolution gap_of(std::string question) {
  resolution made = silent("not_covered");
  made.gap = std::move(question);
  return made;
}

void our_own_replies_are_known(store& on) {
  CHECK_FALSE(*on.is_own_reply(slack, "R1"));
  CHECK_FALSE(*on.is_own_reply(slack, ""));
  const row_id with_id = answer_to(on, make_mention(1));
  bring_to(on, with_id, outbox_state::sending);
  settle(on, with_id, outbox_state::delivered, noon, "R1");
  const row_id without_id = answer_to(on, make_mention(2));
  bring_to(on, without_id, outbox_state::sending);
  settle(on, without_id, outbox_state::delivered, noon, "");
  CHECK(*on.is_own_reply(slack, "R1"));
  CHECK_FALSE(*on.is_own_reply(slack, "R2"));
  CHECK_FALSE(*on.is_own_reply(slack, ""));
  CHECK_FALSE(*on.is_own_reply({"slack", "second"}, "R1"));
}

void gaps_count_people_and_questions(store& on) {
  int number = 0;
  const auto ask = [&](const char* author, const char* question, instant now) {
    answer_to(on, asked_by(++number, author), gap_of(question), now);
  };
  ask("U1", "What about Quantum?", noon);
  ask("U1", "what about  quantum", noon + 1s);
  ask("U1", "Who is the president?", noon + 2s);
  ask("U1", "who is the president", noon + 3s);
  ask("U1", "WHO IS THE PRESIDENT!", noon + 4s);
  ask("U2", "what about quantum ?!", noon + 5s);
  ask("U1", "once only", noon + 6s);
  const auto gaps = on.gaps(10);
  REQUIRE(gaps.has_value());
  REQUIRE(gaps->size() == 3);
  CHECK((*gaps)[0].question == "What about Quantum?");
  CHECK((*gaps)[0].times == 3);
  CHECK((*gaps)[0].people == 2);
  CHECK((*gaps)[0].first == noon);
  CHECK((*gaps)[0].last == noon + 5s);
  CHECK((*gaps)[1].question == "Who is the president?");
  CHECK((*gaps)[1].times == 3);
  CHECK((*gaps)[1].people == 1);
  CHECK((*gaps)[2].question == "once only");
  CHECK(on.gaps(1)->size() == 1);
}

void corrections_name_the_claim(store& on) {
  resolution verdict = answered("chips");
  verdict.correction = "it was 74, not 75";
  const mention asked = make_mention(1);
  answer_to(on, asked, verdict, noon + 1s);
  const auto rows = on.corrections(10);
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 1);
  CHECK(rows->front().from == slack);
  CHECK(rows->front().thread_id == asked.thread_id);
  CHECK(rows->front().message_id == asked.message_id);
  CHECK(rows->front().claim_id == "chips");
  CHECK(rows->front().text == "it was 74, not 75");
  CHECK(rows->front().at == noon + 1s);
}

void threads_follow_claims(store& on) {
  int number = 0;
  const auto say = [&](const char* thread, auto&& change) {
    resolution verdict = answered();
    change(verdict);
    answer_to(on, in_thread(++number, thread), verdict, noon + std::chrono::seconds(number));
  };
  say("a", [](resolution& made) { made.follow = follow_wish{"chips", "holds", "en"}; });
  say("a", [](resolution& made) { made.follow = follow_wish{"chips", "holds", "en"}; });
  say("a", [](resolution& made) { made.follow = follow_wish{"power", "holds", "en"}; });
  say("b", [](resolution& made) { made.follow = follow_wish{"chips", "holds", "en"}; });
  auto rows = on.follows(10);
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 3);
  CHECK(rows->front().claim_id == "chips");
  CHECK(rows->front().thread_id == "a");
  CHECK(rows->front().since == noon + 1s);
  CHECK(rows->front().reply_to == make_mention(1).reply_to);
  CHECK(rows->front().told == "holds");
  CHECK(rows->front().language == "en");
  CHECK(rows->front().pending.empty());
  auto changed = rows->front();
  changed.pending = "outdated";
  changed.pending_since = noon + 5s;
  REQUIRE(on.note_follow(changed).has_value());
  CHECK(on.follows(10)->front().pending == "outdated");
  CHECK(on.follows(10)->front().pending_since == noon + 5s);
  CHECK((*on.follows(10))[1].pending.empty());
  say("a", [](resolution& made) { made.unfollow = "chips"; });
  say("b", [](resolution& made) { made.unfollow = "power"; });
  rows = on.follows(10);
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 2);
  CHECK((*rows)[0].claim_id == "power");
  CHECK((*rows)[1].thread_id == "b");
  say("a", [](resolution& made) { made.follow = follow_wish{"chips", "holds", "en"}; });
  say("a", [](resolution& made) { made.unfollow = ""; });  // all of this thread's
  rows = on.follows(10);
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 1);
  CHECK(rows->front().thread_id == "b");
}

void a_forgotten_persons_words_are_gone(store& on) {
  const row_id sent = answer_to(on, asked_by(1, "U1"));
  bring_to(on, sent, outbox_state::delivered);
  const row_id held = answer_to(on, asked_by(2, "U1"));
  bring_to(on, held, outbox_state::held);
  const row_id other = answer_to(on, asked_by(3, "U2"));
  bring_to(on, other, outbox_state::delivered);
  answer_to(on, asked_by(4, "U1"), gap_of("my very own question"));
  answer_to(on, asked_by(5, "U1"), gap_of("everybody's question"));
  answer_to(on, asked_by(6, "U2"), gap_of("everybody's question"));
  resolution correction = answered();
  correction.correction = "I know better";
  bring_to(on, answer_to(on, asked_by(7, "U1"), correction), outbox_state::delivered);
  const row_id undecided = put(on, asked_by(8, "U1"));
  const row_id queued = answer_to(on, asked_by(9, "U1"));

  resolution forget = answered("");
  forget.forget_author = true;
  const mention command = asked_by(10, "U1");
  const row_id confirmation = answer_to(on, command, forget);
  CHECK(row_of(on, sent).question.question.empty());
  CHECK(row_of(on, sent).question.author_id.empty());
  CHECK(row_of(on, held).state == outbox_state::dropped);
  CHECK(row_of(on, held).question.question.empty());
  CHECK(row_of(on, other).question == asked_by(3, "U2"));
  const auto gaps = on.gaps(10);
  REQUIRE(gaps.has_value());
  REQUIRE(gaps->size() == 1);
  CHECK(gaps->front().question == "everybody's question");
  CHECK(gaps->front().people == 1);
  CHECK(on.corrections(10)->empty());
  // What is still to be answered keeps its words until it is.
  CHECK(row_of(on, queued).question == asked_by(9, "U1"));
  CHECK(row_of(on, confirmation).question == command);
  resolution late = gap_of("late");
  decide(on, undecided, late);
  CHECK(on.gaps(10)->size() == 1);
  for (const row_id id : {queued, confirmation}) {
    bring_to(on, id, outbox_state::delivered);
    CHECK(row_of(on, id).question.question.empty());
    CHECK(row_of(on, id).question.author_id.empty());
  }
  // A repeat is still known as one, and a new question is a new one.
  CHECK(on.put_mention(slack, asked_by(1, "U1"), noon, no_limit)->id == sent);
  const row_id after = answer_to(on, asked_by(11, "U1"));
  bring_to(on, after, outbox_state::delivered);
  CHECK(row_of(on, after).question == asked_by(11, "U1"));
}

void nobody_is_not_everybody(store& on) {
  const row_id before = answer_to(on, asked_by(1, ""));
  bring_to(on, before, outbox_state::delivered);
  resolution forget = answered("");
  forget.forget_author = true;
  const row_id own = answer_to(on, asked_by(2, ""), forget);
  bring_to(on, own, outbox_state::delivered);
  CHECK_FALSE(row_of(on, before).question.question.empty());
  CHECK(row_of(on, own).question.question.empty());
}

int prune_all(store& on, instant text_until, instant rows_until) {
  int total = 0;
  while (true) {
    const auto step = on.prune(text_until, rows_until);
    REQUIRE(step.has_value());
    if (*step == 0) return total;
    total += *step;
  }
}

void old_words_go_first_then_rows(store& on) {
  const mention old = make_mention(1);
  const row_id sent = answer_to(on, old, answered(), noon);
  bring_to(on, sent, outbox_state::delivered);
  const row_id waiting = answer_to(on, make_mention(2), answered(), noon);
  answer_to(on, make_mention(3), gap_of("old gap"), noon);
  answer_to(on, make_mention(4), gap_of("asked again"), noon);
  resolution correction = answered();
  correction.correction = "no";
  const row_id corrected = answer_to(on, make_mention(5), correction, noon);
  bring_to(on, corrected, outbox_state::delivered);
  const row_id fresh = answer_to(on, make_mention(6), gap_of("asked again"), noon + 60s);
  CHECK(fresh == 0);
  const row_id kept = answer_to(on, make_mention(7), answered(), noon + 60s);

  CHECK(prune_all(on, noon, noon) == 0);
  // The two that still wait: one is queued (dropped), one was taken along as sending and stops the work at its row.
  settle(on, waiting, outbox_state::queued, noon + 1h);
  CHECK(prune_all(on, noon + 1s, noon) > 0);
  CHECK(row_of(on, sent).question.question.empty());
  CHECK(row_of(on, sent).answer == *answered().answer);
  CHECK(row_of(on, waiting).state == outbox_state::dropped);
  CHECK(row_of(on, kept).question == make_mention(7));
  REQUIRE(on.gaps(10)->size() == 1);
  CHECK(on.gaps(10)->front().question == "asked again");
  CHECK(on.corrections(10)->size() == 1);
  CHECK(on.put_mention(slack, old, noon, no_limit)->kind == put_kind::repeated);

  CHECK(prune_all(on, noon + 1s, noon + 1s) > 0);
  CHECK(code_of(on.find_outbox(sent)) == errc::not_found);
  CHECK(on.corrections(10)->empty());
  CHECK(row_of(on, kept).question == make_mention(7));
  CHECK(on.ledger(10)->size() == 2);
  CHECK(*on.is_own_reply(slack, "R"));
  CHECK(put(on, old) > kept);  // forgotten wholly, and with a number of its own
}

void what_is_being_worked_on_is_not_pruned(store& on) {
  const row_id open = put(on, make_mention(1));
  const row_id behind = answer_to(on, make_mention(2));
  bring_to(on, behind, outbox_state::delivered);
  prune_all(on, noon + 1h, noon + 1h);
  CHECK(taken_mentions(on) == ids{open});
  CHECK(decide(on, open, answered()) != 0);
  CHECK(row_of(on, behind).state == outbox_state::delivered);
  put(on, make_mention(3), noon + 2h);
  bring_to(on, open, outbox_state::delivered);
  CHECK(prune_all(on, noon + 1h, noon + 1h) > 0);
  CHECK(code_of(on.find_outbox(open)) == errc::not_found);
}

void many_rows_are_pruned_in_steps(store& on) {
  REQUIRE(on.begin().has_value());
  for (int number = 0; number < 1200; ++number) answer_to(on, make_mention(number), silent());
  REQUIRE(on.commit().has_value());
  const auto first = on.prune(noon + 1s, noon + 1s);
  REQUIRE(first.has_value());
  CHECK(*first > 0);
  CHECK(*first < 1200);
  prune_all(on, noon + 1s, noon + 1s);
  CHECK(on.put_mention(slack, make_mention(0), noon, no_limit)->kind == put_kind::stored);
  CHECK(on.put_mention(slack, make_mention(1198), noon, no_limit)->kind == put_kind::stored);
}

void the_pause_is_remembered(store& on) {
  CHECK_FALSE(*on.is_paused());
  REQUIRE(on.set_paused(true, noon).has_value());
  CHECK(*on.is_paused());
  REQUIRE(on.set_paused(true, noon).has_value());
  CHECK(*on.is_paused());
  REQUIRE(on.set_paused(false, noon).has_value());
  CHECK_FALSE(*on.is_paused());
}

}  // namespace

std::span<const trial> record_trials() {
  static constexpr trial all[] = {
      {"our own replies are known", our_own_replies_are_known},
      {"gaps count people and questions", gaps_count_people_and_questions},
      {"corrections name the claim", corrections_name_the_claim},
      {"threads follow claims", threads_follow_claims},
      {"a forgotten person's words are gone", a_forgotten_persons_words_are_gone},
      {"nobody is not everybody", nobody_is_not_everybody},
      {"old words go first, then rows", old_words_go_first_then_rows},
      {"what is being worked on is not pruned", what_is_being_worked_on_is_not_pruned},
      {"many rows are pruned in steps", many_rows_are_pruned_in_steps},
      {"the pause is remembered", the_pause_is_remembered},
  };
  return all;
}

}  // namespace stillholds::store_contract
