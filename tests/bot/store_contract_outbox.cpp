#include "tests/bot/store_contract.hpp"

namespace stillholds::store_contract {
namespace {

constexpr outbox_state all_states[] = {outbox_state::queued, outbox_state::sending,   outbox_state::unknown,
                                       outbox_state::held,   outbox_state::delivered, outbox_state::refused,
                                       outbox_state::dead,   outbox_state::dropped};

void an_answer_goes_out(store& on) {
  const mention asked = make_mention(1);
  const row_id mention_id = put(on, asked);
  const row_id id = decide(on, mention_id, answered(), noon + 1s);
  const auto found = on.outbox_of_mention(mention_id);
  REQUIRE(found.has_value());
  CHECK(found->id == id);
  CHECK(found->state == outbox_state::queued);
  const auto rows = on.take_deliveries(10, noon + 2s);
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 1);
  const outbox_row& row = rows->front();
  CHECK(row.id == id);
  CHECK(row.mention_id == mention_id);
  CHECK(row.from == slack);
  CHECK(row.question == asked);
  CHECK(row.answer == *answered().answer);
  CHECK(row.key == answered().key);
  CHECK(row.claim_revision == answered().claim_revision);
  CHECK(row.snapshot_version == answered().snapshot_version);
  CHECK(row.state == outbox_state::sending);
  CHECK(row.attempts == 1);
  CHECK(row.created == noon + 1s);
  CHECK(taken_deliveries(on, noon + 1h).empty());
  REQUIRE(on.settle(id, attempt(outbox_state::delivered, noon, "R77", "ok"), noon + 3s).has_value());
  const outbox_row after = row_of(on, id);
  CHECK(after.state == outbox_state::delivered);
  CHECK(after.reply_id == "R77");
  CHECK(after.reason == "ok");
  CHECK(taken_deliveries(on, noon + 1h).empty());
}

void what_is_shown_stands_in_the_ledger(store& on) {
  const mention asked = make_mention(1);
  const row_id id = answer_to(on, asked);
  bring_to(on, id, outbox_state::sending);
  CHECK(on.ledger(10)->empty());
  REQUIRE(on.settle(id, attempt(outbox_state::delivered, noon, "R77"), noon + 3s).has_value());
  const auto shown = on.ledger(10);
  REQUIRE(shown.has_value());
  REQUIRE(shown->size() == 1);
  const shown_row& row = shown->front();
  CHECK(row.from == slack);
  CHECK(row.space == asked.space);
  CHECK(row.thread_id == asked.thread_id);
  CHECK(row.message_id == asked.message_id);
  CHECK(row.reply_id == "R77");
  CHECK(row.article_id == "us-china-ai-gap");
  CHECK(row.claim_id == "compute");
  CHECK(row.claim_revision == answered().claim_revision);
  CHECK(row.status_word == "unsupported");
  CHECK(row.snapshot_version == answered().snapshot_version);
  CHECK(row.at == noon + 3s);
  CHECK(on.count()->delivered == 1);
}

void a_conversation_keeps_its_order(store& on) {
  const row_id first = answer_to(on, in_thread(1, "a"));
  const row_id second = answer_to(on, in_thread(2, "a"));
  const row_id other = answer_to(on, in_thread(3, "b"));
  CHECK(taken_deliveries(on, noon, 1) == ids{first});
  CHECK(taken_deliveries(on) == ids{other});  // the second waits behind one that is being sent
  settle(on, first, outbox_state::queued, noon + 5s);
  CHECK(taken_deliveries(on, noon + 4s).empty());  // and behind one that will be tried again
  CHECK(taken_deliveries(on, noon + 5s) == ids{first});
  settle(on, first, outbox_state::unknown, noon + 9s);
  CHECK(taken_deliveries(on, noon + 8s).empty());  // and behind one whose outcome is unknown
  CHECK(taken_deliveries(on, noon + 9s) == ids{first});
  settle(on, first, outbox_state::held, noon + 9s);
  CHECK(taken_deliveries(on, noon + 9s) == ids{second});  // but not behind one that waits for a person
}

void final_states_let_the_next_one_go(store& on) {
  int number = 0;
  for (const auto state : {outbox_state::delivered, outbox_state::refused, outbox_state::dead, outbox_state::dropped}) {
    const std::string thread = fmt::format("thread {}", number);
    const row_id first = answer_to(on, in_thread(++number, thread));
    const row_id second = answer_to(on, in_thread(++number, thread));
    CHECK(taken_deliveries(on) == ids{first});
    settle(on, first, state);
    CHECK(taken_deliveries(on) == ids{second});
    settle(on, second, outbox_state::delivered);
  }
}

void an_unknown_outcome_is_looked_at_by_one(store& on) {
  const row_id id = answer_to(on, make_mention(1));
  bring_to(on, id, outbox_state::sending);
  settle(on, id, outbox_state::unknown, noon + 5s);
  const auto rows = on.take_deliveries(10, noon + 5s);
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 1);
  CHECK(rows->front().state == outbox_state::unknown);
  CHECK(rows->front().attempts == 2);
  CHECK(taken_deliveries(on, noon + 5s).empty());
  CHECK(taken_deliveries(on, noon + 5s + look_lease) == ids{id});
  settle(on, id, outbox_state::queued, noon + 10s);
  const auto again = on.take_deliveries(10, noon + 10s);
  REQUIRE(again.has_value());
  REQUIRE(again->size() == 1);
  CHECK(again->front().state == outbox_state::sending);
  CHECK(again->front().attempts == 4);
}

