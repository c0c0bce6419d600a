// Zulip: outgoing webhooks of a bot in, messages to the same topic or talk out.
#include <algorithm>
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

constexpr std::size_t text_limit = 10000;
constexpr int look_back = 100;  // messages

constexpr std::array settings_known{
    setting_rule{"bot_email", true, "the bot's email address, as Zulip shows it in the bot's settings"},
    setting_rule{"bot_name", true, "the bot's full name, as readers mention it: @**Name**"},
    setting_rule{"bot_user_id", true, "the bot's numeric user id: \"user_id\" in the answer of /api/v1/users/me"},
};

// A line that begins with "/me", "/poll" or "/todo" is a command; a mention begins with "@" and "*" or "_".
std::string without_commands(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && c == '/') out += word_joiner;
    line_start = c == '\n';
    out += c;
  }
  return out;
}

dialect zulip_dialect() { return markdown_dialect(text_limit, "@#$:", without_commands); }

admission heard(admission what) {
  if (what.acknowledge.status == 200) what.acknowledge.body = R"({"response_not_required":true})";
  return what;
}

class zulip final : public platform {
 public:
  zulip(const account_settings& from, shared_secrets secrets, std::string api)
      : settings_(from), secrets_(std::move(secrets)), api_(std::move(api)) {
    const std::string name{settings_.get("bot_name")};
    for (const std::string& form :
         {"**" + name + "**", "**" + name + "|" + std::string(settings_.get("bot_user_id")) + "**"}) {
      forms_.push_back(form);
    }
  }

