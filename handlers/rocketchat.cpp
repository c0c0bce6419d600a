// Rocket.Chat: outgoing integrations in, messages of our own id out: a message that is there already is not posted
// again.
#include <array>
#include <utility>

#include "handlers/port/addressing.hpp"
#include "handlers/port/dialects.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/escape.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/rest.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/calendar.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::size_t text_limit = 5000;  // Message_MaxAllowedSize, unless the admin changed it

constexpr std::array settings_known{
    setting_rule{"bot_user", true, "the bot's user id: \"_id\" in the answer of /api/v1/me"},
    setting_rule{"bot_name", true, "the bot's username, without @"},
};

dialect rocketchat_dialect() { return markdown_dialect(text_limit, "@#:"); }

class rocketchat final : public platform {
 public:
  rocketchat(const account_settings& from, shared_secrets secrets, std::string api)
      : settings_(from),
        secrets_(std::move(secrets)),
        api_(std::move(api)),
        names_{std::string(from.get("bot_name"))} {}

  platform_traits traits() const noexcept override { return {.can_amend = true, .reply_limit = text_limit}; }

  // An empty acknowledgement counts as a failure, and a text in it would be posted: "{}" is neither.
  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    json event;
    const auto token = [&](std::string_view body) -> std::optional<std::string> {
      auto read = parse_json(body);
      if (!read) return std::nullopt;
      event = std::move(*read);
      return get_string(event, "token");
    };
    if (!seal::open(request.body, secrets_, token)) return not_genuine("wrong_token");
    const auto id = get_string(event, "message_id");
    const auto text = get_string(event, "text");
    if (!id || !text) return ignored("no_message");
    const auto room = get_string(event, "channel_id");
    const auto author = get_string(event, "user_id");
    const auto happened = parse_instant(get_string(event, "timestamp").value_or(""));
    if (!room || !author || !happened) return malformed("no_author_or_place");
    auto key = "rocketchat:" + *id;
    if (author == settings_.get("bot_user")) return ignored("own_message", std::move(key));
    if (get_bool(event, "bot") == true || at_path(event, "bot.i") != nullptr)
      return ignored("other_bot", std::move(key));
    const bool edited = get_bool(event, "isEdited") == true;
    auto question = question_to(*text, names_, quoting{});
    if (!edited && !question) return ignored("no_mention", std::move(key));
    // An edit keeps the time of the message: it may come at any time after.
    if (!edited && !is_recent_event(*happened, now)) return stale("old_event", 200, std::move(key));
    mention made;
    made.change = !edited ? mention_change::created : question ? mention_change::edited : mention_change::deleted;
    // An edit has no time or number of its own, and words may go back and forth: the same second is the same delivery,
    // and a repeat that comes later an edit to the same words.
    const auto second = std::to_string(now.time_since_epoch().count());
    made.delivery_key = edited ? key + ":edited:" + content_mark(*text) + ":" + second : key;
    made.message_key = key;
    made.space = get_string(event, "siteUrl").value_or("");
    const auto root = get_string(event, "tmid").value_or(*id);
    made.thread_id = *room + ":" + root;
    made.message_id = *id;
    made.author_id = *author;
    made.question = std::move(question).value_or("");
    made.reply_to = dump_json({{"room", *room}, {"root", root}});
    auto admitted = mentioned(std::move(made));
    admitted.delivery_key = std::move(key);
    return admitted;
  }

  result<call> render(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    const auto room = notes ? get_string(*notes, "room") : std::nullopt;
    const auto root = notes ? get_string(*notes, "root") : std::nullopt;
    if (!room || !root) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    auto made = as_bot(json_call("POST", api_ + "/api/v1/chat.sendMessage", token(),
                                 {{"message",
                                   {{"_id", own_id(what)},
                                    {"rid", *room},
                                    {"tmid", *root},
                                    {"msg", write(what.answer, rocketchat_dialect())},
                                    {"parseUrls", false}}}}));
    made.repeat_is_harmless = true;
    return made;
  }

  judgement judge(const call_result& response) const override {
    const auto body = parse_json(response.body);
    const auto error = body ? get_string(*body, "error").value_or("") : std::string{};
    if (response.status == 429 || error.contains("error-too-many-requests")) {
      const auto pause = asked_pause(response.headers);
      return retry_later("rate_limited",
                         pause ? pause : pause_until(response.headers, "x-ratelimit-reset", unix_unit::milliseconds));
    }
    if (auto judged = judge_status(response)) return std::move(*judged);
    if (!body || !get_bool(*body, "success")) return outcome_unknown("unreadable_answer");
    if (get_bool(*body, "success") != true) return refused("api_error");
    return delivered(get_string(*body, "message._id").value_or(""));
  }

  result<call> amend(const reply& what, std::string_view reply_id) const override {
    return change("chat.update", what, {{"msgId", reply_id}, {"text", write(what.answer, rocketchat_dialect())}});
  }
  result<call> retract(const reply& what, std::string_view reply_id) const override {
    return change("chat.delete", what, {{"msgId", reply_id}});
  }

  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    return {{.checks = "the bot's token", .call = as_bot(read_call(api_ + "/api/v1/me", token()))}};
  }

  result<std::string> read_probe(std::size_t /*step*/, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    const auto name = get_string(*body, "username").value_or("");
    if (get_string(*body, "_id") != settings_.get("bot_user") || !same_ascii(name, settings_.get("bot_name"))) {
      return fail(errc::refused, "the token is that of @" + name + ", and bot_user or bot_name says otherwise");
    }
    return "signed in as @" + name;
  }

 private:
  // Ids there have 17 characters of letters and digits.
  static std::string own_id(const reply& what) { return "s" + content_mark(what.key); }

  result<call> change(std::string_view method, const reply& what, json body) const {
    const auto notes = parse_json(what.question.reply_to);
    const auto room = notes ? get_string(*notes, "room") : std::nullopt;
    if (!room) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    body["roomId"] = *room;
    auto made = as_bot(json_call("POST", api_ + "/api/v1/" + std::string(method), token(), body));
    made.repeat_is_harmless = true;
    return made;
  }

  call as_bot(call made) const {
    made.headers.emplace_back("X-User-Id", settings_.get("bot_user"));
    return made;
  }
  header token() const { return {"X-Auth-Token", settings_.token}; }

  account_settings settings_;
  shared_secrets secrets_;
  std::string api_;
  std::vector<std::string> names_;
};

result<std::unique_ptr<platform>> make_rocketchat(const account_settings& settings) {
  auto secrets = shared_secrets::make(settings.secrets);
  if (!secrets) return fail(secrets.error().code, "the integration's token: " + secrets.error().detail);
  if (settings.token.empty()) return fail(errc::malformed, "token_file is missing: a personal access token of the bot");
  if (settings.get("bot_user").empty() || settings.get("bot_name").empty()) {
    return fail(errc::malformed, "bot_user and bot_name are needed");
  }
  auto api = api_address(settings, {});
  if (!api) return std::unexpected(api.error());
  return std::make_unique<rocketchat>(settings, std::move(*secrets), std::move(*api));
}

}  // namespace

std::span<const platform_entry> rocketchat_entries() noexcept {
  static const platform_entry entry{"rocketchat", settings_known, true, make_rocketchat, "rocketchat"};
  return {&entry, 1};
}

}  // namespace stillholds
