// Discourse: posts of a forum as signed webhooks, replies as posts in the same topic.
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

constexpr std::size_t text_limit = 32000;

constexpr std::array settings_known{
    setting_rule{"bot_user_id", true, "the bot's user id: \"id\" in /u/<bot>.json"},
    setting_rule{"bot_username", true, "the bot's username, as readers mention it; the API key acts as this user"},
};

std::string escape_brackets(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    // BBCode knows no backslash.
    const bool escaped = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '[' || text[i + 1] == ']');
    if (escaped) ++i;
    out += text[i] == '[' && escaped ? "&#91;" : text[i] == ']' && escaped ? "&#93;" : std::string(1, text[i]);
  }
  return out;
}

dialect discourse_dialect() { return markdown_dialect(text_limit - hidden_mark_room, "@#:", escape_brackets); }

// The text without [quote]…[/quote], which holds other people's words; nested ones go with the outermost.
std::string without_quotes(std::string_view raw) {
  constexpr std::string_view closing = "[/quote]";
  std::string out;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < raw.size();) {
    const auto rest = raw.substr(i);
    if (same_ascii(rest.substr(0, closing.size()), closing)) {
      depth = depth == 0 ? 0 : depth - 1;
      i += closing.size();
    } else if (same_ascii(rest.substr(0, 6), "[quote") && rest.size() > 6 && (rest[6] == ']' || rest[6] == '=')) {
      ++depth;
      i += 6;
    } else {
      if (depth == 0) out += raw[i];
      ++i;
    }
  }
  return out;
}

class discourse final : public platform {
 public:
  discourse(const account_settings& from, hmac_keys keys, std::string api)
      : settings_(from), keys_(std::move(keys)), api_(std::move(api)), names_{std::string(from.get("bot_username"))} {}

