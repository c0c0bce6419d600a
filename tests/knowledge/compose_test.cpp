#include "knowledge/answers/compose.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "knowledge/answers/fit.hpp"
#include "knowledge/answers/near_ids.hpp"
#include "knowledge/text.hpp"
#include "tests/samples.hpp"

using namespace stillholds;
using samples::date;

namespace {

const wording& words() { return wording::built_in(); }

std::string plain(const answer& what) { return write(what, plain_dialect()); }

article sample() { return samples::small_article(); }

// A conversation with one snapshot; each test changes what it needs.
struct talk {
  snapshot whole{{sample()}, {}};
  stillholds::outcome outcome{};
  thread_memory memory{};
  std::vector<std::string> within{};
  std::string article_id{};

  [[nodiscard]] answer say() const {
    return compose({.snapshot = whole,
                    .outcome = outcome,
                    .wording = words(),
                    .memory = memory,
                    .public_url = samples::public_url,
                    .article_id = article_id,
                    .today = samples::today,
                    .within = within});
  }
  [[nodiscard]] answer asks(std::string claim_id) {
    outcome.kind = outcome_kind::claim;
    outcome.claim_id = std::move(claim_id);
    return say();
  }
  [[nodiscard]] answer commands(command_kind kind, std::string argument = {}) {
    outcome.kind = outcome_kind::command;
    outcome.command = {.kind = kind, .argument = std::move(argument), .date = std::nullopt};
    return say();
  }
};

candidate near(std::string id) {
  candidate one;
  one.claim_id = std::move(id);
  return one;
}

}  // namespace

TEST_CASE("a matched claim remembers what came next, for \"other\"") {
  talk one;
  one.outcome.candidates = {near("compute-us-90pct"), near("compute-lead-expanding"), near("no-such"),
                            near("data-us-quality"), near("data-sector-models")};
  const auto said = one.asks("compute-us-90pct");
  CHECK(said.kind == answer_kind::claim);
  CHECK(said.suggested == std::vector<std::string>{"compute-lead-expanding", "data-us-quality", "data-sector-models"});
  CHECK(said.items.size() == 3);  // the evidence, not the runners-up
}

TEST_CASE("the same claim asked again is one line; after a change it is the new answer with a word") {
  talk one;
  one.memory.shown_before_on = date("2026-11-03").first_day();
  one.memory.shown_before_is_current = true;
  const auto again = one.asks("compute-us-90pct");
  CHECK(again.kind == answer_kind::repeat);
  CHECK(plain(again) ==
        "Answered here already on 3 Nov 2026, nothing new since; status: never well supported. "
        "Full history: https://bot.example.org/a/us-china-ai-gap/compute-us-90pct");
  CHECK(again.claim_id == "compute-us-90pct");
  CHECK(again.status_word == "unsupported");

  one.outcome.as_of = date("2025-06");
  CHECK(one.asks("compute-us-90pct").kind == answer_kind::claim);  // another day is another question
  one.outcome.as_of.reset();

  one.memory.shown_before_is_current = false;
  const auto changed = one.asks("compute-us-90pct");
  CHECK(changed.kind == answer_kind::claim);
  CHECK(changed.body.starts_with("This has changed since it was answered here on 3 Nov 2026.\nNo published estimate"));
  CHECK(changed.items.size() == 3);

  one.outcome.language = "zh";
  one.memory.shown_before_is_current = true;
  CHECK(
      plain(one.asks("compute-us-90pct")).starts_with("已于2026年11月3日在此回答，此后没有更新；状态：一直缺乏依据。"));
}

TEST_CASE("suggestions are numbered and can be answered") {
  talk one;
  one.outcome.kind = outcome_kind::suggest;
  one.outcome.suggestions = {"compute-us-90pct", "gone", "compute-lead-expanding", "data-us-quality",
                             "data-sector-models"};
  const auto said = one.say();
  CHECK(plain(said) ==
        "Did you mean one of these? Answer with its number.\n"
        "1. The United States holds about 90 percent of the world's AI computing power. (compute-us-90pct)\n"
        "2. The US lead in AI computing power is growing. (compute-lead-expanding)\n"
        "3. The US benefits from high-quality datasets. (data-us-quality)\n"
        "All claims: https://bot.example.org/a/us-china-ai-gap");
  CHECK(said.suggested == std::vector<std::string>{"compute-us-90pct", "compute-lead-expanding", "data-us-quality"});
  CHECK(said.claim_id.empty());
  one.memory.last_suggested = said.suggested;
  const auto picked = one.commands(command_kind::pick, "2");
  CHECK(picked.claim_id == "compute-lead-expanding");
  CHECK(picked.suggested == std::vector<std::string>{"compute-us-90pct", "data-us-quality"});
  for (const auto* bad : {"0", "4", "x", "", "-1", "2x", "99999999999999999999999"}) {
    CHECK(plain(one.commands(command_kind::pick, bad)).starts_with("There is no open choice with that number here."));
  }
  one.outcome.kind = outcome_kind::suggest;
  one.outcome.suggestions = {"data-us-quality"};
  CHECK(one.say().lead == "Did you mean this? Answer with 1.");
  one.outcome.suggestions = {"gone"};
  CHECK(one.say().kind == answer_kind::none);
}