void the_next_delivery_is_known(store& on) {
  CHECK_FALSE(on.next_delivery()->has_value());
  const row_id first = answer_to(on, in_thread(1, "a"), answered(), noon);
  CHECK(*on.next_delivery() == noon);
  bring_to(on, first, outbox_state::sending);
  answer_to(on, in_thread(2, "a"), answered(), noon + 1s);
  CHECK_FALSE(on.next_delivery()->has_value());  // it waits behind one that is being sent
  settle(on, first, outbox_state::queued, noon + 60s);
  CHECK(*on.next_delivery() == noon + 60s);
  answer_to(on, in_thread(3, "b"), answered(), noon + 2s);
  CHECK(*on.next_delivery() == noon + 2s);
}

void only_open_rows_can_be_settled(store& on) {
  CHECK(code_of(on.settle(77, attempt(outbox_state::delivered), noon)) == errc::not_found);
  const row_id id = answer_to(on, make_mention(1));
  for (const auto state : {outbox_state::sending, outbox_state::dry}) {
    CHECK(code_of(on.settle(id, attempt(state), noon)) == errc::malformed);
  }
  bring_to(on, id, outbox_state::delivered);
  for (const auto state : {outbox_state::delivered, outbox_state::queued, outbox_state::dead}) {
    CHECK(code_of(on.settle(id, attempt(state, noon, "R2"), noon)) == errc::conflict);
  }
  CHECK(row_of(on, id).reply_id == "R");
  CHECK(on.ledger(10)->size() == 1);
}

void an_answer_in_the_response_is_left_alone_for_a_while(store& on) {
  mention asked = make_mention(1);
  asked.answer_in_response = true;
  const row_id id = answer_to(on, asked);
  CHECK(taken_deliveries(on, noon + response_grace - 1ms).empty());
  settle(on, id, outbox_state::delivered);  // by the one who wrote the response
  CHECK(taken_deliveries(on, noon + 1h).empty());
  CHECK(on.ledger(10)->size() == 1);
  mention lost = make_mention(2);
  lost.answer_in_response = true;
  const row_id left = answer_to(on, lost);
  CHECK(taken_deliveries(on, noon + response_grace) == ids{left});
}

void a_restart_makes_sending_unknown(store& on) {
  const row_id sent = answer_to(on, make_mention(1));
  bring_to(on, sent, outbox_state::sending);
  const row_id looking = answer_to(on, make_mention(2));
  bring_to(on, looking, outbox_state::unknown);
  CHECK(taken_deliveries(on) == ids{looking});
  const row_id queued = answer_to(on, make_mention(3));
  const row_id open = put(on, make_mention(4));
  CHECK(taken_mentions(on) == ids{open});
  const auto recovered = on.recover(noon + 1s);
  REQUIRE(recovered.has_value());
  CHECK(*recovered == 1);
  CHECK(row_of(on, sent).state == outbox_state::unknown);
  CHECK(row_of(on, queued).state == outbox_state::queued);
  CHECK(taken_deliveries(on, noon + 1s) == ids{sent, looking, queued});
  const auto mentions = on.take_mentions(10, noon + 1s, 10s);
  REQUIRE(mentions.has_value());
  REQUIRE(mentions->size() == 1);
  CHECK(mentions->front().attempts == 1);  // so that a mention that kills us every time can be told
}

void dry_answers_stay(store& on) {
  resolution verdict = answered();
  verdict.dry_run = true;
  const row_id id = answer_to(on, make_mention(1), verdict);
  CHECK(row_of(on, id).state == outbox_state::dry);
  CHECK(row_of(on, id).answer == *verdict.answer);
  CHECK(taken_deliveries(on, noon + 1h).empty());
  CHECK_FALSE(on.next_delivery()->has_value());
  CHECK(code_of(on.retry_outbox(id, noon)) == errc::conflict);
  CHECK(code_of(on.drop_outbox(id, noon)) == errc::conflict);
}