  platform_traits traits() const noexcept override {
    return {.can_look = true, .can_amend = true, .reply_limit = text_limit};
  }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    // Without a secret in its settings Discourse leaves the header out: that is no proof, so it is refused.
    const auto shown = find_header(request.headers, "x-discourse-event-signature");
    if (!shown) return not_genuine("signature_missing");
    const auto proof = decode_sha256_header(*shown);
    if (!proof) return not_genuine("signature_malformed");
    const auto body = seal::open(request.body, keys_, {}, *proof);
    if (!body) return not_genuine("signature_mismatch");
    const auto kind = find_header(request.headers, "x-discourse-event").value_or("");
    const auto event = parse_json(*body);
    if (!event) return malformed("not_json");
    if (kind == "ping") return ignored("ping");
    const bool created = kind == "post_created" || kind == "post_recovered";
    if (!created && kind != "post_edited" && kind != "post_destroyed") return ignored("other_event");
    return admit_post(*event, kind, now);
  }

  result<call> render(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    const auto topic = notes ? get_integer(*notes, "topic_id") : std::nullopt;
    const auto number = notes ? get_integer(*notes, "post_number") : std::nullopt;
    if (!topic || !number) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    return as_bot(json_call("POST", api_ + "/posts.json", key(),
                            {{"topic_id", *topic}, {"reply_to_post_number", *number}, {"raw", text_of(what)}}));
  }

  judgement judge(const call_result& response) const override {
    if (response.status == 429) {
      auto pause = asked_pause(response.headers);
      const auto body = parse_json(response.body);
      if (const auto wait = body ? get_integer(*body, "extras.wait_seconds") : std::nullopt;
          !pause && wait && *wait > 0) {
        pause = std::chrono::seconds{std::min<std::int64_t>(*wait, 86400)};
      }
      return retry_later("rate_limited", pause);
    }
    if (response.status == 422) return refused("invalid_post");
    if (auto judged = judge_status(response)) return std::move(*judged);
    const auto body = parse_json(response.body);
    for (const std::string_view path : {"id", "post.id"}) {
      if (auto id = body ? get_id(*body, path) : std::nullopt) return delivered(std::move(*id));
    }
    // A forum may let a moderator look first: the post is theirs then, and a second one would be a second post.
    if (body && get_string(*body, "action") == "enqueued") return delivered("", "held_for_approval");
    if (trim(response.body).empty()) return delivered("");  // a deletion says no more
    return outcome_unknown("unreadable_answer");
  }

  result<call> look(const reply& what) const override {
    if (what.question.message_id.empty()) return fail(errc::refused, "there is no post to look for");
    return as_bot(read_call(api_ + "/posts/" + percent_encode(what.question.message_id) + "/replies.json", key()));
  }

  // Whoever may see the post sees its replies; a post that is gone has none.
  result<sighting> see(const reply& what, const call_result& response) const override {
    if (response.status == 404) return sighting{.question_stands = false, .reply_id = {}, .reply_to = {}};
    const auto body = seen_json(response);
    if (!body) return std::unexpected(body.error());
    if (!body->is_array()) return fail(errc::unreachable, "unreadable_answer");
    sighting seen;
    for (const auto& post : *body) {
      if (get_id(post, "user_id") != settings_.get("bot_user_id")) continue;
      const auto text = get_string(post, "raw").value_or(get_string(post, "cooked").value_or(""));
      // The list may hold what readers see instead of the source; the invisible mark is then gone, and a reply of ours
      // to this very post is that reply.
      if (text.contains(what.key) || !get_string(post, "raw")) seen.reply_id = get_id(post, "id");
    }
    return seen;
  }

  result<call> amend(const reply& what, std::string_view reply_id) const override {
    return change("PUT", reply_id, {{"post", {{"raw", text_of(what)}}}});
  }
  result<call> retract(const reply& /*what*/, std::string_view reply_id) const override {
    return change("DELETE", reply_id, json::object());
  }

  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    return {{.checks = "the API key", .call = as_bot(read_call(api_ + "/session/current.json", key()))}};
  }

  result<std::string> read_probe(std::size_t /*step*/, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    const auto name = get_string(*body, "current_user.username").value_or("");
    if (!same_ascii(name, settings_.get("bot_username")) ||
        get_id(*body, "current_user.id") != settings_.get("bot_user_id")) {
      return fail(errc::refused, "the API key acts as " + name + ", and bot_username or bot_user_id says otherwise");
    }
    return "signed in as " + name;
  }

 private:
  admission admit_post(const json& event, std::string_view kind, std::chrono::sys_seconds now) const {
    const auto* post = at_path(event, "post");
    const auto id = post != nullptr ? get_id(*post, "id") : std::nullopt;
    const auto author = post != nullptr ? get_integer(*post, "user_id") : std::nullopt;
    const auto topic = post != nullptr ? get_integer(*post, "topic_id") : std::nullopt;
    const auto number = post != nullptr ? get_integer(*post, "post_number") : std::nullopt;
    const auto raw = post != nullptr ? get_string(*post, "raw") : std::nullopt;
    if (!id || !author || !topic || !number || !raw) return malformed("no_post");
    // Older forums send a new event id with every attempt, so the post itself, its event and its version are the key.
    auto key = "discourse:" + std::string(kind) + ":" + *id;
    const auto version = get_id(*post, "version").value_or("1");
    if (kind != "post_destroyed") key += ":v" + version;
    if (std::to_string(*author) == settings_.get("bot_user_id")) return ignored("own_message", std::move(key));
    if (*author < 0) return ignored("other_bot", std::move(key));
    if (get_bool(*post, "hidden") == true && kind != "post_destroyed") return ignored("hidden", std::move(key));
    auto question = question_to(without_quotes(*raw), names_, quoting{});
    const bool created = kind == "post_created" || kind == "post_recovered";
    if (created && !question) return ignored("no_mention", std::move(key));
    const auto happened = parse_instant(get_string(*post, created ? "created_at" : "updated_at").value_or(""));
    if (!happened) return malformed("no_time");
    const auto changed_at = get_string(*post, "updated_at").value_or("") + get_string(*post, "deleted_at").value_or("");
    if (kind == "post_created" && !is_recent_event(*happened, now)) return stale("old_event", 200, std::move(key));

    mention made;
    made.change = created                             ? mention_change::created
                  : kind == "post_edited" && question ? mention_change::edited
                                                      : mention_change::deleted;
    // Edits within a post's first minutes leave its version as it is, and a post may go and come back more than once.
    made.delivery_key = kind == "post_created" ? key : key + ":" + changed_at;
    made.message_key = "discourse:" + *id;
    made.space = std::string(web_origin(api_).value_or(api_));
    made.thread_id = "topic:" + std::to_string(*topic);
    made.message_id = *id;
    made.author_id = std::to_string(*author);
    if (made.change != mention_change::deleted) made.question = std::move(*question);
    made.reply_to = dump_json({{"topic_id", *topic}, {"post_number", *number}});
    auto admitted = mentioned(std::move(made));
    admitted.delivery_key = std::move(key);
    return admitted;
  }

  static std::string text_of(const reply& what) {
    return write(what.answer, discourse_dialect()) + hidden_mark(what.key);
  }

  result<call> change(std::string method, std::string_view reply_id, const json& body) const {
    auto made =
        as_bot(json_call(std::move(method), api_ + "/posts/" + percent_encode(reply_id) + ".json", key(), body));
    made.repeat_is_harmless = true;
    return made;
  }

  call as_bot(call made) const {
    made.headers.emplace_back("Api-Username", settings_.get("bot_username"));
    return made;
  }
  header key() const { return {"Api-Key", settings_.token}; }

  account_settings settings_;
  hmac_keys keys_;
  std::string api_;
  std::vector<std::string> names_;
};

result<std::unique_ptr<platform>> make_discourse(const account_settings& settings) {
  auto keys = hmac_keys::make(settings.secrets);
  if (!keys) return fail(keys.error().code, "the webhook's secret: " + keys.error().detail);
  if (settings.token.empty()) return fail(errc::malformed, "token_file is missing: an API key");
  if (settings.get("bot_user_id").empty() || settings.get("bot_username").empty()) {
    return fail(errc::malformed, "bot_user_id and bot_username are needed");
  }
  auto api = api_address(settings, {});
  if (!api) return std::unexpected(api.error());
  return std::make_unique<discourse>(settings, std::move(*keys), std::move(*api));
}

}  // namespace

std::span<const platform_entry> discourse_entries() noexcept {
  static const platform_entry entry{"discourse", settings_known, true, make_discourse, "discourse"};
  return {&entry, 1};
}

}  // namespace stillholds
