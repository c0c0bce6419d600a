// GitLab: notes on issues and merge requests, proven by the classic token or by the newer signing token; replies in the
// same discussion. GitLab executes lines that begin with "/" in what we post, so none may.
#include <array>
#include <utility>
#include <variant>

#include "handlers/port/addressing.hpp"
#include "handlers/port/dialects.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/escape.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/rest.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/standard_envelope.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/calendar.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::string_view public_api = "https://gitlab.com";
constexpr std::size_t text_limit = 60000;  // GitLab takes a million characters; nobody reads them
// GitLab itself sends nothing longer. Source: REQUEST_BODY_SIZE_LIMIT of its WebHookService.
constexpr json_limits delivery_limits{.bytes = std::size_t{25} * 1024 * 1024};

constexpr std::array settings_known{
    setting_rule{"bot_username", true, "the username of the account that the token belongs to, as readers mention it"},
    setting_rule{"bot_id", true, "that account's numeric id: \"id\" in the answer of /api/v4/user"},
};

// A line that begins with "/" would be run as a command; one that begins with ">>>" or a fence is escaped anyway.
std::string without_commands(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 8);
  bool line_start = true;
  for (const char c : text) {
    if (line_start && c == '/') out += word_joiner;
    if (c != ' ') line_start = c == '\n';
    out += c;
  }
  return out;
}

// "[vulnerability:1]" and "*iteration:1": references are looked for in what Markdown has made, where no backslash is
// left.
std::string without_references(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 8);
  bool begun = false;  // behind "[" or "*" and nothing but the letters of a name
  for (const char c : text) {
    out += c;
    if (begun && c == ':') out += word_joiner;
    begun = c == '[' || c == '*' || (begun && ((c >= 'a' && c <= 'z') || c == '_' || c == '\\'));
  }
  return out;
}

dialect gitlab_dialect() {
  return markdown_dialect(text_limit - hidden_mark_room, "@#!&%~$^",
                          [](std::string_view text) { return without_references(without_commands(text)); });
}

// "2026-11-24 06:00:00 UTC" in webhooks, RFC 3339 elsewhere.
result<std::chrono::sys_seconds> time_in(const json& note, std::string_view key) {
  auto text = get_string(note, key).value_or("");
  if (text.ends_with(" UTC")) text.replace(text.size() - 4, 4, "Z");
  return parse_instant(text);
}

class gitlab final : public platform {
 public:
  gitlab(const account_settings& from, std::optional<shared_secrets> tokens, std::optional<standard_envelope> envelope,
         std::string api)
      : settings_(from),
        tokens_(std::move(tokens)),
        envelope_(std::move(envelope)),
        api_(std::move(api)),
        names_{std::string(settings_.get("bot_username"))} {}

