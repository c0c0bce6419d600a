// Discord: the interactions endpoint (slash and message commands) in by webhook, answered by editing the deferred
// response. Real @mentions never come by webhook: where a bot token and channels are configured, those channels are
// polled, and answered by messages.
#include <algorithm>
#include <array>
#include <utility>

#include "handlers/discord_channels.hpp"
#include "handlers/port/addressing.hpp"
#include "handlers/port/dialects.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/escape.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/rest.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/answers/fit.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::string_view public_api = "https://discord.com";
constexpr std::size_t text_limit = 2000;
constexpr std::chrono::minutes token_life{14};   // an interaction's token is good for 15
constexpr std::chrono::seconds nonce_life{120};  // "the past few minutes"
constexpr int suppress_embeds = 4;

// A note that only the one who used the command sees, in the language of their Discord.
acknowledgement note_to_asker(const json& event, std::string_view english, std::string_view chinese) {
  constexpr int ephemeral = 64;
  const bool in_chinese = get_string(event, "locale").value_or("").starts_with("zh");
  return {.body = dump_json({{"type", 4},
                             {"data",
                              {{"content", in_chinese ? chinese : english},
                               {"flags", ephemeral},
                               {"allowed_mentions", {{"parse", json::array()}}}}}})};
}

constexpr std::array settings_known{
    setting_rule{"application_id", true, "the application's id, on its \"General Information\" page"},
    setting_rule{"bot_user", false, "the bot's user id; default: application_id"},
    setting_rule{"channels", false, "ids of channels to look into for @mentions, parted by commas; needs token_file"},
};

dialect discord_dialect() {
  constexpr std::string_view marks = "\\*_~`|>#-[]()<@:";
  const auto shown = [marks](std::string_view text) {
    std::string out;
    for (const char c : defang(text)) {
      if (marks.contains(c)) out += '\\';
      out += c;
    }
    return out;
  };
  dialect made;
  made.escape = shown;
  made.link = [shown](std::string_view url, std::string_view label) {
    const auto address = safe_address(url);
    if (address.empty()) return shown(label);
    return label.empty() ? address : "[" + shown(label) + "](" + address + ")";
  };
  made.strong = [](std::string_view text) { return emphasise(text, "**"); };
  made.item_mark = "- ";
  made.limit = text_limit;
  made.labels_carry_links = true;
  return made;
}

class discord final : public platform {
 public:
  discord(const account_settings& from, ed25519_keys keys, std::string api)
      : settings_(from),
        keys_(std::move(keys)),
        api_(std::move(api) + "/api/v10"),
        channels_(list_in(from.get("channels")),
                  std::string(from.get("bot_user").empty() ? from.get("application_id") : from.get("bot_user"))) {}

