#include "bot/pipeline/decide.hpp"

#include <doctest/doctest.h>

#include "bot/core/crash_point.hpp"
#include "bot/pipeline/follow_up.hpp"
#include "tests/samples.hpp"

using namespace stillholds;

namespace {

struct setting {
  snapshot whole{{samples::small_article()}, {}};
  account_config account{.platform = "test", .settings = {}, .articles = {}, .blocked = {"pest"}, .own_hosts = {}};
  cap_limits caps{.per_person = 2, .per_thread = 3, .per_space_per_minute = 4};
  inbox_row row{.id = 1, .from = {"test", "a"}, .mention = {}, .received = {}, .attempts = 1};
  conversation known;
  bool can_amend{false};
  bool shows_waiting{false};

  setting() {
    row.mention.delivery_key = "test:1";
    row.mention.author_id = "reader";
    row.mention.question = "does the US hold 90% of global AI computing power?";
  }
  resolution decided(const outcome& matched) const {
    return decide({row, matched, whole, wording::built_in(), account, caps, "https://bot.example", samples::today,
                   can_amend, shows_waiting},
                  known);
  }
  resolution asked() const { return decided(whole.matcher.match(row.mention.question, {}, samples::today)); }
};

outcome said(command_kind kind, std::string argument = {}) {
  outcome made;
  made.kind = outcome_kind::command;
  made.command = {.kind = kind, .argument = std::move(argument), .date = {}};
  return made;
}

}  // namespace

TEST_CASE("a covered question is answered with its claim, the claim's revision and a key that never changes") {
  const setting at;
  const auto made = at.asked();
  REQUIRE(made.answer.has_value());
  CHECK(made.answer->claim_id == "compute-us-90pct");
  CHECK(made.claim_revision == snapshot::revision_of(*at.whole.find_claim("compute-us-90pct").claim));
  CHECK(made.key == at.asked().key);
  CHECK(made.key.size() == 36);
  CHECK_FALSE(made.gap.has_value());
  setting other;
  other.row.from.account = "b";
  CHECK(other.asked().key != made.key);
}

TEST_CASE("what is not covered goes to the gap list; an empty question does not") {
  setting at;
  at.row.mention.question = "how do I bake bread?";
  const auto made = at.asked();
  CHECK(made.gap == "how do I bake bread?");
  CHECK(made.answer->kind == answer_kind::none);
  at.row.mention.question = "";
  CHECK_FALSE(at.asked().gap.has_value());
}

TEST_CASE("the blocked get silence; an edit or a deletion withdraws and says nothing") {
  setting at;
  at.row.mention.author_id = "pest";
  CHECK_FALSE(at.asked().answer.has_value());
  CHECK(at.asked().silence == "blocked");
  at.row.mention.author_id = "reader";
  at.row.mention.change = mention_change::deleted;
  CHECK_FALSE(at.asked().answer.has_value());
  CHECK(at.asked().withdraw);
}

TEST_CASE("thanks get no answer, and an answer to what has become thanks goes") {
  setting at;
  at.row.mention.question = "thanks!";
  CHECK_FALSE(at.asked().answer.has_value());
  CHECK(at.asked().silence == "nothing_asked");
  CHECK_FALSE(at.asked().gap.has_value());
  at.row.mention.change = mention_change::edited;
  at.can_amend = true;
  at.known.earlier = {.outbox_id = 7, .state = outbox_state::delivered, .reply_id = "R", .claim_id = "x"};
  CHECK(at.asked().action == outbox_action::retract);
  CHECK(at.asked().follows == 7);
}

TEST_CASE("silence takes away what shows that an answer is on its way, and an answer does not") {
  setting at;
  at.shows_waiting = true;
  CHECK(at.asked().action == outbox_action::post);
  at.row.mention.author_id = "pest";
  const auto made = at.asked();
  REQUIRE(made.answer.has_value());
  CHECK(made.action == outbox_action::retract);
  CHECK(made.follows == 0);
  CHECK(made.answer->lead.empty());
  CHECK(made.silence == "blocked");
  CHECK(made.key.size() == 36);
  CHECK_FALSE(made.dry_run);
  at.account.dry_run = true;
  CHECK(at.asked().dry_run);
}

TEST_CASE("an edit is followed only where the question had an answer that can be changed") {
  setting at;
  at.row.mention.change = mention_change::edited;
  CHECK_FALSE(at.asked().answer.has_value());
  at.known.earlier = {
      .outbox_id = 7, .state = outbox_state::delivered, .reply_id = "R", .claim_id = "compute-us-90pct"};
  CHECK_FALSE(at.asked().answer.has_value());
  at.can_amend = true;
  const auto followed = at.asked();
  REQUIRE(followed.answer.has_value());
  CHECK(followed.action == outbox_action::amend);
  CHECK(followed.follows == 7);
  CHECK(followed.withdraw);
  at.known.shown_claims = {{"compute-us-90pct", followed.claim_revision, {}}};
  CHECK(at.asked().answer->kind == answer_kind::claim);  // not "asked again": that answer is the one that changes
  at.known.earlier->state = outbox_state::queued;
  CHECK(at.asked().action == outbox_action::post);
  at.known.earlier->state = outbox_state::held;
  CHECK_FALSE(at.asked().answer.has_value());
  at.known.earlier->state = outbox_state::delivered;
  at.known.answers_by_person = 2;
  CHECK_FALSE(at.asked().answer.has_value());  // a cap's notice answers no edit
  CHECK_FALSE(at.asked().notice.has_value());
}

