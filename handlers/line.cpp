// LINE: events of the Messaging API in by webhook. A reply token answers free of charge but only at once and only once;
// later, and whenever something went wrong, we push.
#include <algorithm>
#include <array>
#include <utility>

#include "handlers/port/addressing.hpp"
#include "handlers/port/dialects.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/rest.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/utf16.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::string_view public_api = "https://api.line.me";
constexpr std::size_t text_limit = 5000;
constexpr std::chrono::seconds reply_token_life{25};  // "a certain time": about half a minute to a minute
constexpr std::chrono::hours retry_key_life{23};      // LINE remembers a retry key for a day

constexpr std::array settings_known{
    setting_rule{"bot_user", true, "the bot's user id, U…: \"userId\" in the answer of /v2/bot/info"},
};

dialect line_dialect() {
  auto made = open_dialect(text_limit);
  made.item_mark = "• ";
  made.measure = utf16_units;
  return made;
}

class line final : public platform {
 public:
  line(const account_settings& from, hmac_keys keys, std::string api)
      : settings_(from), keys_(std::move(keys)), api_(std::move(api)) {}

  platform_traits traits() const noexcept override {
    return {.reply_limit = text_limit, .body_bytes = batch_limits.bytes};
  }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    const auto shown = find_header(request.headers, "x-line-signature");
    if (!shown) return not_genuine("signature_missing");
    const auto proof = decode_base64(*shown);
    const auto body = proof ? seal::open(request.body, keys_, {}, *proof) : std::nullopt;
    if (!body) return not_genuine("signature_mismatch");
    const auto delivery = parse_json(*body, batch_limits);
    const auto* events = delivery ? at_path(*delivery, "events") : nullptr;
    if (events == nullptr || !events->is_array()) return malformed("no_events");
    auto made = ignored(events->empty() ? "verification" : "no_mention");
    for (const auto& event : *events) gather(admit_event(event, now), made);
    return made;
  }

  // The first attempt at a young question uses its reply token, which may be used once. A repeated push is harmless as
  // long as LINE remembers its key; but where the reply token may have worked, nobody knows.
  result<call> render(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    const auto to = notes ? get_string(*notes, "to") : std::nullopt;
    const auto asked_at = notes ? get_integer(*notes, "at") : std::nullopt;
    if (!to || !asked_at) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    json message{{"type", "text"}, {"text", write(what.answer, line_dialect())}};
    if (const auto quote = get_string(*notes, "quote")) message["quoteToken"] = *quote;
    const std::chrono::sys_seconds asked{std::chrono::seconds{*asked_at}};
    const auto token = get_string(*notes, "reply_token");
    if (token && what.attempt == 1 && !what.in_doubt && what.now - asked <= reply_token_life) {
      return json_call("POST", api_ + "/v2/bot/message/reply", bearer(settings_.token),
                       {{"replyToken", *token}, {"messages", json::array({std::move(message)})}});
    }
    auto push = json_call("POST", api_ + "/v2/bot/message/push", bearer(settings_.token),
                          {{"to", *to}, {"messages", json::array({std::move(message)})}});
    push.headers.emplace_back("X-Line-Retry-Key", what.key);
    const bool began_with_token = token && what.decided - asked <= reply_token_life;
    const bool token_may_have_worked = what.in_doubt && began_with_token && what.attempt <= 2;
    push.repeat_is_harmless = !token_may_have_worked && what.now - what.decided < retry_key_life;
    return push;
  }

  judgement judge(const call_result& response) const override {
    if (response.status == 409) return delivered("", "known_retry_key");
    const auto body = parse_json(response.body);
    if (response.status == 400) {
      const auto words = body ? get_string(*body, "message").value_or("") : std::string{};
      return words.contains("Invalid reply token") ? retry_later("reply_token_ended", std::chrono::seconds{1})
                                                   : refused("bad_request");
    }
    if (auto judged = judge_status(response)) return std::move(*judged);
    const auto* sent = body ? at_path(*body, "sentMessages") : nullptr;
    if (!body || !body->is_object()) return outcome_unknown("unreadable_answer");
    const bool named = sent != nullptr && sent->is_array() && !sent->empty();
    return delivered(named ? get_id(sent->front(), "id").value_or("") : "");
  }

  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    return {{.checks = "the channel access token", .call = read_call(api_ + "/v2/bot/info", bearer(settings_.token))}};
  }

  result<std::string> read_probe(std::size_t /*step*/, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    const auto id = get_string(*body, "userId").value_or("");
    if (id != settings_.get("bot_user")) {
      return fail(errc::refused, "the token is that of " + id + ", and bot_user says otherwise");
    }
    return "signed in as " + get_string(*body, "displayName").value_or(id);
  }

 private:
  admission admit_event(const json& event, std::chrono::sys_seconds now) const {
    const auto id = get_string(event, "webhookEventId");
    const auto type = get_string(event, "type").value_or("");
    const auto milliseconds = get_integer(event, "timestamp");
    if (!id || !milliseconds) return malformed("no_event");
    auto key = "line:" + *id;
    if (get_string(event, "mode") == "standby") return ignored("standby", std::move(key));
    const auto author = get_string(event, "source.userId");
    auto place = get_string(event, "source.groupId");
    if (!place) place = get_string(event, "source.roomId");
    const bool alone = !place;
    if (alone) place = author;
    if (!place) return ignored("no_author", std::move(key));
    if (author == settings_.get("bot_user")) return ignored("own_message", std::move(key));
    const bool unsend = type == "unsend";
    if (type != "message" && !unsend) return ignored("other_event", std::move(key));
    const auto message = get_id(event, unsend ? "unsend.messageId" : "message.id");
    if (!message) return malformed("no_message");

    mention made;
    made.delivery_key = std::move(key);
    made.message_key = "line:" + *message;
    made.space = *place;
    made.thread_id = *place;
    made.message_id = *message;
    made.author_id = author.value_or("");
    const std::chrono::sys_seconds happened{std::chrono::seconds{*milliseconds / 1000}};
    if (unsend) {
      made.change = mention_change::deleted;
      return mentioned(std::move(made));
    }
    const auto text = get_string(event, "message.text");
    if (!text) return ignored("no_text", std::move(made.delivery_key));
    const auto ours = mentions_of_us(*text, at_path(event, "message.mention.mentionees"));
    if (!alone && ours.empty()) return ignored("no_mention", std::move(made.delivery_key));
    if (!is_recent_event(happened, now)) return stale("old_event", 200, std::move(made.delivery_key));
    const bool first = !ours.empty() && trim(std::string_view{*text}.substr(0, ours.front().begin)).empty();
    made.question = as_question(without(*text, ours), first);
    json notes{{"to", *place}, {"at", happened.time_since_epoch().count()}};
    if (const auto token = get_string(event, "replyToken")) notes["reply_token"] = *token;
    if (const auto quote = get_string(event, "message.quoteToken")) notes["quote"] = *quote;
    made.reply_to = dump_json(notes);
    return mentioned(std::move(made));
  }

  // Where the text names the bot itself; a call to all is not for us.
  static std::vector<text_range> mentions_of_us(const std::string& text, const json* mentionees) {
    std::vector<text_range> ours;
    if (mentionees == nullptr || !mentionees->is_array()) return ours;
    for (const auto& one : *mentionees) {
      if (get_string(one, "type") != "user" || get_bool(one, "isSelf") != true) continue;
      const auto range =
          utf16_range(text, get_integer(one, "index").value_or(-1), get_integer(one, "length").value_or(-1));
      if (range) ours.push_back(*range);
    }
    std::ranges::sort(ours, {}, &text_range::begin);
    return ours;
  }

  account_settings settings_;
  hmac_keys keys_;
  std::string api_;
};

result<std::unique_ptr<platform>> make_line(const account_settings& settings) {
  auto keys = hmac_keys::make(settings.secrets);
  if (!keys) return fail(keys.error().code, "the channel secret: " + keys.error().detail);
  if (settings.token.empty()) return fail(errc::malformed, "token_file is missing: a channel access token");
  if (!settings.get("bot_user").starts_with('U')) return fail(errc::malformed, "bot_user must be a user id, U…");
  auto api = api_address(settings, public_api);
  if (!api) return std::unexpected(api.error());
  return std::make_unique<line>(settings, std::move(*keys), std::move(*api));
}

}  // namespace

std::span<const platform_entry> line_entries() noexcept {
  static const platform_entry entry{"line", settings_known, true, make_line, "line"};
  return {&entry, 1};
}

}  // namespace stillholds