  platform_traits traits() const noexcept override {
    return {.can_look = !channels_.empty(),
            .reply_limit = text_limit,
            .poll_every = std::chrono::seconds{channels_.empty() ? 0 : 5}};
  }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    if (const auto answer = seal::open_answer(request.body, request.answers_our_call)) {
      return channels_.admit(*answer, request.cursor, now);
    }
    const auto stamp = find_header(request.headers, "x-signature-timestamp");
    const auto shown = find_header(request.headers, "x-signature-ed25519");
    if (!stamp || !shown) return not_genuine("signature_missing");
    const auto signed_at = parse_unix_seconds(*stamp);
    const auto proof = decode_hex(*shown);
    if (!signed_at || !proof) return not_genuine("signature_malformed");
    const auto body = seal::open(request.body, keys_, {*stamp}, *proof);
    if (!body) return not_genuine("signature_mismatch");
    if (!is_fresh(*signed_at, now)) return stale("signed_time", 401);
    const auto event = parse_json(*body);
    const auto type = event ? get_integer(*event, "type") : std::nullopt;
    if (!type) return malformed("no_type");
    if (*type == 0 || *type == 1) {  // the ping of the events address, and that of the interactions address
      auto made = ignored("ping");
      made.kind = admission_kind::challenge;
      made.acknowledge =
          *type == 1 ? acknowledgement{.body = R"({"type":1})"} : acknowledgement{.status = 204, .body = ""};
      return made;
    }
    if (*type != 2) return ignored("other_interaction");
    return admit_command(*event);
  }

  result<call> render(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    if (!notes) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    json body{{"content", write(what.answer, discord_dialect())},
              {"allowed_mentions", {{"parse", json::array()}}},
              {"flags", suppress_embeds}};
    if (const auto token = get_string(*notes, "token")) {
      if (what.now - what.decided > token_life) return fail(errc::refused, "the interaction's token has ended");
      return call{.method = "PATCH",
                  .url = response_address(*token),
                  .headers = {json_type(), user_agent()},
                  .body = dump_json(body),
                  .repeat_is_harmless = true,
                  .url_is_secret = true};
    }
    const auto channel = get_string(*notes, "channel");
    if (!channel) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    body["allowed_mentions"]["replied_user"] = false;
    body["nonce"] = content_mark(what.key);
    body["enforce_nonce"] = true;
    body["message_reference"] = {{"message_id", what.question.message_id}, {"fail_if_not_exists", false}};
    auto made = json_call("POST", api_ + "/channels/" + percent_encode(*channel) + "/messages", as_bot(), body);
    made.headers.push_back(user_agent());
    made.repeat_is_harmless = what.now - what.decided < nonce_life;
    return made;
  }

  // The deferred answer's "thinking…".
  bool shows_waiting(const mention& question) const override {
    const auto notes = parse_json(question.reply_to);
    return notes && get_string(*notes, "token");
  }

  result<call> retract(const reply& what, std::string_view /*reply_id*/) const override {
    const auto notes = parse_json(what.question.reply_to);
    const auto token = notes ? get_string(*notes, "token") : std::nullopt;
    if (!token) return fail(errc::refused, "a message in a channel stays");
    if (what.now - what.decided > token_life) return fail(errc::refused, "the interaction's token has ended");
    return as_us({.method = "DELETE",
                  .url = response_address(*token),
                  .headers = {},
                  .body = {},
                  .repeat_is_harmless = true,
                  .url_is_secret = true});
  }

  judgement judge(const call_result& response) const override {
    if (response.status == 204) return delivered("");
    const auto body = parse_json(response.body);
    if (response.status == 429) {
      auto pause = asked_pause(response.headers);
      const auto* wait = body ? at_path(*body, "retry_after") : nullptr;
      if (!pause && wait != nullptr && wait->is_number()) {
        pause = std::chrono::seconds{static_cast<std::int64_t>(std::clamp(wait->get<double>(), 0.0, 86400.0)) + 1};
      }
      return retry_later("rate_limited", pause);
    }
    if (body && response.status >= 400 && response.status < 500) {
      const auto code = get_integer(*body, "code").value_or(0);
      if (code == 20016 || code == 20028) return retry_later("rate_limited");
    }
    return judge_created(response, "id");
  }

  result<call> look(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    const auto channel = notes ? get_string(*notes, "channel") : std::nullopt;
    if (!channel || get_string(*notes, "token")) return fail(errc::refused, "an interaction leaves nothing to look at");
    return as_us(read_call(api_ + "/channels/" + percent_encode(*channel) +
                               "/messages?limit=" + std::to_string(discord_channels::page_size) +
                               "&after=" + percent_encode(what.question.message_id),
                           as_bot()));
  }

  // Only what came after the question is listed, so that a question that went is not noticed here.
  result<sighting> see(const reply& what, const call_result& response) const override {
    const auto body = seen_json(response);
    if (!body) return std::unexpected(body.error());
    if (!body->is_array()) return fail(errc::unreachable, "unreadable_answer");
    sighting seen;
    for (const auto& message : *body) {
      const bool own = get_string(message, "author.id") == channels_.own_id();
      const bool answers = get_string(message, "message_reference.message_id") == what.question.message_id;
      if (own && answers) seen.reply_id = get_string(message, "id");
    }
    if (!seen.reply_id && body->size() >= discord_channels::page_size) return fail(errc::busy, "too_many_messages");
    return seen;
  }

  result<call> poll(std::string_view cursor, std::string_view /*provision*/, std::size_t most) const override {
    if (channels_.empty()) return fail(errc::refused, "no channels are configured");
    return as_us(read_call(api_ + channels_.next_page(cursor, most), as_bot()));
  }

  std::optional<std::string> pass_over(std::string_view cursor) const override { return channels_.pass_over(cursor); }

  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    if (settings_.token.empty()) return {};
    std::vector<probe_step> steps{{.checks = "the bot token", .call = as_us(read_call(api_ + "/users/@me", as_bot()))}};
    for (const auto& channel : channels_.all()) {
      steps.push_back({.checks = "channel " + channel,
                       .call = as_us(read_call(api_ + "/channels/" + percent_encode(channel), as_bot()))});
    }
    return steps;
  }

  result<std::string> read_probe(std::size_t step, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    if (step > 0) return "reads #" + get_string(*body, "name").value_or(get_string(*body, "id").value_or(""));
    const auto id = get_string(*body, "id").value_or("");
    if (id != channels_.own_id())
      return fail(errc::refused, "the token is that of " + id + ", and bot_user says otherwise");
    return "signed in as " + get_string(*body, "username").value_or(id);
  }

 private:
  admission admit_command(const json& event) const {
    const auto id = get_string(event, "id");
    const auto token = get_string(event, "token");
    const auto channel = get_string(event, "channel_id");
    auto author = get_string(event, "member.user.id");
    if (!author) author = get_string(event, "user.id");  // in direct messages
    if (!id || !token || !channel || !author) return malformed("no_interaction");
    if (get_string(event, "application_id") != settings_.get("application_id")) return ignored("other_application");
    mention made;
    made.delivery_key = "discord:" + *id;
    made.space = get_string(event, "guild_id").value_or("");
    made.thread_id = *channel;
    made.message_id = *id;
    made.author_id = *author;
    made.reply_to = dump_json({{"token", *token}, {"channel", *channel}});
    std::optional<acknowledgement> asked_before;
    if (const auto target = get_string(event, "data.target_id")) {
      const auto* message = at_path(event, "data.resolved.messages." + *target);
      const auto text = message != nullptr ? get_string(*message, "content") : std::nullopt;
      if (!text) return malformed("no_target");
      if (get_string(*message, "author.id") == channels_.own_id()) {
        auto own = ignored("own_message", std::move(made.delivery_key));
        own.acknowledge = note_to_asker(event, "That is one of my own answers.", "这是我自己的回答。");
        return own;
      }
      // A second deferred answer would never come: the message has its one.
      asked_before = note_to_asker(
          event, "Somebody has already asked about that message: the answer is in this channel, or on its way.",
          "已经有人问过这条消息：回答就在本频道，或即将发出。");
      made.asked_by_anyone = true;
      made.message_id = *target;
      made.message_key = "discord:" + *channel + ":" + *target;
      made.question = as_question(without(*text, channels_.places_of_us(*text)), false);
    } else {
      made.question = as_question(first_option(event), false);
    }
    auto admitted = mentioned(std::move(made));
    admitted.acknowledge.body = R"({"type":5})";
    admitted.asked_before = std::move(asked_before);
    return admitted;
  }

  static std::string first_option(const json& event) {
    const auto* options = at_path(event, "data.options");
    if (options == nullptr || !options->is_array()) return {};
    for (const auto& option : *options) {
      if (auto value = get_string(option, "value")) return std::move(*value);
    }
    return {};
  }

  std::string response_address(std::string_view token) const {
    return api_ + "/webhooks/" + std::string(settings_.get("application_id")) + "/" + percent_encode(token) +
           "/messages/@original";
  }
  header as_bot() const { return {"Authorization", "Bot " + settings_.token}; }
  static call as_us(call made) {
    made.headers.push_back(user_agent());
    return made;
  }

  account_settings settings_;
  ed25519_keys keys_;
  std::string api_;
  discord_channels channels_;
};

result<std::unique_ptr<platform>> make_discord(const account_settings& settings) {
  std::vector<std::string> raw;
  for (const auto& secret : settings.secrets) {
    auto key = decode_hex(ascii_lower(secret));
    if (!key) return fail(errc::malformed, "the secret must be the application's public key: 64 hex digits");
    raw.push_back(std::move(*key));
  }
  auto keys = ed25519_keys::make(raw);
  if (!keys) return fail(keys.error().code, "the application's public key: " + keys.error().detail);
  if (settings.get("application_id").empty()) return fail(errc::malformed, "application_id is missing");
  if (!settings.get("channels").empty() && settings.token.empty()) {
    return fail(errc::malformed, "channels need token_file: the bot's token");
  }
  auto api = api_address(settings, public_api);
  if (!api) return std::unexpected(api.error());
  return std::make_unique<discord>(settings, std::move(*keys), std::move(*api));
}

}  // namespace

std::span<const platform_entry> discord_entries() noexcept {
  static const platform_entry entry{"discord", settings_known, true, make_discord, "discord"};
  return {&entry, 1};
}

}  // namespace stillholds
