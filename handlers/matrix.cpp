// Matrix: an application service. The homeserver sends transactions of events; we answer as notices in the thread.
// Source: matrix-spec, Application Service API, and the client-server API's sections on threads, mentions and edits.
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
#include "knowledge/answers/fit.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

// An event may have 65,536 bytes; an edit holds the text four times, and HTML makes five bytes of some characters.
constexpr std::size_t text_limit = 4000;
constexpr std::string_view server_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:";

constexpr std::array settings_known{
    setting_rule{"bot", true, "the bot's Matrix id, @name:server, as sender_localpart of the registration makes it"},
    setting_rule{"display_name", false, "the bot's display name, where it is not the first part of its id"},
    setting_rule{"namespace", false, "a prefix of ids that are all ours, as in the registration: \"@claim_\""},
};

dialect body_dialect() {
  auto made = open_dialect(text_limit);
  made.item_mark = "- ";
  return made;
}

admission forbidden(std::string_view reason) {
  auto made = not_genuine(reason, 403);
  made.acknowledge.body = R"({"errcode":"M_FORBIDDEN"})";
  return made;
}

class matrix final : public platform {
 public:
  matrix(const account_settings& from, shared_secrets secrets, std::string api)
      : settings_(from), secrets_(std::move(secrets)), api_(std::move(api)) {
    const auto id = settings_.get("bot").substr(1);
    names_ = {std::string(id), std::string(id.substr(0, id.find(':')))};
    if (const auto name = settings_.get("display_name"); !name.empty()) names_.emplace_back(name);
  }