  platform_traits traits() const noexcept override {
    return {.can_look = true, .can_amend = true, .reply_limit = text_limit, .body_bytes = delivery_limits.bytes};
  }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    auto opened = open(request, now);
    if (auto* refusal = std::get_if<admission>(&opened)) return std::move(*refusal);
    // Four answers other than 2xx in a row switch a hook off: what is genuine always hears 200.
    const auto event = parse_json(std::get<std::string_view>(opened), delivery_limits);
    if (!event) return unusable("not_json");
    const auto delivery = find_header(request.headers, "idempotency-key");
    const auto older = delivery ? delivery : find_header(request.headers, "x-gitlab-event-uuid");
    if (!older || older->empty()) return unusable("no_delivery_id");
    return admit_event(*event, "gitlab:" + std::string(*older), now);
  }

  result<call> render(const reply& what) const override {
    const auto place = place_of(what);
    if (!place) return std::unexpected(place.error());
    return json_call("POST", *place, token(), {{"body", text_of(what)}});
  }

  judgement judge(const call_result& response) const override {
    if (response.status == 202) return refused("taken_for_a_command");
    if (response.status == 204) return delivered("");
    return judge_created(response, "id");
  }

  result<call> look(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    const auto discussion = notes ? get_string(*notes, "discussion_url") : std::nullopt;
    if (!discussion) return fail(errc::refused, "there is no discussion to look at");
    return read_call(api_ + *discussion, token());
  }

  result<sighting> see(const reply& what, const call_result& response) const override {
    if (response.status == 404) return sighting{.question_stands = false, .reply_id = {}, .reply_to = {}};
    const auto body = seen_json(response);
    if (!body) return std::unexpected(body.error());
    const auto* notes = at_path(*body, "notes");
    if (notes == nullptr || !notes->is_array()) return fail(errc::unreachable, "unreadable_answer");
    sighting seen{.question_stands = false, .reply_id = {}, .reply_to = {}};
    for (const auto& note : *notes) {
      if (get_id(note, "id") == what.question.message_id) seen.question_stands = true;
      const bool own = get_id(note, "author.id") == settings_.get("bot_id");
      if (own && get_string(note, "body").value_or("").contains(what.key)) seen.reply_id = get_id(note, "id");
    }
    return seen;
  }

  result<call> amend(const reply& what, std::string_view reply_id) const override {
    return change(what, reply_id, json_call("PUT", {}, token(), {{"body", text_of(what)}}));
  }
  result<call> retract(const reply& what, std::string_view reply_id) const override {
    return change(what, reply_id, {.method = "DELETE", .headers = {token()}});
  }

  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    return {{.checks = "the token", .call = read_call(api_ + "/api/v4/user", token())}};
  }

  result<std::string> read_probe(std::size_t /*step*/, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    const auto id = get_id(*body, "id").value_or("");
    const auto name = get_string(*body, "username").value_or("");
    if (id != settings_.get("bot_id") || !same_ascii(name, settings_.get("bot_username"))) {
      return fail(errc::refused,
                  "the token is that of " + name + " (" + id + "), and bot_username or bot_id says otherwise");
    }
    return "signed in as " + name;
  }

 private:
  std::variant<std::string_view, admission> open(const incoming& request, std::chrono::sys_seconds now) const {
    if (envelope_ && standard_envelope::is_present(request.headers)) {
      auto opened = envelope_->open(request, now);
      if (auto* refusal = std::get_if<admission>(&opened)) return std::move(*refusal);
      return std::get<opened_envelope>(opened).body;
    }
    const auto shown = find_header(request.headers, "x-gitlab-token");
    if (!shown) return not_genuine(envelope_ ? "signature_missing" : "token_missing");
    const auto body = tokens_ ? seal::open(request.body, *tokens_, *shown) : std::nullopt;
    if (!body) return not_genuine("wrong_token");
    return *body;
  }

  admission admit_event(const json& event, std::string key, std::chrono::sys_seconds now) const {
    if (get_string(event, "object_kind") != "note") return ignored("other_event", std::move(key));
    const auto* note = at_path(event, "object_attributes");
    const auto id = note != nullptr ? get_id(*note, "id") : std::nullopt;
    const auto author = get_id(event, "user.id");
    const auto project = get_id(event, "project_id");
    const auto kind = note != nullptr ? get_string(*note, "noteable_type").value_or("") : std::string{};
    if (note != nullptr && kind != "Issue" && kind != "MergeRequest") return ignored("other_place", std::move(key));
    const auto discussion = note != nullptr ? get_string(*note, "discussion_id") : std::nullopt;
    const auto text = note != nullptr ? get_string(*note, "note") : std::nullopt;
    if (!id || !author || !project || !discussion || !text) return unusable("no_note", std::move(key));
    if (get_bool(*note, "system") == true) return ignored("system_note", std::move(key));
    // Never answer a confidential note where others read.
    if (get_bool(*note, "internal") == true || get_bool(*note, "confidential") == true ||
        get_string(event, "event_type") == "confidential_note") {
      return ignored("internal_note", std::move(key));
    }
    if (author == settings_.get("bot_id")) return ignored("own_message", std::move(key));
    const auto name = get_string(event, "user.username").value_or("");
    const bool service_bot = name.starts_with("project_") || name.starts_with("group_");
    if (service_bot && name.contains("_bot")) return ignored("other_bot", std::move(key));
    const auto iid = get_id(event, kind == "Issue" ? "issue.iid" : "merge_request.iid");
    if (!iid) return unusable("no_note", std::move(key));
    const bool edited = get_string(*note, "action") == "update";
    auto question = question_to(*text, names_, quoting{});
    if (!edited && !question) return ignored("no_mention", std::move(key));
    const auto happened = time_in(*note, edited ? "updated_at" : "created_at");
    if (!happened) return unusable("no_time", std::move(key));
    if (!is_recent_event(*happened, now)) return stale("old_event", 200, std::move(key));

    mention made;
    made.change = !edited ? mention_change::created : question ? mention_change::edited : mention_change::deleted;
    made.delivery_key = std::move(key);
    made.message_key = "gitlab:note:" + *id;
    made.space = *project;
    made.thread_id = *project + ":" + kind + ":" + *iid + ":" + *discussion;
    made.message_id = *id;
    made.author_id = *author;
    made.question = std::move(question).value_or("");
    made.reply_to = dump_json(
        {{"discussion_url", "/api/v4/projects/" + *project + (kind == "Issue" ? "/issues/" : "/merge_requests/") +
                                *iid + "/discussions/" + percent_encode(*discussion)}});
    return mentioned(std::move(made));
  }

  static std::string text_of(const reply& what) { return write(what.answer, gitlab_dialect()) + hidden_mark(what.key); }

  result<std::string> place_of(const reply& what) const {
    const auto notes = parse_json(what.question.reply_to);
    const auto discussion = notes ? get_string(*notes, "discussion_url") : std::nullopt;
    if (!discussion) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    return api_ + *discussion + "/notes";
  }

  result<call> change(const reply& what, std::string_view reply_id, call made) const {
    auto place = place_of(what);
    if (!place) return std::unexpected(place.error());
    made.url = *place + "/" + percent_encode(reply_id);
    made.repeat_is_harmless = true;
    return made;
  }

  header token() const { return {"PRIVATE-TOKEN", settings_.token}; }

  account_settings settings_;
  std::optional<shared_secrets> tokens_;
  std::optional<standard_envelope> envelope_;
  std::string api_;
  std::vector<std::string> names_;
};

