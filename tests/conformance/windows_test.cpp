// Repeats that are harmless for a while only: what each platform says of the same call as time passes.
#include <doctest/doctest.h>

#include "tests/conformance/fixtures.hpp"

using namespace stillholds;
using namespace stillholds::conformance;
using namespace std::chrono_literals;

namespace {

struct rig {
  const platform_fixtures* of{nullptr};
  std::unique_ptr<platform> on;
  reply what;

  explicit rig(std::string_view name, std::string_view question = {}) {
    for (const auto& one : all_fixtures()) {
      if (one.entry->name == name) of = &one;
    }
    REQUIRE(of != nullptr);
    on = make_platform(*of);
    const auto& row = question.empty() ? of->sample() : of->find(question);
    what = sample_reply(*of, admit(*on, row.request, row.now()).mentions.at(0));
    what.decided = row.now();
    what.now = row.now();
  }
  result<call> after(std::chrono::seconds age) {
    what.now = what.decided + age;
    return on->render(what);
  }
};

}  // namespace

TEST_CASE("an idempotency key is trusted as long as the platform keeps it") {
  struct row {
    const char* platform;
    std::chrono::seconds life;
    const char* question;
  };
  for (const auto& one :
       {row{"mastodon", 55min, ""}, row{"mattermost", 25s, ""}, row{"discord", 120s, "gateway_message_create"}}) {
    CAPTURE(one.platform);
    rig at(one.platform, one.question);
    CHECK(at.after(0s)->repeat_is_harmless);
    CHECK(at.after(one.life - 1s)->repeat_is_harmless);
    CHECK_FALSE(at.after(one.life)->repeat_is_harmless);
  }
  for (const auto* always : {"matrix", "rocketchat", "bluesky", "googlechat"}) {
    CAPTURE(always);
    CHECK(rig(always).after(24h)->repeat_is_harmless);
  }
  for (const auto* never : {"github", "gitlab", "discourse", "zulip", "telegram", "messenger"}) {
    CAPTURE(never);
    CHECK_FALSE(rig(never).after(0s)->repeat_is_harmless);
  }
}

TEST_CASE("an interaction is answered while its token lives") {
  rig at("discord");
  CHECK(at.after(0s)->url.contains("@original"));
  CHECK(at.after(14min)->repeat_is_harmless);
  CHECK_FALSE(at.after(14min + 1s).has_value());
}

TEST_CASE("a reply token is used at once and once; then we push, unless the token may have worked") {
  rig at("line");
  CHECK(at.after(0s)->url.ends_with("/message/reply"));
  CHECK_FALSE(at.after(25s)->repeat_is_harmless);
  CHECK(at.after(26s)->url.ends_with("/message/push"));
  at.what.attempt = 2;
  const auto again = at.after(5s);
  CHECK(again->url.ends_with("/message/push"));
  CHECK(again->repeat_is_harmless);
  at.what.in_doubt = true;
  CHECK_FALSE(at.after(5s)->repeat_is_harmless);  // the first attempt was by token: nobody knows
  at.what.attempt = 3;
  CHECK(at.after(5s)->repeat_is_harmless);  // the second was a push under the same key
  CHECK_FALSE(at.after(23h)->repeat_is_harmless);
}

TEST_CASE("a reply in a discussion waits for a look that finds where it belongs") {
  const rig deep("github", "discussion_reply_mention");
  CHECK(deep.on->looks_first(deep.what.question));
  const rig top("github", "discussion_comment_mention");
  CHECK_FALSE(top.on->looks_first(top.what.question));
}

TEST_CASE("a long discussion is answered, and looked through again only where a try may hide further up") {
  rig deep("github", "discussion_reply_mention");
  const auto seen_at = [&](std::string_view oldest, bool in_doubt) {
    json replies = json::array();
    for (int at = 0; at < 100; ++at) {
      replies.push_back({{"id", "DC_" + std::to_string(at)},
                         {"body", "x"},
                         {"viewerDidAuthor", false},
                         {"createdAt", at == 0 ? oldest : "2026-11-24T07:00:00Z"}});
    }
    const json body{
        {"data",
         {{"node", {{"id", "DC_q"}, {"replyTo", {{"id", "DC_top"}, {"replies", {{"nodes", std::move(replies)}}}}}}}}}};
    deep.what.in_doubt = in_doubt;
    return deep.on->see(deep.what, {.status = 200, .headers = {}, .body = dump_json(body), .detail = {}});
  };
  CHECK(seen_at("2026-11-24T07:00:00Z", false).value().question_stands);
  CHECK(seen_at("2026-11-24T05:50:00Z", true).value().question_stands);  // older than our first try: all were listed
  CHECK(seen_at("2026-11-24T07:00:00Z", true).error().code == errc::busy);
  CHECK(seen_at("long ago", true).error().code == errc::busy);
}