  platform_traits traits() const noexcept override {
    return {.can_amend = true, .reply_limit = text_limit, .body_bytes = batch_limits.bytes, .methods = "PUT, POST"};
  }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    const auto shown = token_in(request);
    if (!shown) return forbidden("token_missing_or_ambiguous");
    const auto body = seal::open(request.body, secrets_, *shown);
    if (!body) return forbidden("wrong_token");
    constexpr std::string_view transactions = "/transactions/";
    const std::string_view path = request.path;
    if (request.method == "POST" && path.ends_with("/_matrix/app/v1/ping")) {
      auto made = ignored("ping");
      made.kind = admission_kind::challenge;
      return made;
    }
    const auto at = path.rfind(transactions);
    const auto id = at == std::string_view::npos ? std::string_view{} : path.substr(at + transactions.size());
    if (request.method != "PUT" || id.empty() || id.contains('/')) {
      auto made = malformed("unknown_route");
      made.acknowledge = {.status = 404, .body = R"({"errcode":"M_UNRECOGNIZED"})"};
      return made;
    }
    const auto event = parse_json(*body, batch_limits);
    const auto* events = event ? at_path(*event, "events") : nullptr;
    if (events == nullptr || !events->is_array())
      return unusable("no_events");  // told otherwise it comes again, and all later ones wait
    return admit_events(*events, "matrix:txn:" + std::string(id), now);
  }

  result<call> render(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    const auto event = notes ? get_string(*notes, "event") : std::nullopt;
    if (!event) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    auto content = content_of(what);
    json relation{{"m.in_reply_to", {{"event_id", *event}}}};
    if (const auto root = get_string(*notes, "root")) {
      relation.update({{"rel_type", "m.thread"}, {"event_id", *root}, {"is_falling_back", true}});
    }
    content["m.relates_to"] = std::move(relation);
    return send(what, "/send/m.room.message/", content);
  }

  judgement judge(const call_result& response) const override {
    const auto body = parse_json(response.body);
    if (response.status == 429) {
      auto pause = asked_pause(response.headers);
      const auto ms = body ? get_integer(*body, "retry_after_ms") : std::nullopt;
      if (!pause && ms && *ms >= 0) pause = std::chrono::seconds{std::min<std::int64_t>(*ms / 1000 + 1, 86400)};
      return retry_later("rate_limited", pause);
    }
    return judge_created(response, "event_id");
  }

  result<call> amend(const reply& what, std::string_view reply_id) const override {
    auto content = content_of(what);
    json edit = content;
    edit["body"] = "* " + content.at("body").get<std::string>();
    edit["m.new_content"] = std::move(content);
    edit["m.relates_to"] = {{"rel_type", "m.replace"}, {"event_id", reply_id}};
    return send(what, "/send/m.room.message/", edit);
  }

  result<call> retract(const reply& what, std::string_view reply_id) const override {
    return send(what, "/redact/" + percent_encode(reply_id) + "/", json::object());
  }

  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    return {{.checks = "the as_token",
             .call = read_call(api_ + "/_matrix/client/v3/account/whoami", bearer(settings_.token))}};
  }

  result<std::string> read_probe(std::size_t /*step*/, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    const auto id = get_string(*body, "user_id").value_or("");
    if (id != settings_.get("bot"))
      return fail(errc::refused, "the as_token is that of " + id + ", and bot says otherwise");
    return "signed in as " + id;
  }

 private:
  // The header, or the query of older servers; two that differ prove nothing.
  static std::optional<std::string> token_in(const incoming& request) {
    std::optional<std::string> shown;
    if (const auto header = find_header(request.headers, "authorization"); header && header->starts_with("Bearer ")) {
      shown = header->substr(7);
    }
    if (request.query.empty()) return shown;
    const auto form = parse_form(request.query);
    const auto value = form ? form_value(*form, "access_token") : std::nullopt;
    if (!value) return request.query.contains("access_token") ? std::nullopt : shown;
    if (shown && *shown != *value) return std::nullopt;
    return std::string(*value);
  }

  // One bad event must not fail a transaction: the homeserver would send it again and again, and all later ones wait.
  admission admit_events(const json& events, const std::string& key, std::chrono::sys_seconds now) const {
    auto made = ignored("no_message", key);
    bool judged = false;
    for (const auto& event : events) {
      auto one = admit_event(event, now);
      if (one.kind == admission_kind::mention) {
        auto& asked = one.mentions.front();
        asked.delivery_key = made.mentions.empty() ? key : key + "#" + std::to_string(made.mentions.size() + 1);
        made.kind = admission_kind::mention;
        made.reason = "mention";
        made.mentions.push_back(std::move(asked));
      } else if (made.mentions.empty() && one.reason != "no_message" && (!judged || one.reason != "no_mention")) {
        made.kind = one.kind;
        made.reason = std::move(one.reason);
        judged = true;
      }
    }
    return made;
  }

  admission admit_event(const json& event, std::chrono::sys_seconds now) const {
    const auto type = get_string(event, "type").value_or("");
    const auto id = get_string(event, "event_id");
    const auto room = get_string(event, "room_id");
    const auto sender = get_string(event, "sender");
    if (!id || !room || !sender) return ignored("no_message");
    if (type == "m.room.encrypted") return ignored("encrypted");
    const bool redaction = type == "m.room.redaction";
    if (type != "m.room.message" && !redaction) return ignored("no_message");
    if (is_ours(*sender)) return ignored("own_message");
    mention made;
    made.space = *room;
    made.author_id = *sender;
    if (redaction) {
      const auto gone = get_string(event, "redacts");
      const auto newer = gone ? gone : get_string(event, "content.redacts");
      if (!newer) return ignored("no_message");
      made.change = mention_change::deleted;
      made.message_id = *newer;
      made.thread_id = *room + ":" + *newer;
      made.message_key = "matrix:" + *newer;
      made.reply_to = dump_json({{"room", *room}, {"event", *newer}});
      return mentioned(std::move(made));
    }
    return admit_message(event, *id, *room, std::move(made), now);
  }

  admission admit_message(const json& event, const std::string& id, const std::string& room, mention made,
                          std::chrono::sys_seconds now) const {
    const auto* content = at_path(event, "content");
    if (content == nullptr) return ignored("no_message");
    if (get_string(*content, "msgtype") == "m.notice") return ignored("other_bot");
    const auto relation = relation_of(*content);
    const auto other = related_event(*content);
    const bool edit = relation == "m.replace" && other;
    const auto* words = edit ? member(*content, "m.new_content") : content;
    auto question = words == nullptr ? std::nullopt : question_in(*words);
    if (!edit && !question) return ignored("no_mention");
    const auto milliseconds = get_integer(event, "origin_server_ts");
    if (!milliseconds) return ignored("no_time");
    if (!is_recent_event(std::chrono::sys_seconds{std::chrono::seconds{*milliseconds / 1000}}, now)) {
      return stale("old_event", 200);
    }
    made.change = !edit ? mention_change::created : question ? mention_change::edited : mention_change::deleted;
    made.only_by_author = edit;  // homeservers pass on edits by anybody, of events in any room
    made.message_id = edit ? *other : id;
    made.message_key = "matrix:" + made.message_id;
    const auto root = relation == "m.thread" && other ? *other : made.message_id;
    made.thread_id = room + ":" + root;
    made.question = std::move(question).value_or("");
    json notes{{"room", room}, {"event", made.message_id}};
    // A thread cannot begin at an event that belongs to another one in some other way.
    if (relation.empty() || relation == "m.thread" || edit) notes["root"] = root;
    made.reply_to = dump_json(notes);
    return mentioned(std::move(made));
  }

  // The keys of Matrix hold dots, which are no paths.
  static const json* member(const json& of, const char* key) {
    const auto found = of.is_object() ? of.find(key) : of.end();
    return of.is_object() && found != of.end() ? &*found : nullptr;
  }

  static std::string relation_of(const json& content) {
    const auto* relation = member(content, "m.relates_to");
    return relation == nullptr ? std::string{} : get_string(*relation, "rel_type").value_or("");
  }
  static std::optional<std::string> related_event(const json& content) {
    const auto* relation = member(content, "m.relates_to");
    return relation == nullptr ? std::nullopt : get_string(*relation, "event_id");
  }

  bool is_ours(std::string_view sender) const {
    const auto own = settings_.get("namespace");
    return sender == settings_.get("bot") || (!own.empty() && sender.starts_with(own));
  }

  // "@name:other.example" is somebody else, though the name before the colon is ours.
  std::string without_namesakes(std::string text) const {
    const std::string_view own = names_.front();
    const std::string start = "@" + names_[1] + ":";
    for (std::size_t at = 0; at + start.size() < text.size(); ++at) {
      if (!same_ascii(std::string_view{text}.substr(at, start.size()), start)) continue;
      const auto begin = at + start.size();
      const auto end = std::min(text.find_first_not_of(server_letters, begin), text.size());
      auto server = std::string_view{text}.substr(begin, end - begin);
      server = server.substr(0, server.find_last_not_of(".-:") + 1);
      const auto id = std::string_view{text}.substr(at + 1, start.size() - 1 + server.size());
      if (server.contains('.') && !same_ascii(id, own)) text.erase(at, id.size() + 1);
    }
    return text;
  }

  // By the list of those mentioned; or, as some clients send nothing but text, by "@name" in it. Where the list is
  // missing altogether, "name: …" speaks to us as it always did.
  std::optional<std::string> question_in(const json& content) const {
    auto text = get_string(content, "body");
    if (!text) return std::nullopt;
    const std::string words = without_namesakes(without_fallback(*text));
    if (auto typed = question_to(words, names_, quoting{})) return typed;
    const auto* mentions = member(content, "m.mentions");
    const auto* users = mentions == nullptr ? nullptr : member(*mentions, "user_ids");
    const bool listed = users != nullptr && users->is_array() &&
                        std::ranges::any_of(*users, [&](const json& one) { return one == settings_.get("bot"); });
    if (!listed && mentions != nullptr) return std::nullopt;
    const auto begins_with = [&](const std::string& name) {
      const auto after = std::string_view{words}.substr(std::min(name.size(), words.size()));
      return same_ascii(std::string_view{words}.substr(0, name.size()), name) &&
             (after.empty() || after.front() == ':' || after.front() == ',' || (listed && after.front() == ' '));
    };
    const auto spoken_to = std::ranges::find_if(names_, begins_with);
    if (spoken_to != names_.end()) return as_question(std::string_view{words}.substr(spoken_to->size()), true);
    return listed ? std::optional{as_question(words, false)} : std::nullopt;
  }

  // Older clients put what they reply to before their own words: "> <@x:y> …", then an empty line.
  static std::string without_fallback(std::string_view text) {
    if (!text.starts_with("> <")) return std::string(text);
    const auto end = text.find("\n\n");
    return std::string(end == std::string_view::npos ? text : text.substr(end + 2));
  }

  static json content_of(const reply& what) {
    return {{"msgtype", "m.notice"},
            {"body", write(what.answer, body_dialect())},
            {"format", "org.matrix.custom.html"},
            {"formatted_body", write(what.answer, html_dialect(text_limit, "<br/>"))},
            {"m.mentions", json::object()}};
  }

  // The transaction's id is the reply's key: the same token, room and id get the first event's id again.
  result<call> send(const reply& what, std::string_view kind, const json& content) const {
    const auto notes = parse_json(what.question.reply_to);
    const auto room = notes ? get_string(*notes, "room") : std::nullopt;
    if (!room) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    const auto url = api_ + "/_matrix/client/v3/rooms/" + percent_encode(*room) + std::string(kind) + what.key;
    auto made = json_call("PUT", url, bearer(settings_.token), content);
    made.repeat_is_harmless = true;
    return made;
  }

  account_settings settings_;
  shared_secrets secrets_;
  std::string api_;
  std::vector<std::string> names_;
};

result<std::unique_ptr<platform>> make_matrix(const account_settings& settings) {
  auto secrets = shared_secrets::make(settings.secrets);
  if (!secrets) return fail(secrets.error().code, "the hs_token: " + secrets.error().detail);
  if (settings.token.empty()) return fail(errc::malformed, "token_file is missing: the as_token of the registration");
  const auto bot = settings.get("bot");
  if (!bot.starts_with('@') || !bot.contains(':'))
    return fail(errc::malformed, "bot must be a Matrix id, @name:server");
  auto api = api_address(settings, {});
  if (!api) return std::unexpected(api.error());
  return std::make_unique<matrix>(settings, std::move(*secrets), std::move(*api));
}

}  // namespace

std::span<const platform_entry> matrix_entries() noexcept {
  static const platform_entry entry{"matrix", settings_known, true, make_matrix, "matrix"};
  return {&entry, 1};
}

}  // namespace stillholds