result<std::unique_ptr<platform>> make_gitlab(const account_settings& settings) {
  std::vector<std::string> plain;
  std::vector<std::string> signing;
  for (const auto& secret : settings.secrets)
    (standard_envelope::is_secret(secret) ? signing : plain).push_back(secret);
  std::optional<shared_secrets> tokens;
  std::optional<standard_envelope> envelope;
  if (!plain.empty() || signing.empty()) {
    auto made = shared_secrets::make(plain);
    if (!made) return fail(made.error().code, "the webhook's secret token: " + made.error().detail);
    tokens = std::move(*made);
  }
  if (!signing.empty()) {
    auto made = standard_envelope::make(signing);
    if (!made) return fail(made.error().code, "the webhook's signing token: " + made.error().detail);
    envelope = std::move(*made);
  }
  if (settings.token.empty()) return fail(errc::malformed, "token_file is missing: an access token with the scope api");
  if (settings.get("bot_username").empty() || settings.get("bot_id").empty()) {
    return fail(errc::malformed, "bot_username and bot_id are needed");
  }
  auto api = api_address(settings, public_api);
  if (!api) return std::unexpected(api.error());
  return std::make_unique<gitlab>(settings, std::move(tokens), std::move(envelope), std::move(*api));
}

}  // namespace

std::span<const platform_entry> gitlab_entries() noexcept {
  static const platform_entry entry{"gitlab", settings_known, true, make_gitlab, "gitlab"};
  return {&entry, 1};
}

}  // namespace stillholds
