// Telegram: updates of the Bot API in by webhook, replies out as HTML messages. The Bot API takes its token in the
// address only, and has neither idempotency keys nor a way to read a chat: an answer of unknown fate waits for a
// person.
#include <algorithm>
#include <array>
#include <utility>

#include "handlers/port/addressing.hpp"
#include "handlers/port/dialects.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/rest.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/utf16.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::string_view public_api = "https://api.telegram.org";
constexpr std::size_t text_limit = 4096;  // UTF-16 units after entities are read; ours are counted before

constexpr std::array settings_known{
    setting_rule{"bot_id", true, "the bot's numeric id: what stands before the colon of its token"},
    setting_rule{"username", true, "the bot's username, without @"},
};

dialect telegram_dialect() {
  auto made = html_dialect(text_limit, "\n", "@/#");
  made.measure = utf16_units;
  made.item_mark = "• ";
  return made;
}

class telegram final : public platform {
 public:
  telegram(const account_settings& from, shared_secrets secrets, std::string api)
      : settings_(from), secrets_(std::move(secrets)), api_(std::move(api)) {}

  platform_traits traits() const noexcept override { return {.can_amend = true, .reply_limit = text_limit}; }

  // Telegram runs what the acknowledgement says, so it never says anything; and it repeats whatever is not 2xx.
  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    const auto shown = find_header(request.headers, "x-telegram-bot-api-secret-token");
    if (!shown) return not_genuine("token_missing");
    const auto body = seal::open(request.body, secrets_, *shown);
    if (!body) return not_genuine("wrong_token");
    const auto update = parse_json(*body);
    if (!update) return malformed("not_json");
    const auto id = get_id(*update, "update_id");
    if (!id) return malformed("no_update");
    auto key = "telegram:" + *id;
    if (const auto* message = at_path(*update, "message")) return admit_message(*message, false, std::move(key), now);
    if (const auto* message = at_path(*update, "edited_message")) {
      return admit_message(*message, true, std::move(key), now);
    }
    return ignored("other_update", std::move(key));
  }

  result<call> render(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    const auto chat = notes ? get_integer(*notes, "chat") : std::nullopt;
    const auto message = notes ? get_integer(*notes, "message") : std::nullopt;
    if (!chat || !message) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    auto body = text_of(what, *chat);
    body["reply_parameters"] = {{"message_id", *message}, {"allow_sending_without_reply", true}};
    if (const auto topic = get_integer(*notes, "topic")) body["message_thread_id"] = *topic;
    return to_api("sendMessage", body);
  }

  judgement judge(const call_result& response) const override {
    const auto body = parse_json(response.body);
    if (response.status == 429) {
      auto pause = asked_pause(response.headers);
      const auto wait = body ? get_integer(*body, "parameters.retry_after") : std::nullopt;
      if (!pause && wait && *wait >= 0) pause = std::chrono::seconds{std::min<std::int64_t>(*wait, 86400)};
      return retry_later("rate_limited", pause);
    }
    const auto what = body ? get_string(*body, "description").value_or("") : std::string{};
    if (response.status == 400 && what.contains("message is not modified")) return delivered("");
    if (response.status == 400) return refused("bad_request");
    if (auto judged = judge_status(response)) return std::move(*judged);
    if (!body || get_bool(*body, "ok") != true) return outcome_unknown("unreadable_answer");
    return delivered(get_id(*body, "result.message_id").value_or(""));
  }

  result<call> amend(const reply& what, std::string_view reply_id) const override {
    return change("editMessageText", what, reply_id, true);
  }
  result<call> retract(const reply& what, std::string_view reply_id) const override {
    return change("deleteMessage", what, reply_id, false);
  }

  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    return {{.checks = "the bot token", .call = to_api("getMe", json::object())},
            {.checks = "the webhook", .call = to_api("getWebhookInfo", json::object())}};
  }

  result<std::string> read_probe(std::size_t step, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    if (step == 0) {
      const auto name = get_string(*body, "result.username").value_or("");
      if (get_id(*body, "result.id") != settings_.get("bot_id") || !same_ascii(name, settings_.get("username"))) {
        return fail(errc::refused, "the token is that of @" + name + ", and bot_id or username says otherwise");
      }
      return "signed in as @" + name;
    }
    const auto url = get_string(*body, "result.url").value_or("");
    if (url.empty()) return fail(errc::refused, "Telegram knows no webhook of this bot: call setWebhook once");
    const auto trouble = get_string(*body, "result.last_error_message").value_or("");
    return "updates go to " + url + (trouble.empty() ? "" : "; lately: " + trouble);
  }

 private:
  struct spoken {
    std::string question;
    bool to_us{false};
  };

  admission admit_message(const json& message, bool edited, std::string key, std::chrono::sys_seconds now) const {
    const auto id = get_integer(message, "message_id");
    const auto chat = get_integer(message, "chat.id");
    const auto author = get_id(message, "from.id");
    const auto date = get_integer(message, edited ? "edit_date" : "date");
    if (!id || !chat || !date) return malformed("no_message");
    if (!author) return ignored("no_author", std::move(key));
    if (author == settings_.get("bot_id")) return ignored("own_message", std::move(key));
    if (get_bool(message, "from.is_bot") == true) return ignored("other_bot", std::move(key));
    const bool has_text = get_string(message, "text").has_value();
    const auto text = get_string(message, has_text ? "text" : "caption");
    if (!text) return ignored("no_text", std::move(key));
    const bool private_talk = get_string(message, "chat.type") == "private";
    const auto* entities = at_path(message, has_text ? "entities" : "caption_entities");
    auto said = read(*text, entities, private_talk);
    if (!edited && !said.to_us) return ignored("no_mention", std::move(key));
    if (!is_recent_event(std::chrono::sys_seconds{std::chrono::seconds{*date}}, now)) {
      return stale("old_event", 200, std::move(key));
    }
    const auto topic =
        get_bool(message, "is_topic_message") == true ? get_integer(message, "message_thread_id") : std::nullopt;
    mention made;
    made.change = !edited ? mention_change::created : said.to_us ? mention_change::edited : mention_change::deleted;
    made.delivery_key = std::move(key);
    made.space = std::to_string(*chat);
    made.message_id = std::to_string(*id);
    made.message_key = "telegram:" + made.space + ":" + made.message_id;
    made.thread_id = made.space + ":" + std::to_string(topic.value_or(0));
    made.author_id = *author;
    if (said.to_us) made.question = std::move(said.question);
    json notes{{"chat", *chat}, {"message", *id}};
    if (topic) notes["topic"] = *topic;
    made.reply_to = dump_json(notes);
    return mentioned(std::move(made));
  }

  // Mentions are entities whose places count UTF-16 units. Those inside quotes and code do not count.
  spoken read(const std::string& text, const json* entities, bool private_talk) const {
    std::vector<text_range> ours;
    std::vector<text_range> foreign;
    const auto each = [&](auto visit) {
      if (entities == nullptr || !entities->is_array()) return;
      for (const auto& entity : *entities) {
        const auto offset = get_integer(entity, "offset");
        const auto length = get_integer(entity, "length");
        const auto range = offset && length ? utf16_range(text, *offset, *length) : std::nullopt;
        if (range) visit(entity, get_string(entity, "type").value_or(""), *range);
      }
    };
    each([&](const json&, const std::string& type, text_range range) {
      if (type == "code" || type == "pre" || type == "blockquote" || type == "expandable_blockquote")
        foreign.push_back(range);
    });
    std::ranges::sort(foreign, {}, &text_range::begin);
    each([&](const json& entity, const std::string& type, text_range range) {
      const auto words = std::string_view{text}.substr(range.begin, range.end - range.begin);
      if (!lies_in(foreign, range.begin) && names_us(entity, type, words, private_talk)) ours.push_back(range);
    });
    std::ranges::sort(ours, {}, &text_range::begin);
    const bool first = !ours.empty() && trim(std::string_view{text}.substr(0, ours.front().begin)).empty();
    return {as_question(without(text, ours), first), private_talk || !ours.empty()};
  }

  bool names_us(const json& entity, std::string_view type, std::string_view words, bool private_talk) const {
    const auto own = settings_.get("username");
    if (type == "mention") return words.starts_with('@') && same_ascii(words.substr(1), own);
    if (type == "text_mention") return get_id(entity, "user.id") == settings_.get("bot_id");
    if (type != "bot_command") return false;
    const auto at = words.find('@');
    return at == std::string_view::npos ? private_talk : same_ascii(words.substr(at + 1), own);
  }

  static json text_of(const reply& what, std::int64_t chat) {
    return {{"chat_id", chat},
            {"text", write(what.answer, telegram_dialect())},
            {"parse_mode", "HTML"},
            {"link_preview_options", {{"is_disabled", true}}}};
  }

  result<call> change(std::string_view method, const reply& what, std::string_view reply_id, bool with_text) const {
    const auto notes = parse_json(what.question.reply_to);
    const auto chat = notes ? get_integer(*notes, "chat") : std::nullopt;
    if (!chat) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    auto body = with_text ? text_of(what, *chat) : json{{"chat_id", *chat}};
    const auto id = parse_json(reply_id);
    body["message_id"] = id && id->is_number_integer() ? *id : json(reply_id);
    auto made = to_api(method, body);
    made.repeat_is_harmless = true;
    return made;
  }

  call to_api(std::string_view method, const json& body) const {
    return {.method = "POST",
            .url = api_ + "/bot" + settings_.token + "/" + std::string(method),
            .headers = {json_type()},
            .body = dump_json(body),
            .url_is_secret = true};
  }

  account_settings settings_;
  shared_secrets secrets_;
  std::string api_;
};

result<std::unique_ptr<platform>> make_telegram(const account_settings& settings) {
  auto secrets = shared_secrets::make(settings.secrets);
  if (!secrets) return fail(secrets.error().code, "the secret_token of setWebhook: " + secrets.error().detail);
  const bool usable = std::ranges::all_of(settings.token, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ':' || c == '_' ||
           c == '-';
  });
  if (settings.token.empty() || !usable)
    return fail(errc::malformed, "token_file must hold the bot token of BotFather");
  if (settings.get("bot_id").empty() || settings.get("username").empty() || settings.get("username").starts_with('@')) {
    return fail(errc::malformed, "bot_id and username (without @) are needed");
  }
  auto api = api_address(settings, public_api);
  if (!api) return std::unexpected(api.error());
  return std::make_unique<telegram>(settings, std::move(*secrets), std::move(*api));
}

}  // namespace

std::span<const platform_entry> telegram_entries() noexcept {
  static const platform_entry entry{"telegram", settings_known, true, make_telegram, "telegram"};
  return {&entry, 1};
}

}  // namespace stillholds