  platform_traits traits() const noexcept override {
    return {.can_look = true, .can_amend = true, .reply_limit = text_limit};
  }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    json event;
    const auto token = [&](std::string_view body) -> std::optional<std::string> {
      if (!trim(body).starts_with('{')) {
        event = json::object();
        const auto form = parse_form(body);
        if (!form) return std::nullopt;
        for (const auto& [key, value] : *form) event[key] = value;
        event["slack_format"] = true;
        return get_string(event, "token");
      }
      auto read = parse_json(body);
      if (!read) return std::nullopt;
      event = std::move(*read);
      return get_string(event, "token");
    };
    if (!seal::open(request.body, secrets_, token)) return not_genuine("wrong_token");
    return get_bool(event, "slack_format") == true ? admit_slack_format(event, now) : heard(admit_message(event, now));
  }

  result<call> render(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    if (!notes) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    const auto to = get_string(*notes, "to");
    const auto topic = get_string(*notes, "topic");
    if (!to) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    auto body = "type=" + std::string(topic ? "stream" : "direct") + "&to=" + percent_encode(*to);
    if (topic) body += "&topic=" + percent_encode(*topic);
    body += "&content=" + percent_encode(write(what.answer, zulip_dialect()));
    return form_call("POST", api_ + "/api/v1/messages", std::move(body));
  }

  // The Slack-compatible format leaves no other way to answer than the response.
  acknowledgement render_response(const reply& what) const override {
    return {.body = dump_json({{"text", write(what.answer, zulip_dialect())}})};
  }

  judgement judge(const call_result& response) const override {
    const auto body = parse_json(response.body);
    if (response.status == 429) {
      auto pause = asked_pause(response.headers);
      if (const auto* wait = body ? at_path(*body, "retry-after") : nullptr;
          !pause && wait != nullptr && wait->is_number()) {
        const auto seconds = std::clamp(wait->get<double>(), 0.0, 86400.0);
        pause = std::chrono::seconds{static_cast<std::int64_t>(seconds) + 1};
      }
      return retry_later("rate_limited", pause);
    }
    if (auto judged = judge_status(response)) return std::move(*judged);
    if (!body || get_string(*body, "result") != "success") return outcome_unknown("unreadable_answer");
    return delivered(get_id(*body, "id").value_or(""));
  }

  result<call> look(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    const auto to = notes ? get_string(*notes, "to") : std::nullopt;
    if (!to || what.question.message_id.empty()) return fail(errc::refused, "there is no message to look for");
    const auto topic = get_string(*notes, "topic");
    json narrow = json::array();
    if (topic) {
      narrow.push_back({{"operator", "channel"}, {"operand", parse_json(*to).value_or(json(*to))}});
      narrow.push_back({{"operator", "topic"}, {"operand", *topic}});
    } else {
      narrow.push_back({{"operator", "dm"}, {"operand", parse_json(*to).value_or(json(*to))}});
    }
    return read_call(api_ + "/api/v1/messages?anchor=" + percent_encode(what.question.message_id) +
                         "&num_before=0&apply_markdown=false&num_after=" + std::to_string(look_back) +
                         "&narrow=" + percent_encode(dump_json(narrow)),
                     credentials());
  }

  // Zulip has no place for a mark: a message of ours after the question, that says what we say, is our answer to it.
  result<sighting> see(const reply& what, const call_result& response) const override {
    const auto body = seen_json(response);
    if (!body) return std::unexpected(body.error());
    const auto* messages = at_path(*body, "messages");
    if (messages == nullptr || !messages->is_array()) return fail(errc::unreachable, "unreadable_answer");
    sighting seen{.question_stands = false, .reply_id = {}, .reply_to = {}};
    const auto words = write(what.answer, zulip_dialect());
    for (const auto& message : *messages) {
      if (get_id(message, "id") == what.question.message_id) seen.question_stands = true;
      const bool own = get_id(message, "sender_id") == settings_.get("bot_user_id");
      if (own && !seen.reply_id && get_string(message, "content") == words) seen.reply_id = get_id(message, "id");
    }
    if (!seen.reply_id && get_bool(*body, "found_newest") == false) return fail(errc::busy, "too_many_messages");
    return seen;
  }

  result<call> amend(const reply& what, std::string_view reply_id) const override {
    return change(form_call("PATCH", api_ + "/api/v1/messages/" + percent_encode(reply_id),
                            "content=" + percent_encode(write(what.answer, zulip_dialect()))));
  }
  result<call> retract(const reply& /*what*/, std::string_view reply_id) const override {
    return change(form_call("DELETE", api_ + "/api/v1/messages/" + percent_encode(reply_id), {}));
  }

  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    return {{.checks = "the bot's API key", .call = read_call(api_ + "/api/v1/users/me", credentials())}};
  }

  result<std::string> read_probe(std::size_t /*step*/, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    const auto name = get_string(*body, "full_name").value_or("");
    if (get_id(*body, "user_id") != settings_.get("bot_user_id") || name != settings_.get("bot_name")) {
      return fail(errc::refused, "the API key is that of " + name + ", and bot_user_id or bot_name says otherwise");
    }
    return "signed in as " + name;
  }

 private:
  admission admit_message(const json& event, std::chrono::sys_seconds now) const {
    const auto* message = at_path(event, "message");
    const auto id = message != nullptr ? get_id(*message, "id") : std::nullopt;
    const auto author = message != nullptr ? get_id(*message, "sender_id") : std::nullopt;
    const auto text = message != nullptr ? get_string(*message, "content") : std::nullopt;
    const auto seconds = message != nullptr ? get_integer(*message, "timestamp") : std::nullopt;
    if (!id || !author || !text || !seconds) return malformed("no_message");
    auto key = "zulip:" + *id;
    if (author == settings_.get("bot_user_id") || get_string(*message, "sender_email") == settings_.get("bot_email")) {
      return ignored("own_message", std::move(key));
    }
    if (get_string(*message, "sender_email").value_or("").contains("-bot@"))
      return ignored("other_bot", std::move(key));
    const auto trigger = get_string(event, "trigger").value_or("");
    const bool direct =
        get_string(*message, "type") == "private" || trigger == "direct_message" || trigger == "private_message";
    auto question = question_to(*text, forms_, quoting{});
    if (!question && !direct) return ignored("no_mention", std::move(key));
    if (!is_recent_event(std::chrono::sys_seconds{std::chrono::seconds{*seconds}}, now)) {
      return stale("old_event", 200, std::move(key));
    }
    mention made;
    made.delivery_key = key;
    made.message_key = std::move(key);
    made.space = get_string(*message, "sender_realm_str").value_or("");
    made.message_id = *id;
    made.author_id = *author;
    made.question = question ? std::move(*question) : as_question(*text, false);
    if (!put_in_place(*message, direct, made)) return malformed("no_place");
    return mentioned(std::move(made));
  }

  static bool put_in_place(const json& message, bool direct, mention& made) {
    if (!direct) {
      const auto stream = get_id(message, "stream_id");
      const auto topic = get_string(message, "subject");
      if (!stream || !topic) return false;
      made.thread_id = "stream:" + *stream + ":" + *topic;
      made.reply_to = dump_json({{"to", *stream}, {"topic", *topic}});
      return true;
    }
    const auto* people = at_path(message, "display_recipient");
    if (people == nullptr || !people->is_array()) return false;
    std::vector<std::int64_t> ids;
    for (const auto& one : *people) {
      if (const auto id = get_integer(one, "id")) ids.push_back(*id);
    }
    if (ids.empty()) return false;
    std::ranges::sort(ids);
    made.thread_id = "dm:";
    for (const auto id : ids) made.thread_id += (made.thread_id.ends_with(':') ? "" : ",") + std::to_string(id);
    made.reply_to = dump_json({{"to", dump_json(ids)}});
    return true;
  }

  // "Slack compatible": no message id, no topic. A repeat is known by all that there is; the response is the reply.
  admission admit_slack_format(const json& event, std::chrono::sys_seconds now) const {
    const auto text = get_string(event, "text").value_or("");
    const auto author = get_string(event, "user_id").value_or("");
    const auto channel = get_string(event, "channel_id").value_or("");
    const auto happened = parse_unix_seconds(get_string(event, "timestamp").value_or(""));
    if (author.empty() || channel.size() < 2 || !happened) return malformed("no_message");
    if (author == "U" + std::string(settings_.get("bot_user_id"))) return ignored("own_message");
    auto question = question_to(text, forms_, quoting{});
    if (!question) return ignored("no_mention");
    if (!is_recent_event(*happened, now)) return stale("old_event", 200);
    mention made;
    made.delivery_key = "zulip:" + channel + ":" + author + ":" + content_mark(text) + ":" +
                        get_string(event, "timestamp").value_or("");
    made.space = get_string(event, "team_domain").value_or("");
    made.thread_id = "stream:" + channel.substr(1) + ":?";
    made.author_id = author;
    made.question = std::move(*question);
    made.answer_in_response = true;
    auto admitted = mentioned(std::move(made));
    admitted.delivery_key.clear();
    return admitted;
  }

  static result<call> change(call made) {
    made.repeat_is_harmless = true;
    return made;
  }

  call form_call(std::string method, std::string url, std::string body) const {
    return {.method = std::move(method),
            .url = std::move(url),
            .headers = {credentials(), {"Content-Type", "application/x-www-form-urlencoded"}},
            .body = std::move(body)};
  }
  header credentials() const { return basic_authorization(settings_.get("bot_email"), settings_.token); }

  account_settings settings_;
  shared_secrets secrets_;
  std::string api_;
  std::vector<std::string> forms_;
};

result<std::unique_ptr<platform>> make_zulip(const account_settings& settings) {
  auto secrets = shared_secrets::make(settings.secrets);
  if (!secrets) return fail(secrets.error().code, "the outgoing webhook's token: " + secrets.error().detail);
  if (settings.token.empty()) return fail(errc::malformed, "token_file is missing: the bot's API key");
  for (const std::string_view key : {"bot_email", "bot_name", "bot_user_id"}) {
    if (settings.get(key).empty()) return fail(errc::malformed, std::string(key) + " is missing");
  }
  auto api = api_address(settings, {});
  if (!api) return std::unexpected(api.error());
  return std::make_unique<zulip>(settings, std::move(*secrets), std::move(*api));
}

}  // namespace

std::span<const platform_entry> zulip_entries() noexcept {
  static const platform_entry entry{"zulip", settings_known, true, make_zulip, "zulip"};
  return {&entry, 1};
}

}  // namespace stillholds
