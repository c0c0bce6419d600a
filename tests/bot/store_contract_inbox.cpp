#include <stdexcept>

#include "tests/bot/store_contract.hpp"

namespace stillholds::store_contract {
namespace {

void repeats_are_known(store& on) {
  const mention first = make_mention(1);
  const row_id id = put(on, first);
  mention again = first;
  again.message_key = "";
  const auto by_delivery = on.put_mention(slack, again, noon, no_limit);
  REQUIRE(by_delivery.has_value());
  CHECK(by_delivery->kind == put_kind::repeated);
  CHECK(by_delivery->id == id);
  again = first;
  again.delivery_key = "another route";
  for (int round = 0; round < 2; ++round) {
    const auto by_message = on.put_mention(slack, again, noon, no_limit);
    REQUIRE(by_message.has_value());
    CHECK(by_message->kind == put_kind::same_message);
    CHECK(by_message->id == id);
  }
  CHECK(taken_mentions(on) == ids{id});
}

void asked_anew_where_nobody_got_an_answer(store& on) {
  int number = 0;
  const auto again = [&](const mention& first, bool by_anyone = true) {
    mention made = first;
    made.delivery_key = fmt::format("asked again {}", ++number);
    made.author_id = "U2";
    made.asked_by_anyone = by_anyone;
    const auto put = on.put_mention(slack, made, noon, no_limit);
    REQUIRE(put.has_value());
    return put->kind;
  };
  const mention undecided = make_mention(1);
  const row_id waiting = put(on, undecided);
  CHECK(again(undecided) == put_kind::same_message);
  decide(on, waiting, silent());
  CHECK(again(undecided, false) == put_kind::same_message);
  CHECK(again(undecided) == put_kind::stored);
  CHECK(again(undecided) == put_kind::same_message);  // now that one is open

  using enum outbox_state;
  for (const auto state : {queued, sending, unknown, held, delivered, refused, dead, dropped}) {
    CAPTURE(name_of(state));
    const mention asked = make_mention(100 + static_cast<int>(state));
    bring_to(on, answer_to(on, asked), state);
    const bool none = state == refused || state == dead || state == dropped;
    CHECK(again(asked) == (none ? put_kind::stored : put_kind::same_message));
  }
  resolution notice = answered("");
  notice.notice = cap::person;
  const mention capped = make_mention(150);
  bring_to(on, answer_to(on, capped, notice), delivered);
  CHECK(again(capped) == put_kind::stored);
  resolution no_more_waiting = answered("");
  no_more_waiting.action = outbox_action::retract;
  const mention asked = make_mention(200);
  bring_to(on, answer_to(on, asked, no_more_waiting), delivered);
  CHECK(again(asked) == put_kind::stored);
}

void keys_belong_to_an_account(store& on) {
  const mention same = make_mention(1);
  const row_id first = put(on, same);
  CHECK(put(on, same, noon, {"slack", "second"}) != first);
  CHECK(put(on, same, noon, {"waline", "main"}) != first);
  mention swapped = make_mention(2);  // a delivery key is no message key
  swapped.delivery_key = same.message_key;
  swapped.message_key = same.delivery_key;
  put(on, swapped);
}

void long_keys_differ(store& on) {
  const std::string head(300, 'h');
  const std::string tail(300, 't');
  std::vector<mention> all;
  for (const std::string& key :
       {head + "a" + tail, head + "b" + tail, head + tail, head + tail + "1", head + tail + "2", std::string(44, 'x'),
        std::string(45, 'x'), std::string(46, 'x'), std::string("x\0y", 3), std::string("x\0z", 3), std::string("x")}) {
    mention made = make_mention(static_cast<int>(all.size()));
    made.delivery_key = key;
    made.message_key = "";
    all.push_back(made);
  }
  std::vector<row_id> stored;
  for (const mention& made : all) stored.push_back(put(on, made));
  for (std::size_t index = 0; index < all.size(); ++index) {
    const auto again = on.put_mention(slack, all[index], noon, no_limit);
    REQUIRE(again.has_value());
    CHECK(again->kind == put_kind::repeated);
    CHECK(again->id == stored[index]);
  }
}

void one_key_is_enough_none_is_not(store& on) {
  mention only_message = make_mention(1);
  only_message.delivery_key = "";
  const row_id id = put(on, only_message);
  const auto again = on.put_mention(slack, only_message, noon, no_limit);
  REQUIRE(again.has_value());
  CHECK(again->id == id);
  mention keyless = make_mention(2);
  keyless.delivery_key = keyless.message_key = "";
  CHECK(code_of(on.put_mention(slack, keyless, noon, no_limit)) == errc::malformed);
}

void fullness_is_said(store& on) {
  const row_id first = put(on, make_mention(1));
  put(on, make_mention(2));
  const auto third = on.put_mention(slack, make_mention(3), noon, 2);
  REQUIRE(third.has_value());
  CHECK(third->kind == put_kind::full);
  const auto repeated = on.put_mention(slack, make_mention(1), noon, 2);
  REQUIRE(repeated.has_value());
  CHECK(repeated->kind == put_kind::repeated);
  CHECK(repeated->id == first);
  mention another_route = make_mention(1);
  another_route.delivery_key = "another route";
  const auto known = on.put_mention(slack, another_route, noon, 2);
  REQUIRE(known.has_value());
  CHECK(known->kind == put_kind::same_message);
  CHECK(known->id == first);
  decide(on, first, silent());
  const auto later = on.put_mention(slack, make_mention(3), noon, 2);
  REQUIRE(later.has_value());
  CHECK(later->kind == put_kind::stored);
}

void words_come_back_as_they_were(store& on) {
  mention odd = make_mention(1);
  odd.change = mention_change::edited;
  odd.message_key = "";
  odd.question = "'; DROP TABLE inbox; -- ";
  odd.question += '\0';
  odd.question += "\xF0\x9F\x98\x80 \"quotes\"\n\u7f8e\u56fd";
  odd.reply_to = "";
  odd.space = "";
  odd.answer_in_response = true;
  const row_id id = put(on, odd, noon + 1ms);
  const auto rows = on.take_mentions(10, noon + 5s, 10s);
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 1);
  const inbox_row& row = rows->front();
  CHECK(row.id == id);
  CHECK(row.from == slack);
  CHECK(row.mention == odd);
  CHECK(row.received == noon + 1ms);
  CHECK(row.attempts == 0);
}

void oldest_go_first_one_a_thread(store& on) {
  const row_id a1 = put(on, in_thread(1, "a"));
  const row_id a2 = put(on, in_thread(2, "a"));
  const row_id b1 = put(on, in_thread(3, "b"));
  const row_id elsewhere = put(on, in_thread(4, "a"), noon, {"slack", "second"});
  CHECK(taken_mentions(on, noon, 2) == ids{a1, b1});
  CHECK(taken_mentions(on) == ids{elsewhere});
  CHECK(taken_mentions(on).empty());
  decide(on, a1, silent());
  CHECK(taken_mentions(on) == ids{a2});
}

void leases_end(store& on) {
  const row_id first = put(on, in_thread(1, "a"));
  const row_id second = put(on, in_thread(2, "a"));
  CHECK(taken_mentions(on) == ids{first});
  CHECK(taken_mentions(on, noon + 9999ms).empty());
  const auto again = on.take_mentions(10, noon + 10s, 10s);
  REQUIRE(again.has_value());
  REQUIRE(again->size() == 1);
  CHECK(again->front().id == first);
  CHECK(again->front().attempts == 1);
  decide(on, first, silent());
  CHECK(taken_mentions(on, noon + 10s) == ids{second});
}

void put_back_waits_and_keeps_order(store& on) {
  const row_id first = put(on, in_thread(1, "a"));
  const row_id second = put(on, in_thread(2, "a"));
  CHECK(taken_mentions(on) == ids{first});
  REQUIRE(on.put_back(first, noon + 3s).has_value());
  CHECK(taken_mentions(on, noon + 2s).empty());
  CHECK(taken_mentions(on, noon + 3s) == ids{first});
  decide(on, first, silent());
  CHECK(code_of(on.put_back(first, noon)) == errc::conflict);
  CHECK(taken_mentions(on, noon + 3s) == ids{second});
}

void a_decision_is_made_once(store& on) {
  const row_id id = put(on, make_mention(1));
  CHECK(code_of(on.outbox_of_mention(id)) == errc::busy);
  CHECK(decide(on, id, silent("blocked")) == 0);
  CHECK(code_of(on.outbox_of_mention(id)) == errc::not_found);
  bool asked = false;
  const auto again = on.finish(id, noon, {}, [&asked](const conversation&) {
    asked = true;
    return answered();
  });
  CHECK(code_of(again) == errc::conflict);
  CHECK_FALSE(asked);
  CHECK(code_of(on.finish(id + 1, noon, {}, [](const conversation&) { return answered(); })) == errc::not_found);
  CHECK(code_of(on.outbox_of_mention(id + 1)) == errc::not_found);
  CHECK(taken_deliveries(on).empty());
  CHECK(taken_mentions(on).empty());
}

void a_failed_decision_leaves_the_mention_open(store& on) {
  const row_id id = put(on, make_mention(1));
  const auto failed =
      on.finish(id, noon, {}, [](const conversation&) -> resolution { throw std::runtime_error("no memory"); });
  CHECK(code_of(failed) == errc::internal);
  CHECK(taken_mentions(on) == ids{id});
  CHECK(decide(on, id, answered()) != 0);
}

void jobs_undo_alone(store& on) {
  REQUIRE(on.begin().has_value());
  CHECK(code_of(on.begin()) == errc::internal);
  REQUIRE(on.begin_job().has_value());
  const row_id kept = put(on, make_mention(1));
  REQUIRE(on.end_job().has_value());
  REQUIRE(on.begin_job().has_value());
  put(on, make_mention(2), noon, {"waline", "new"});
  on.undo_job();
  REQUIRE(on.begin_job().has_value());
  const row_id also_kept = put(on, make_mention(3), noon, {"waline", "new"});
  REQUIRE(on.end_job().has_value());
  REQUIRE(on.commit().has_value());
  CHECK(taken_mentions(on) == ids{kept, also_kept});
  const auto third = on.put_mention({"waline", "new"}, make_mention(2), noon, 3);  // the undone one takes no room
  REQUIRE(third.has_value());
  CHECK(third->kind == put_kind::stored);
}

void a_batch_rolls_back_whole(store& on) {
  const row_id before = put(on, make_mention(1));
  REQUIRE(on.begin().has_value());
  put(on, make_mention(2));
  decide(on, before, answered());
  on.roll_back();
  CHECK(taken_mentions(on) == ids{before});
  CHECK(taken_deliveries(on).empty());
  put(on, make_mention(2));
  CHECK(code_of(on.commit()) == errc::internal);
  CHECK(code_of(on.begin_job()) == errc::internal);
}

}  // namespace

std::span<const trial> inbox_trials() {
  static constexpr trial all[] = {
      {"repeats are known", repeats_are_known},
      {"asked anew where nobody got an answer", asked_anew_where_nobody_got_an_answer},
      {"keys belong to an account", keys_belong_to_an_account},
      {"long keys differ", long_keys_differ},
      {"one key is enough, none is not", one_key_is_enough_none_is_not},
      {"fullness is said", fullness_is_said},
      {"words come back as they were", words_come_back_as_they_were},
      {"oldest go first, one a thread", oldest_go_first_one_a_thread},
      {"leases end", leases_end},
      {"put back waits and keeps order", put_back_waits_and_keeps_order},
      {"a decision is made once", a_decision_is_made_once},
      {"a failed decision leaves the mention open", a_failed_decision_leaves_the_mention_open},
      {"jobs undo alone", jobs_undo_alone},
      {"a batch rolls back whole", a_batch_rolls_back_whole},
  };
  return all;
}

}  // namespace stillholds::store_contract