TEST_CASE("a deletion takes the answer away where that can be done") {
  setting at;
  at.row.mention.change = mention_change::deleted;
  at.known.earlier = {.outbox_id = 7, .state = outbox_state::delivered, .reply_id = "R", .claim_id = "x"};
  CHECK_FALSE(at.asked().answer.has_value());
  at.can_amend = true;
  CHECK(at.asked().action == outbox_action::retract);
  CHECK(at.asked().follows == 7);
  CHECK(at.asked().withdraw);
}

TEST_CASE("each cap gives one notice and then silence; zero means no cap") {
  struct row {
    int person, thread, space;
    cap expected;
  };
  for (const auto& [person, thread, space, expected] :
       {row{2, 0, 0, cap::person}, row{0, 3, 0, cap::thread}, row{1, 2, 4, cap::space}}) {
    setting at;
    at.known.answers_by_person = person;
    at.known.answers_in_thread = thread;
    at.known.answers_in_space = space;
    const auto first = at.asked();
    REQUIRE(first.answer.has_value());
    CHECK(first.answer->kind == answer_kind::notice);
    CHECK(first.notice == expected);
    at.known.notices_given = {expected};
    const auto second = at.asked();
    CHECK_FALSE(second.answer.has_value());
    CHECK(second.silence == "cap_" + std::string(name_of(expected)));
    at.caps = {.per_person = 0, .per_thread = 0, .per_space_per_minute = 0};
    CHECK(at.asked().answer->kind == answer_kind::claim);
  }
}

TEST_CASE("asked again in the same thread: one line; after the claim changed: the new answer") {
  setting at;
  const auto revision = snapshot::revision_of(*at.whole.find_claim("compute-us-90pct").claim);
  at.known.shown_claims = {{"compute-us-90pct", revision, instant{samples::today.time_since_epoch()}}};
  CHECK(at.asked().answer->kind == answer_kind::repeat);
  at.known.shown_claims.front().claim_revision = "another";
  CHECK(at.asked().answer->kind == answer_kind::claim);
}

TEST_CASE("commands do what they say") {
  setting at;
  at.known.last_claim = "compute-us-90pct";
  CHECK(at.decided(said(command_kind::forget_me)).forget_author);
  CHECK(at.decided(said(command_kind::this_is_wrong, "the number is older")).correction == "the number is older");
  const auto wish = at.decided(said(command_kind::follow)).follow;
  REQUIRE(wish.has_value());
  CHECK(wish->claim_id == "compute-us-90pct");
  CHECK(wish->status == "unsupported");
  at.row.mention.answer_in_response = true;  // nobody to tell later
  CHECK_FALSE(at.decided(said(command_kind::follow)).follow.has_value());
  at.row.mention.answer_in_response = false;
  CHECK_FALSE(at.decided(said(command_kind::follow, "no-such-claim")).follow.has_value());
  CHECK(at.decided(said(command_kind::unfollow)).unfollow == "");
  at.known.last_claim.clear();
  CHECK_FALSE(at.decided(said(command_kind::this_is_wrong, "x")).correction.has_value());
  CHECK_FALSE(at.decided(said(command_kind::follow)).follow.has_value());
}

TEST_CASE("a follow-up names claim and status, whatever the caps say") {
  setting at;
  at.known.answers_by_person = 100;
  at.row.mention.change = mention_change::followed;
  at.row.mention.question = write_follow_note({"compute-us-90pct", "zh"});
  const auto made = at.decided({});
  REQUIRE(made.answer.has_value());
  CHECK(made.answer->claim_id == "compute-us-90pct");
  CHECK(made.answer->status_word == "unsupported");
  CHECK(made.answer->language == "zh");
  CHECK_FALSE(made.notice.has_value());
  at.row.mention.question = "not a note";
  CHECK(at.decided({}).silence == "claim_gone");
}

TEST_CASE("an account's own articles are all it may be told about; dry run is passed on") {
  setting at;
  at.account.articles = {"another-article"};
  at.account.dry_run = true;
  const auto made = at.decided(said(command_kind::show_claim, "compute-us-90pct"));
  CHECK(made.answer->claim_id.empty());
  CHECK(made.dry_run);
}

TEST_CASE("a crash point is named and counted; anything else is explained") {
  CHECK(arm_crash("admitted:1000000").has_value());  // far more than any test passes
  for (const auto* bad : {"", "nowhere", "stored:", "stored:0", "stored:x", "stored:-1", "stored:1x"}) {
    CAPTURE(bad);
    CHECK_FALSE(arm_crash(bad).has_value());
  }
  CHECK(arm_crash("nowhere").error().detail.find("settled") != std::string::npos);
  CHECK(arm_crash("none").has_value() == false);
}