void people_retry_what_can_be_sent(store& on) {
  CHECK(code_of(on.retry_outbox(77, noon)) == errc::not_found);
  int number = 0;
  for (const auto state : all_states) {
    CAPTURE(name_of(state));
    const row_id id = answer_to(on, make_mention(++number));
    bring_to(on, id, state);
    if (state == outbox_state::unknown || state == outbox_state::queued) {
      settle(on, id, state, noon + 1h);
    }
    const auto retried = on.retry_outbox(id, noon + 1s);
    if (state == outbox_state::sending || state == outbox_state::delivered) {
      CHECK(code_of(retried) == errc::conflict);
      CHECK(row_of(on, id).state == state);
    } else {
      REQUIRE(retried.has_value());
      CHECK(taken_deliveries(on, noon + 1s) == ids{id});
      CHECK(row_of(on, id).state == (state == outbox_state::unknown ? outbox_state::unknown : outbox_state::sending));
    }
    if (row_of(on, id).state <= outbox_state::unknown) settle(on, id, outbox_state::delivered);
  }
}

void people_drop_what_waits(store& on) {
  CHECK(code_of(on.drop_outbox(77, noon)) == errc::not_found);
  int number = 0;
  for (const auto state : all_states) {
    CAPTURE(name_of(state));
    const row_id id = answer_to(on, make_mention(++number));
    bring_to(on, id, state);
    const auto dropped = on.drop_outbox(id, noon);
    if (state == outbox_state::queued || state == outbox_state::unknown || state == outbox_state::held) {
      REQUIRE(dropped.has_value());
      CHECK(row_of(on, id).state == outbox_state::dropped);
      CHECK(taken_deliveries(on, noon + 1h).empty());
    } else {
      CHECK(code_of(dropped) == errc::conflict);
      CHECK(row_of(on, id).state == state);
    }
    if (row_of(on, id).state == outbox_state::sending) settle(on, id, outbox_state::delivered);
  }
}

void rows_are_listed_and_counted(store& on) {
  ids made;
  int number = 0;
  for (const auto state : all_states) {
    made.push_back(answer_to(on, make_mention(++number)));
    bring_to(on, made.back(), state);
  }
  // The later takes have taken the queued one along, and looked at the unknown one.
  settle(on, made[0], outbox_state::queued, noon + 1h);
  put(on, make_mention(++number));
  const auto all = on.list_outbox(std::nullopt, 100);
  REQUIRE(all.has_value());
  REQUIRE(all->size() == made.size());
  for (std::size_t index = 0; index < made.size(); ++index) {
    CHECK((*all)[index].id == made[made.size() - 1 - index]);
    const auto only = on.list_outbox(all_states[index], 100);
    REQUIRE(only.has_value());
    REQUIRE(only->size() == 1);
    CHECK(only->front().id == made[index]);
    CHECK(only->front().question == make_mention(static_cast<int>(index) + 1));
  }
  CHECK(on.list_outbox(std::nullopt, 3)->size() == 3);
  const auto counted = on.count();
  REQUIRE(counted.has_value());
  CHECK(counted->inbox_waiting == 1);
  CHECK(counted->outbox_waiting == 3);
  CHECK(counted->held == 1);
  CHECK(counted->delivered == 1);
  CHECK(counted->dead == 2);
}

}  // namespace

std::span<const trial> outbox_trials() {
  static constexpr trial all[] = {
      {"an answer goes out", an_answer_goes_out},
      {"what is shown stands in the ledger", what_is_shown_stands_in_the_ledger},
      {"a conversation keeps its order", a_conversation_keeps_its_order},
      {"final states let the next one go", final_states_let_the_next_one_go},
      {"an unknown outcome is looked at by one", an_unknown_outcome_is_looked_at_by_one},
      {"the next delivery is known", the_next_delivery_is_known},
      {"only open rows can be settled", only_open_rows_can_be_settled},
      {"an answer in the response is left alone for a while", an_answer_in_the_response_is_left_alone_for_a_while},
      {"a restart makes sending unknown", a_restart_makes_sending_unknown},
      {"dry answers stay", dry_answers_stay},
      {"people retry what can be sent", people_retry_what_can_be_sent},
      {"people drop what waits", people_drop_what_waits},
      {"rows are listed and counted", rows_are_listed_and_counted},
  };
  return all;
}

}  // namespace stillholds::store_contract
