// Mattermost: outgoing webhooks and slash commands in, posts through the REST API out. Whoever knows the token can send
// us anything, and the webhook names neither thread nor bot: so the post is read again before it is answered.
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
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::size_t text_limit = 16383;
constexpr std::chrono::seconds pending_life{25};  // the server remembers a pending_post_id for half a minute

constexpr std::array settings_known{
    setting_rule{"bot_user", true, "the bot account's user id: \"id\" in the answer of /api/v4/users/me"},
    setting_rule{"bot_name", true, "the bot's username, without @: the trigger word is @ and this"},
};

dialect mattermost_dialect() { return markdown_dialect(text_limit, "@~:"); }

class mattermost final : public platform {
 public:
  mattermost(const account_settings& from, shared_secrets secrets, std::string api)
      : settings_(from),
        secrets_(std::move(secrets)),
        api_(std::move(api)),
        names_{std::string(from.get("bot_name"))} {}

  platform_traits traits() const noexcept override {
    return {.can_look = true, .can_amend = true, .reply_limit = text_limit};
  }

  // A text in the acknowledgement would be posted, so there never is one.
  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    if (seal::open_answer(request.body, request.answers_our_call)) return ignored("not_polled");
    form_fields fields;
    bool is_json = false;
    const auto token = [&](std::string_view body) -> std::optional<std::string> {
      is_json = trim(body).starts_with('{');
      auto read = is_json ? fields_of_json(body) : parse_form(body);
      if (!read) return std::nullopt;
      fields = std::move(*read);
      const auto shown = form_value(fields, "token");
      return shown ? std::optional{std::string(*shown)} : std::nullopt;
    };
    if (!seal::open(request.body, secrets_, token)) return not_genuine("wrong_token");
    const auto field = [&](std::string_view name) { return std::string(form_value(fields, name).value_or("")); };
    return field("command").empty() ? admit_post(field, is_json, now) : admit_command(field);
  }

  result<call> render(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    if (!notes) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    if (const auto url = get_string(*notes, "response_url")) {
      if (web_origin(*url) != web_origin(api_))
        return fail(errc::refused, "response_url is not on the server of api_url");
      const json body{{"response_type", "ephemeral"}, {"text", write(what.answer, mattermost_dialect())}};
      return call{.method = "POST", .url = *url, .headers = {json_type()}, .body = dump_json(body)};
    }
    const auto channel = get_string(*notes, "channel");
    const auto root = get_string(*notes, "root");
    if (!channel || !root) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    auto made = json_call("POST", api_ + "/api/v4/posts", bearer(settings_.token),
                          {{"channel_id", *channel},
                           {"root_id", *root},
                           {"message", write(what.answer, mattermost_dialect())},
                           {"pending_post_id", std::string(settings_.get("bot_user")) + ":" + what.key},
                           {"props", {{"stillholds_reply", what.key}}}});
    made.repeat_is_harmless = what.now - what.decided < pending_life;
    return made;
  }

  judgement judge(const call_result& response) const override {
    if (auto judged = judge_status(response)) return std::move(*judged);
    if (trim(response.body).empty()) return delivered("");
    const auto body = parse_json(response.body);
    if (!body) return trim(response.body) == "ok" ? delivered("") : outcome_unknown("unreadable_answer");
    if (get_string(*body, "status") == "OK") return delivered("");
    auto id = get_string(*body, "id");
    return id ? delivered(std::move(*id)) : outcome_unknown("unreadable_answer");
  }

  bool looks_first(const mention& question) const override { return !question.message_id.empty(); }

  result<call> look(const reply& what) const override {
    if (what.question.message_id.empty()) return fail(errc::refused, "a slash command leaves nothing to look at");
    return read_call(api_ + "/api/v4/posts/" + percent_encode(what.question.message_id) + "/thread",
                     bearer(settings_.token));
  }

  result<sighting> see(const reply& what, const call_result& response) const override {
    if (response.status == 404) return sighting{.question_stands = false, .reply_id = {}, .reply_to = {}};
    const auto body = seen_json(response);
    if (!body) return std::unexpected(body.error());
    const auto* posts = at_path(*body, "posts");
    if (posts == nullptr || !posts->is_object()) return fail(errc::unreachable, "unreadable_answer");
    sighting seen{.question_stands = false, .reply_id = {}, .reply_to = {}};
    for (const auto& [id, post] : posts->items()) {
      const bool gone = get_integer(post, "delete_at").value_or(0) != 0;
      if (id == what.question.message_id && !gone && still_asks(post, what)) {
        seen.question_stands = true;
        const auto root = get_string(post, "root_id").value_or("");
        seen.reply_to =
            dump_json({{"channel", get_string(post, "channel_id").value_or("")}, {"root", root.empty() ? id : root}});
      }
      const bool own = get_string(post, "user_id") == settings_.get("bot_user");
      if (own && !gone && get_string(post, "props.stillholds_reply") == what.key) seen.reply_id = id;
    }
    return seen;
  }

  result<call> amend(const reply& what, std::string_view reply_id) const override {
    if (what.question.message_id.empty()) return fail(errc::refused, "answers to commands cannot be changed");
    auto made = json_call("PUT", api_ + "/api/v4/posts/" + percent_encode(reply_id) + "/patch", bearer(settings_.token),
                          {{"message", write(what.answer, mattermost_dialect())}});
    made.repeat_is_harmless = true;
    return made;
  }

  result<call> retract(const reply& /*what*/, std::string_view reply_id) const override {
    return call{.method = "DELETE",
                .url = api_ + "/api/v4/posts/" + percent_encode(reply_id),
                .headers = {bearer(settings_.token)},
                .body = {},
                .repeat_is_harmless = true};
  }

  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    return {{.checks = "the bot's token", .call = read_call(api_ + "/api/v4/users/me", bearer(settings_.token))}};
  }

  result<std::string> read_probe(std::size_t /*step*/, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    const auto name = get_string(*body, "username").value_or("");
    if (get_string(*body, "id") != settings_.get("bot_user") || !same_ascii(name, settings_.get("bot_name"))) {
      return fail(errc::refused, "the token is that of @" + name + ", and bot_user or bot_name says otherwise");
    }
    return "signed in as @" + name;
  }

 private:
  // The same fields come as JSON or as a form, by a setting of the webhook.
  static std::optional<form_fields> fields_of_json(std::string_view body) {
    const auto read = parse_json(body);
    if (!read || !read->is_object()) return std::nullopt;
    form_fields fields;
    for (const auto& [key, value] : read->items()) {
      if (value.is_string()) fields.emplace_back(key, value.get<std::string>());
      if (value.is_number_integer()) fields.emplace_back(key, value.dump());
    }
    return fields;
  }

  template <class Field>
  admission admit_post(const Field& field, bool is_json, std::chrono::sys_seconds now) const {
    const auto id = field("post_id");
    const auto channel = field("channel_id");
    const auto author = field("user_id");
    // Milliseconds in JSON, seconds in forms.
    auto stamp = field("timestamp");
    if (is_json && stamp.size() > 3) stamp.resize(stamp.size() - 3);
    const auto happened = parse_unix_seconds(stamp);
    if (id.empty() || channel.empty() || author.empty() || !happened) return malformed("no_post");
    auto key = "mattermost:" + id;
    if (author == settings_.get("bot_user")) return ignored("own_message", std::move(key));
    auto question = question_to(field("text"), names_, quoting{});
    if (!question) return ignored("no_mention", std::move(key));
    if (!is_recent_event(*happened, now)) return stale("old_event", 200, std::move(key));
    mention made;
    made.delivery_key = key;
    made.message_key = std::move(key);
    made.space = field("team_id");
    made.thread_id = channel + ":" + id;
    made.message_id = id;
    made.author_id = author;
    made.question = std::move(*question);
    made.reply_to = dump_json({{"channel", channel}, {"root", id}});
    return mentioned(std::move(made));
  }

  template <class Field>
  admission admit_command(const Field& field) const {
    const auto trigger = field("trigger_id");
    if (trigger.empty() || field("channel_id").empty() || field("user_id").empty()) return malformed("no_command");
    auto key = "mattermost:trigger:" + trigger;
    if (field("user_id") == settings_.get("bot_user")) return ignored("own_message", std::move(key));
    mention made;
    made.delivery_key = std::move(key);
    made.space = field("team_id");
    made.thread_id = field("channel_id");
    made.author_id = field("user_id");
    made.question = as_question(field("text"), false);
    made.reply_to = dump_json({{"response_url", field("response_url")}});
    return mentioned(std::move(made));
  }

  // Anybody with the token may have sent the webhook; the server itself says who wrote the post and what it says.
  bool still_asks(const json& post, const reply& what) const {
    const auto flag = [&](const char* name) { return get_string(post, std::string("props.") + name) == "true"; };
    if (flag("from_bot") || flag("from_webhook") || get_string(post, "user_id") != what.question.author_id)
      return false;
    return question_to(get_string(post, "message").value_or(""), names_, quoting{}) == what.question.question;
  }

  account_settings settings_;
  shared_secrets secrets_;
  std::string api_;
  std::vector<std::string> names_;
};

result<std::unique_ptr<platform>> make_mattermost(const account_settings& settings) {
  auto secrets = shared_secrets::make(settings.secrets);
  if (!secrets) return fail(secrets.error().code, "the tokens of webhook and command: " + secrets.error().detail);
  if (settings.token.empty()) return fail(errc::malformed, "token_file is missing: the bot account's access token");
  if (settings.get("bot_user").empty() || settings.get("bot_name").empty()) {
    return fail(errc::malformed, "bot_user and bot_name are needed");
  }
  auto api = api_address(settings, {});
  if (!api) return std::unexpected(api.error());
  return std::make_unique<mattermost>(settings, std::move(*secrets), std::move(*api));
}

}  // namespace

std::span<const platform_entry> mattermost_entries() noexcept {
  static const platform_entry entry{"mattermost", settings_known, true, make_mattermost, "mattermost"};
  return {&entry, 1};
}

}  // namespace stillholds