TEST_CASE("not covered is one line that tells what is") {
  talk one;
  CHECK(plain(one.say()) ==
        "Not covered here. Covered: Computing power, Data resources and Conclusion, as in \"The Gap Between the U.S. & "
        "China "
        "in AI Is Widening, Not Narrowing\". All claims: https://bot.example.org/a/us-china-ai-gap");
  CHECK(one.say().kind == answer_kind::none);
  CHECK(one.asks("no-such-claim").kind == answer_kind::none);
  one.outcome = {};
  one.outcome.language = "zh";
  CHECK(plain(one.say()).starts_with("这里没有收录这个问题。已收录的内容：算力、数据资源、Conclusion，出自《The Gap"));
}

TEST_CASE("several articles, and none") {
  auto other = sample();
  other.id = "z-other";
  other.title = "Another Piece";
  for (auto& claim : other.claims) claim.id += "-2";
  talk two{.whole = snapshot{{sample(), other}, {}}};
  CHECK(two.say().lead ==
        "Not covered here. Covered: \"The Gap Between the U.S. & China in AI Is Widening, Not Narrowing\" and "
        "\"Another Piece\".");
  two.article_id = "z-other";
  CHECK(two.say().lead.find("\"Another Piece\"") != std::string::npos);
  two.outcome.kind = outcome_kind::article;
  CHECK(two.say().article_id == "z-other");
  two.outcome.article_id = "us-china-ai-gap";
  CHECK(two.say().article_id == "us-china-ai-gap");
  two.within = {"z-other"};
  CHECK(two.say().article_id == "z-other");
  CHECK(two.asks("compute-us-90pct").kind == answer_kind::none);  // not spoken of in this space
  CHECK(two.asks("compute-us-90pct-2").kind == answer_kind::claim);

  talk empty{.whole = snapshot{{}, {}}};
  CHECK(plain(empty.say()) == "Nothing is covered here yet.");
  CHECK(plain(empty.commands(command_kind::help)) == "Nothing is covered here yet.");
  CHECK(empty.commands(command_kind::list).kind == answer_kind::none);
  CHECK(plain(empty.commands(command_kind::other)) == "Nothing else here comes near that question.");
}

TEST_CASE("help is two lines") {
  talk one;
  const auto said = one.commands(command_kind::help);
  CHECK(said.kind == answer_kind::help);
  const auto text = plain(said);
  CHECK(std::ranges::count(text, '\n') == 1);
  for (const auto* word : {"list", "claim <id>", "changes since", "follow", "forget me", "this is wrong", "other"}) {
    CHECK(text.find(word) != std::string::npos);
  }
}

TEST_CASE("claim <id>: shown, or near ids, and never a reader's own words") {
  talk one;
  CHECK(one.commands(command_kind::show_claim, "data-us-quality").claim_id == "data-us-quality");
  const auto near = one.commands(command_kind::show_claim, "compute-us-90");
  CHECK(near.kind == answer_kind::suggest);
  CHECK(near.lead == "There is no claim \"compute-us-90\". Near it; answer with a number:");
  CHECK(near.suggested.front() == "compute-us-90pct");
  const auto far = one.commands(command_kind::show_claim, "zebra");
  CHECK(plain(far) == "There is no claim of that name. Reply \"list\" to see them all.");
  for (const auto* hostile :
       {"compute-us-90pct https://evil.example", "<b>compute</b>-us", "@everyone compute-us-90pct"}) {
    const auto text = plain(one.commands(command_kind::show_claim, hostile));
    CHECK(text.find("evil") == std::string::npos);
    CHECK(text.find('<') == std::string::npos);
    CHECK(text.find('@') == std::string::npos);
  }
}

