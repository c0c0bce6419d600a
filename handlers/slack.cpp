// Slack: Events API (app_mention, direct messages), slash commands, and replies through the Web API.
#include <array>
#include <utility>

#include "handlers/port/addressing.hpp"
#include "handlers/port/bracket_text.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/escape.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/answers/fit.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::string_view public_api = "https://slack.com";
constexpr std::string_view response_host = "https://hooks.slack.com";
constexpr std::string_view metadata_type = "stillholds_reply";
constexpr std::size_t text_limit = 4000;  // Slack's own advice; it cuts only far beyond
constexpr std::size_t header_max_bytes = 256;
constexpr json_limits thread_limits{.bytes = std::size_t{4} * 1024 * 1024, .depth = 32};
constexpr quoting slack_quoting{.quote_mark = "&gt;",
                                .quote_all_mark = "&gt;&gt;&gt;",
                                .fence_may_stay_open = false,
                                .tilde_fences = false,
                                .code_may_cross_lines = false};

constexpr std::array settings_known{
    setting_rule{"bot_user", true, "the bot's user id, U…: in Slack open the bot's profile, \"Copy member ID\""},
    setting_rule{"bot_id", false, "the bot's id, B…: \"bot_id\" in the answer of auth.test"},
    setting_rule{"app_id", false, "the app's id, A…: on the app's \"Basic Information\" page"},
    setting_rule{"team", false, "the workspace's id, T…: mentions from any other workspace are ignored"},
};

// What the errors of the Web API mean. Any other was understood and turned down as well, but has no name in metrics.
constexpr std::string_view errors_to_retry =
    "ratelimited rate_limited service_unavailable request_timeout team_added_to_org";
// These may have posted the message before they failed.
constexpr std::string_view errors_in_doubt =
    "internal_error fatal_error duplicate_message_not_found duplicate_channel_not_found";
constexpr std::string_view errors_for_good =
    "channel_not_found not_in_channel is_archived msg_too_long msg_blocks_too_long no_text not_authed invalid_auth "
    "account_inactive token_revoked token_expired missing_scope not_allowed_token_type restricted_action "
    "cannot_reply_to_message invalid_blocks metadata_must_be_sent_from_app used_url expired_url";

