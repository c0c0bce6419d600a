// Slack: Events API (app_mention, direct messages), slash commands, and replies through the Web API.
#include <array>
#include <utility>

#include "handlers/port/addressing.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/rest.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/verdicts.hpp"
#include "handlers/slack_errors.hpp"
#include "handlers/slack_text.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::string_view public_api = "https://slack.com";
constexpr std::string_view response_host = "https://hooks.slack.com";
constexpr std::string_view metadata_type = "stillholds_reply";
constexpr std::size_t header_max_bytes = 256;
constexpr std::array settings_known{
    setting_rule{"bot_user", true, "the bot's user id, U…: in Slack open the bot's profile, \"Copy member ID\""},
    setting_rule{"bot_id", false, "the bot's id, B…: \"bot_id\" in the answer of auth.test"},
    setting_rule{"app_id", false, "the app's id, A…: on the app's \"Basic Information\" page"},
    setting_rule{"team", false, "the workspace's id, T…: mentions from any other workspace are ignored"},
};

class slack final : public platform {
 public:
  slack(const account_settings& from, hmac_keys keys, std::string api)
      : settings_(from), keys_(std::move(keys)), api_(std::move(api)) {}

  platform_traits traits() const noexcept override {
    return {.can_look = true, .can_amend = true, .reply_limit = slack_text_limit};
  }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    const auto stamp = find_header(request.headers, "x-slack-request-timestamp");
    const auto shown = find_header(request.headers, "x-slack-signature");
    if (!stamp || !shown) return not_genuine("signature_missing");
    const auto signed_at = parse_unix_seconds(*stamp);
    if (!signed_at || shown->size() > header_max_bytes || !shown->starts_with("v0=")) {
      return not_genuine("signature_malformed");
    }
    const auto proof = decode_hex(shown->substr(3));
    const auto body = proof ? seal::open(request.body, keys_, {"v0:", *stamp, ":"}, *proof) : std::nullopt;
    if (!body) return not_genuine("signature_mismatch");
    if (!is_fresh(*signed_at, now)) return stale("signed_time", 401);
    // The content type is not under the signature; the body itself says what it is.
    return trim(*body).starts_with('{') ? admit_event(*body) : admit_form(*body);
  }

  result<call> render(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    if (!notes) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    const auto text = write(what.answer, slack_dialect());
    if (const auto url = get_string(*notes, "response_url")) {
      if (!may_answer_at(*url)) return fail(errc::refused, "response_url is not an address of Slack");
      const json body{{"response_type", "ephemeral"}, {"replace_original", false}, {"text", text}};
      return call{.method = "POST", .url = *url, .headers = {json_type()}, .body = dump_json(body)};
    }
    const auto at = read_place(what);
    if (!at) return fail(errc::corrupt, "the notes on how to answer name no thread");
    const json body{{"channel", at->channel},
                    {"thread_ts", at->thread},
                    {"text", text},
                    {"unfurl_links", false},
                    {"unfurl_media", false},
                    {"client_msg_id", what.key},
                    {"metadata", {{"event_type", metadata_type}, {"event_payload", {{"key", what.key}}}}}};
    return json_call("POST", api_ + "/api/chat.postMessage", token(), body);
  }

  judgement judge(const call_result& response) const override {
    if (response.status == 429) return retry_later("rate_limited", asked_pause(response.headers));
    const bool good_status = response.status >= 200 && response.status < 300;
    if (const auto body = parse_json(response.body)) {
      const auto ok = get_bool(*body, "ok");
      if (good_status && ok == true) return delivered(get_string(*body, "ts").value_or(""));
      if (ok == false) return judge_slack_error(get_string(*body, "error").value_or(""), asked_pause(response.headers));
    }
    if (good_status && trim(response.body) == "ok") return delivered("");  // a response_url says no more
    if (good_status) return outcome_unknown("unreadable_answer");
    if (response.status >= 500) return outcome_unknown("server_error");
    return refused(response.status >= 400 ? "http_error" : "redirected");
  }

  result<call> amend(const reply& what, std::string_view reply_id) const override {
    return change("chat.update", what, {{"ts", reply_id}, {"text", write(what.answer, slack_dialect())}});
  }
  result<call> retract(const reply& what, std::string_view reply_id) const override {
    return change("chat.delete", what, {{"ts", reply_id}});
  }

  result<call> look(const reply& what) const override {
    const auto at = read_place(what);
    if (!at) return fail(errc::refused, "a slash command leaves nothing to look at");
    const auto url = api_ + "/api/conversations.replies?channel=" + percent_encode(at->channel) +
                     "&ts=" + percent_encode(at->thread) + "&oldest=" + percent_encode(what.question.message_id) +
                     "&inclusive=true&limit=200&include_all_metadata=true";
    return read_call(url, token());
  }

  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    return {
        {.checks = "the bot token", .call = {.method = "POST", .url = api_ + "/api/auth.test", .headers = {token()}}}};
  }

  result<std::string> read_probe(std::size_t /*step*/, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    if (get_bool(*body, "ok") != true) {
      return fail(errc::refused, "Slack says " + get_string(*body, "error").value_or("no") + ": is it the bot token?");
    }
    const auto user = get_string(*body, "user_id").value_or("");
    if (user != settings_.get("bot_user")) {
      return fail(errc::refused, "the token is that of " + user + ", and bot_user says otherwise");
    }
    const auto scopes = find_header(response.headers, "x-oauth-scopes").value_or("");
    for (const std::string_view needed : {"chat:write", "app_mentions:read"}) {
      if (!scopes.empty() && !scopes.contains(needed)) {
        return fail(errc::refused, "the token lacks the scope " + std::string(needed) + ": add it, install again");
      }
    }
    return "signed in to " + get_string(*body, "team").value_or("") + " as " + get_string(*body, "user").value_or("");
  }

  // An edited question still stands here: the one we were told was signed by Slack.
  result<sighting> see(const reply& what, const call_result& response) const override {
    if (response.status == 429) return fail(errc::busy, "rate_limited");
    const auto body = parse_json(response.body, batch_limits);
    const auto ok = body ? get_bool(*body, "ok") : std::nullopt;
    if (!ok) return fail(errc::unreachable, "unreadable_answer");
    if (!*ok) return see_slack_error(get_string(*body, "error").value_or(""));
    const auto* messages = at_path(*body, "messages");
    if (messages == nullptr || !messages->is_array()) return fail(errc::unreachable, "no_messages");
    sighting seen{.question_stands = false, .reply_id = std::nullopt};
    for (const auto& message : *messages) {
      const auto ts = get_string(message, "ts");
      if (!ts) continue;
      if (*ts == what.question.message_id) seen.question_stands = true;
      const bool same_key = get_string(message, "metadata.event_payload.key") == what.key ||
                            get_string(message, "client_msg_id") == what.key;
      if (same_key && is_own(message)) seen.reply_id = ts;
    }
    // Slack gives long threads in parts: that our reply is not in the first one says nothing.
    if (!seen.reply_id && get_bool(*body, "has_more") == true) return fail(errc::busy, "thread_too_long");
    return seen;
  }

 private:
  admission admit_event(std::string_view body) const {
    const auto event = parse_json(body);
    if (!event) return malformed("not_json");
    const auto type = get_string(*event, "type");
    if (type == "url_verification") {
      auto challenge = get_string(*event, "challenge");
      if (!challenge) return malformed("no_challenge");
      auto made = ignored("url_verification");
      made.kind = admission_kind::challenge;
      made.acknowledge = {.status = 200, .content_type = "text/plain", .body = std::move(*challenge)};
      return made;
    }
    if (type != "event_callback") return type ? ignored("other_type") : malformed("no_type");
    const auto event_id = get_string(*event, "event_id");
    const auto* inner = at_path(*event, "event");
    if (!event_id || inner == nullptr || !inner->is_object()) return malformed("no_event");
    return admit_message(*inner, get_string(*event, "team_id").value_or(""), "slack:" + *event_id);
  }

  admission admit_message(const json& message, const std::string& team, std::string key) const {
    const auto type = get_string(message, "type");
    if (type != "app_mention" && type != "message") return ignored("other_event", std::move(key));
    if (is_own(message)) return ignored("own_message", std::move(key));
    const auto subtype = get_string(message, "subtype").value_or("");
    if (is_by_a_bot(message) || subtype == "bot_message") return ignored("other_bot", std::move(key));
    if (subtype == "message_changed" || subtype == "message_deleted")
      return admit_change(message, team, std::move(key));
    if (!subtype.empty() && subtype != "thread_broadcast" && subtype != "file_share") {
      return ignored("other_event", std::move(key));
    }
    if (is_other_team(team)) return ignored("other_workspace", std::move(key));
    const auto user = get_id(message, "user");
    const auto channel = get_id(message, "channel");
    const auto ts = get_string(message, "ts");
    if (!user || !channel || !ts) return malformed("no_author_or_place");
    const auto text = read_slack_text(get_string(message, "text").value_or(""), settings_.get("bot_user"));
    const bool private_talk = get_string(message, "channel_type") == "im";
    if (!text.names_bot && !private_talk) return ignored("no_mention", std::move(key));

    auto made = mention_of(message, team, *channel, *ts, std::move(key));
    made.question = as_question(text.words, text.begins_with_bot);
    if (made.question.empty() && !text.names_bot) return ignored("no_text", std::move(made.delivery_key));
    made.reply_to = dump_json({{"channel", *channel}, {"thread_ts", get_string(message, "thread_ts").value_or(*ts)}});
    return mentioned(std::move(made));
  }

  // Slack tells changes where it tells messages: in direct messages, and in channels whose messages were subscribed to.
  admission admit_change(const json& event, const std::string& team, std::string key) const {
    const bool gone = get_string(event, "subtype") == "message_deleted";
    const auto* message = at_path(event, gone ? "previous_message" : "message");
    const auto channel = get_id(event, "channel");
    const auto ts = gone ? get_string(event, "deleted_ts") : get_string(event, "message.ts");
    static const json unknown = json::object();
    if (message == nullptr && gone) message = &unknown;  // the question's key is enough to know it by
    if (message == nullptr || !channel || !ts) return malformed("no_author_or_place");
    if (is_own(*message)) return ignored("own_message", std::move(key));
    if (is_by_a_bot(*message)) return ignored("other_bot", std::move(key));
    // Links that unfold and replies that are counted change a message, too, but nobody edited it.
    if (!gone && at_path(*message, "edited") == nullptr) return ignored("not_edited", std::move(key));
    if (is_other_team(team)) return ignored("other_workspace", std::move(key));
    const auto text = read_slack_text(get_string(*message, "text").value_or(""), settings_.get("bot_user"));
    const bool still_asks = !gone && (text.names_bot || get_string(event, "channel_type") == "im");
    auto made = mention_of(*message, team, *channel, *ts, std::move(key));
    made.change = still_asks ? mention_change::edited : mention_change::deleted;
    if (still_asks) made.question = as_question(text.words, text.begins_with_bot);
    return mentioned(std::move(made));
  }

  static mention mention_of(const json& message, const std::string& team, const std::string& channel,
                            const std::string& ts, std::string key) {
    mention made;
    made.delivery_key = std::move(key);
    made.message_key = "slack:" + team + ":" + channel + ":" + ts;
    made.space = team;
    made.thread_id = channel + ":" + get_string(message, "thread_ts").value_or(ts);
    made.message_id = ts;
    made.author_id = get_id(message, "user").value_or("");
    return made;
  }

  admission admit_form(std::string_view body) const {
    const auto form = parse_form(body);
    if (!form) return malformed("not_a_form");
    const auto field = [&](std::string_view name) { return std::string(form_value(*form, name).value_or("")); };
    auto made = [&]() -> admission {
      if (field("ssl_check") == "1") return ignored("ssl_check");
      if (field("command").empty()) return field("payload").empty() ? malformed("no_command") : ignored("other_type");
      for (const auto* needed : {"trigger_id", "user_id", "channel_id"}) {
        if (field(needed).empty()) return malformed("no_command");
      }
      auto key = "slack:trigger:" + field("trigger_id");
      if (field("user_id") == settings_.get("bot_user")) return ignored("own_message", std::move(key));
      if (is_other_team(field("team_id"))) return ignored("other_workspace", std::move(key));
      const auto text = read_slack_text(field("text"), settings_.get("bot_user"));
      mention asked;
      asked.question = as_question(text.words, text.begins_with_bot);
      if (asked.question.empty()) return ignored("empty_question", std::move(key));
      asked.delivery_key = std::move(key);
      asked.space = field("team_id");
      asked.thread_id = field("channel_id");
      asked.author_id = field("user_id");
      asked.reply_to = dump_json({{"response_url", field("response_url")}});
      return mentioned(std::move(asked));
    }();
    // Whatever stands in the answer to a command is shown to the person; an empty one shows nothing.
    if (made.acknowledge.status == 200) made.acknowledge = {.status = 200, .content_type = "text/plain", .body = ""};
    return made;
  }

  bool is_own(const json& message) const {
    const auto same = [&](std::string_view path, std::string_view setting) {
      const auto own = settings_.get(setting);
      return !own.empty() && get_string(message, path) == own;
    };
    return same("user", "bot_user") || same("bot_id", "bot_id") || same("app_id", "app_id") ||
           same("bot_profile.app_id", "app_id");
  }

  static bool is_by_a_bot(const json& message) {
    const auto has = [&](std::string_view key) {
      const auto* value = at_path(message, key);
      return value != nullptr && !value->is_null();
    };
    return has("bot_id") || has("bot_profile") || has("app_id") || get_string(message, "user") == "USLACKBOT";
  }

  bool is_other_team(std::string_view team) const {
    const auto own = settings_.get("team");
    return !own.empty() && team != own;
  }

  struct place {
    std::string channel;
    std::string thread;
  };
  static std::optional<place> read_place(const reply& what) {
    const auto notes = parse_json(what.question.reply_to);
    auto channel = notes ? get_string(*notes, "channel") : std::nullopt;
    auto thread = notes ? get_string(*notes, "thread_ts") : std::nullopt;
    if (!channel || !thread) return std::nullopt;
    return place{.channel = std::move(*channel), .thread = std::move(*thread)};
  }

  result<call> change(std::string_view method, const reply& what, json body) const {
    const auto at = read_place(what);
    if (!at) return fail(errc::corrupt, "the notes on how to answer name no thread");
    body["channel"] = at->channel;
    auto made = json_call("POST", api_ + "/api/" + std::string(method), token(), body);
    made.repeat_is_harmless = true;
    return made;
  }

  // The address comes with the command; it is followed to Slack only, or to the API that the admin configured.
  bool may_answer_at(std::string_view url) const {
    const auto origin = web_origin(url);
    return origin && (*origin == response_host || (!settings_.api_url.empty() && *origin == web_origin(api_)));
  }

  header token() const { return bearer(settings_.token); }

  account_settings settings_;
  hmac_keys keys_;
  std::string api_;
};

result<std::unique_ptr<platform>> make_slack(const account_settings& settings) {
  auto keys = hmac_keys::make(settings.secrets);
  if (!keys) return fail(keys.error().code, "the signing secret: " + keys.error().detail);
  if (settings.token.empty()) return fail(errc::malformed, "token_file is missing: the bot token, xoxb-…");
  if (!settings.get("bot_user").starts_with('U') && !settings.get("bot_user").starts_with('W')) {
    return fail(errc::malformed, "bot_user must be a user id such as U012ABCDEF, not a name");
  }
  auto api = api_address(settings, public_api);
  if (!api) return std::unexpected(api.error());
  return std::make_unique<slack>(settings, std::move(*keys), std::move(*api));
}

}  // namespace

std::span<const platform_entry> slack_entries() noexcept {
  static const platform_entry entry{"slack", settings_known, true, make_slack, "slack"};
  return {&entry, 1};
}

}  // namespace stillholds