TEST_CASE("near ids") {
  const std::vector<std::string> ids{"compute-us-90pct", "compute-lead-expanding", "talent-us-over-50pct",
                                     "apps-tesla"};
  CHECK(near_ids("compute-us-90pc", ids).front() == "compute-us-90pct");
  CHECK(near_ids("tesla", ids) == std::vector<std::string>{"apps-tesla"});
  CHECK(near_ids("Apps-Tesal", ids) == std::vector<std::string>{"apps-tesla"});
  CHECK(near_ids("lead", ids) == std::vector<std::string>{"compute-lead-expanding"});
  CHECK(near_ids("us", ids).size() == 2);
  CHECK(near_ids("compute", ids).size() == 2);
  CHECK(near_ids("zebra", ids).empty());
  CHECK(near_ids("", ids).empty());
  CHECK(near_ids("  ", ids).empty());
  CHECK(near_ids(std::string(1000, 'a'), ids).empty());
}

TEST_CASE("\"did this hold in June 2025?\" means the claim last shown") {
  talk one;
  one.outcome.as_of = date("2025-06");
  CHECK(plain(one.commands(command_kind::about_last)).starts_with("Which claim do you mean?"));
  one.memory.last_claim = "compute-china-underutilised";
  const auto said = one.commands(command_kind::about_last);
  CHECK(said.claim_id == "compute-china-underutilised");
  CHECK(said.status == "On 30 Jun 2025 the status was: holds · today: outdated");
}

TEST_CASE("other: what came next, or nothing") {
  talk one;
  one.memory.last_claim = "compute-us-90pct";
  one.memory.last_candidates = {"compute-us-90pct", "compute-lead-expanding", "data-us-quality"};
  const auto said = one.commands(command_kind::other);
  CHECK(said.kind == answer_kind::suggest);
  CHECK(said.lead == "These came near as well. Answer with a number.");
  CHECK(said.suggested == std::vector<std::string>{"compute-lead-expanding", "data-us-quality"});
  one.memory.last_candidates.clear();
  CHECK(plain(one.commands(command_kind::other)) ==
        "Nothing else here comes near that question. All claims: https://bot.example.org/a/us-china-ai-gap");
}

TEST_CASE("confirmations say what the service does") {
  talk one;
  using enum command_kind;
  CHECK(plain(one.commands(forget_me)) ==
        "The text of your questions has been deleted from this service. Answers already posted stay.");
  CHECK(plain(one.commands(follow)).starts_with("Which claim do you mean?"));
  CHECK(plain(one.commands(this_is_wrong, "the number is 80")).starts_with("Which claim do you mean?"));
  CHECK(plain(one.commands(unfollow)) == "No more lines here about changes.");
  const auto followed = one.commands(follow, "data-us-quality");
  CHECK(plain(followed) ==
        "You will get one line here when its status changes: The US benefits from high-quality datasets. · to end that "
        "reply "
        "\"unfollow\"");
  CHECK(followed.claim_id.empty());  // it was not shown
  CHECK(plain(one.commands(unfollow, "data-us-quality")) ==
        "No more lines here about this: The US benefits from high-quality datasets.");
  CHECK(one.commands(follow, "zebra").lead.starts_with("There is no claim of that name."));

  one.memory.last_claim = "compute-us-90pct";
  CHECK(one.commands(follow).lead.starts_with(
      "You will get one line here when its status changes: The United States holds"));
  const auto wrong = one.commands(this_is_wrong, "look at https://evil.example");
  CHECK(wrong.lead.starts_with("Passed on to the moderators"));
  CHECK(wrong.lead.find("evil") == std::string::npos);
  CHECK(wrong.claim_id == "compute-us-90pct");
  CHECK(wrong.status_word.empty());
  CHECK(plain(one.commands(this_is_wrong)).starts_with("To tell the moderators, reply"));
}

TEST_CASE("changes since: from the command's date") {
  talk one;
  one.outcome.kind = outcome_kind::command;
  one.outcome.command = {.kind = command_kind::changes_since, .argument = {}, .date = date("2026-05")};
  CHECK(one.say().status == "1 status has changed since May 2026.");
  one.outcome.command.date.reset();
  CHECK(one.say().status.starts_with("Of 6 claims"));
}

TEST_CASE("notices are one line in both languages") {
  for (const auto* key : {"cap_person", "cap_thread", "cap_space", "paused"}) {
    for (const auto* language : {"en", "zh"}) {
      const auto said = compose_notice(words(), language, key);
      CHECK(said.kind == answer_kind::notice);
      CHECK(said.lead.find("notice.") == std::string::npos);
      CHECK(plain(said).find('\n') == std::string::npos);
    }
  }
}

TEST_CASE("no answer of ours begins with a yes or a no") {
  talk one;
  for (const auto* language : {"en", "zh"}) {
    one.outcome.language = language;
    for (const auto& claim : one.whole.articles[0].claims) {
      const auto text = ascii_lower(plain(one.asks(claim.id)));
      CHECK_FALSE(text.starts_with("yes"));
      CHECK_FALSE(text.starts_with("no,"));
      CHECK_FALSE(text.starts_with("是的"));
    }
  }
}