bool is_one_of(std::string_view list, std::string_view word) {
  const auto at = list.find(word);
  const auto end = at + word.size();
  return !word.empty() && at != std::string_view::npos && word.find(' ') == std::string_view::npos &&
         (at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ');
}

dialect slack_dialect() {
  dialect made;
  made.escape = [](std::string_view text) { return escape_entities(defang(text)); };
  made.link = [](std::string_view url, std::string_view label) {
    const auto address = escape_entities(safe_address(url));
    if (address.empty()) return escape_entities(defang(label));
    const auto words = escape_entities(defang(label));
    return "<" + address + (words.empty() ? "" : "|" + words) + ">";
  };
  made.strong = [](std::string_view text) { return emphasise(text, "*"); };
  made.item_mark = "• ";
  made.limit = text_limit;
  made.labels_carry_links = true;
  return made;
}

class slack final : public platform {
 public:
  slack(const account_settings& from, hmac_keys keys, std::string api)
      : settings_(from), keys_(std::move(keys)), api_(std::move(api)) {}

  platform_traits traits() const noexcept override { return {.can_look = true, .reply_limit = text_limit}; }

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
    const auto channel = get_string(*notes, "channel");
    const auto thread = get_string(*notes, "thread_ts");
    if (!channel || !thread) return fail(errc::corrupt, "the notes on how to answer name no thread");
    const json body{{"channel", *channel},
                    {"thread_ts", *thread},
                    {"text", text},
                    {"unfurl_links", false},
                    {"unfurl_media", false},
                    {"client_msg_id", what.key},
                    {"metadata", {{"event_type", metadata_type}, {"event_payload", {{"key", what.key}}}}}};
    return call{.method = "POST",
                .url = api_ + "/api/chat.postMessage",
                .headers = {bearer(), json_type()},
                .body = dump_json(body)};
  }

  judgement judge(const call_result& response) const override {
    if (response.status == 429) return retry_later("rate_limited", asked_pause(response.headers));
    const bool good_status = response.status >= 200 && response.status < 300;
    if (const auto body = parse_json(response.body)) {
      const auto ok = get_bool(*body, "ok");
      if (good_status && ok == true) return delivered(get_string(*body, "ts").value_or(""));
      if (ok == false) return judge_error(get_string(*body, "error").value_or(""), asked_pause(response.headers));
    }
    if (good_status && trim(response.body) == "ok") return delivered("");  // a response_url says no more
    if (good_status) return outcome_unknown("unreadable_answer");
    if (response.status >= 500) return outcome_unknown("server_error");
    return refused(response.status >= 400 ? "http_error" : "redirected");
  }

  result<call> look(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    const auto channel = notes ? get_string(*notes, "channel") : std::nullopt;
    const auto thread = notes ? get_string(*notes, "thread_ts") : std::nullopt;
    if (!channel || !thread) return fail(errc::refused, "a slash command leaves nothing to look at");
    const auto url = api_ + "/api/conversations.replies?channel=" + percent_encode(*channel) +
                     "&ts=" + percent_encode(*thread) + "&oldest=" + percent_encode(what.question.message_id) +
                     "&inclusive=true&limit=200&include_all_metadata=true";
    return call{.method = "GET", .url = url, .headers = {bearer()}, .body = {}};
  }

  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    return {
        {.checks = "the bot token", .call = {.method = "POST", .url = api_ + "/api/auth.test", .headers = {bearer()}}}};
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
    const auto body = parse_json(response.body, thread_limits);
    const auto ok = body ? get_bool(*body, "ok") : std::nullopt;
    if (!ok) return fail(errc::unreachable, "unreadable_answer");
    if (!*ok) return see_error(get_string(*body, "error").value_or(""));
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
    if (subtype == "message_changed") return ignored("edited", std::move(key));
    if (subtype == "message_deleted") return ignored("deleted", std::move(key));
    if (!subtype.empty() && subtype != "thread_broadcast" && subtype != "file_share") {
      return ignored("other_event", std::move(key));
    }
    if (is_other_team(team)) return ignored("other_workspace", std::move(key));
    const auto user = get_id(message, "user");
    const auto channel = get_id(message, "channel");
    const auto ts = get_string(message, "ts");
    if (!user || !channel || !ts) return malformed("no_author_or_place");
    const auto text =
        read_bracket_text(get_string(message, "text").value_or(""), settings_.get("bot_user"), slack_quoting);
    const bool private_talk = get_string(message, "channel_type") == "im";
    if (!text.names_bot && !private_talk) return ignored("no_mention", std::move(key));

    mention made;
    made.question = as_question(text.words, text.begins_with_bot);
    if (made.question.empty() && !text.names_bot) return ignored("no_text", std::move(key));
    const auto thread = get_string(message, "thread_ts").value_or(*ts);
    made.delivery_key = std::move(key);
    made.message_key = "slack:" + team + ":" + *channel + ":" + *ts;
    made.space = team;
    made.thread_id = *channel + ":" + thread;
    made.message_id = *ts;
    made.author_id = *user;
    made.reply_to = dump_json({{"channel", *channel}, {"thread_ts", thread}});
    return mentioned(std::move(made));
  }

  admission admit_form(std::string_view body) const {
    const auto form = parse_form(body);
    if (!form) return malformed("not_a_form");
    const auto field = [&](std::string_view name) { return std::string(form_value(*form, name).value_or("")); };
    auto made = [&]() -> admission {
      if (field("ssl_check") == "1") return ignored("ssl_check");
      if (field("command").empty()) return field("payload").empty() ? malformed("no_command") : ignored("other_type");
      const auto trigger = field("trigger_id");
      if (trigger.empty() || field("user_id").empty() || field("channel_id").empty()) return malformed("no_command");
      auto key = "slack:trigger:" + trigger;
      if (field("user_id") == settings_.get("bot_user")) return ignored("own_message", std::move(key));
      if (is_other_team(field("team_id"))) return ignored("other_workspace", std::move(key));
      const auto text = read_bracket_text(field("text"), settings_.get("bot_user"), slack_quoting);
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

  // The address comes with the command; it is followed to Slack only, or to the API that the admin configured.
  bool may_answer_at(std::string_view url) const {
    const auto origin = web_origin(url);
    return origin && (*origin == response_host || (!settings_.api_url.empty() && *origin == web_origin(api_)));
  }

  static judgement judge_error(std::string_view word, std::optional<std::chrono::seconds> pause) {
    if (is_one_of(errors_to_retry, word)) return retry_later(word, pause);
    if (is_one_of(errors_in_doubt, word)) return outcome_unknown(word);
    return refused(is_one_of(errors_for_good, word) ? word : "api_error");
  }

  static result<sighting> see_error(std::string_view word) {
    if (word == "thread_not_found") return sighting{.question_stands = false, .reply_id = std::nullopt};
    const auto means = judge_error(word, std::nullopt);
    if (means.kind == judgement_kind::refused) return fail(errc::refused, means.reason);
    return fail(errc::busy, means.reason);
  }

  header bearer() const { return {"Authorization", "Bearer " + settings_.token}; }
  static header json_type() { return {"Content-Type", "application/json; charset=utf-8"}; }

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
  std::string api{settings.api_url.empty() ? public_api : std::string_view{settings.api_url}};
  if (!web_origin(api)) return fail(errc::malformed, "api_url must be an http or https address");
  while (api.ends_with('/')) api.pop_back();
  return std::make_unique<slack>(settings, std::move(*keys), std::move(api));
}

}  // namespace

std::span<const platform_entry> slack_entries() noexcept {
  static const platform_entry entry{"slack", settings_known, true, make_slack, "slack"};
  return {&entry, 1};
}

}  // namespace stillholds
