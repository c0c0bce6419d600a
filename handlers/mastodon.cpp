// Mastodon: notifications of the bot's account, polled; or the webhook of an instance's admin, where there is one.
#include <algorithm>
#include <array>
#include <utility>

#include "handlers/port/addressing.hpp"
#include "handlers/port/dialects.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/html_text.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/rest.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/calendar.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::size_t text_limit = 500;
constexpr std::size_t handle_max = 160;
constexpr std::size_t page_size = 30;
constexpr std::chrono::minutes key_life{55};  // Mastodon remembers an Idempotency-Key for an hour

constexpr std::array settings_known{
    setting_rule{"id", true, "the bot account's id: \"id\" in the answer of /api/v1/accounts/verify_credentials"},
    setting_rule{"acct", true, "the bot's username on its instance, without @"},
};

bool is_newer(std::string_view id, std::string_view than) {
  return id.size() != than.size() ? id.size() > than.size() : id > than;
}

// "https://social.example/@x" -> "social.example".
std::string host_in(std::string_view url) {
  const auto begin = url.find("://");
  if (begin == std::string_view::npos) return {};
  const auto rest = url.substr(begin + 3);
  return std::string(rest.substr(0, rest.find('/')));
}

class mastodon final : public platform {
 public:
  mastodon(const account_settings& from, std::optional<hmac_keys> keys, std::string api)
      : settings_(from), keys_(std::move(keys)), api_(std::move(api)) {}

  platform_traits traits() const noexcept override {
    return {.can_look = true,
            .can_amend = true,
            .reply_limit = text_limit,
            .methods = keys_ ? "POST" : "",
            .poll_every = std::chrono::seconds{settings_.token.empty() ? 0 : 15}};
  }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    if (const auto answer = seal::open_answer(request.body, request.answers_our_call)) {
      return admit_page(*answer, request.cursor, now);
    }
    const auto shown = find_header(request.headers, "x-hub-signature");
    if (!shown || !keys_) return not_genuine("signature_missing");
    const auto proof = decode_sha256_header(*shown);
    const auto body = proof ? seal::open(request.body, *keys_, {}, *proof) : std::nullopt;
    if (!body) return not_genuine("signature_mismatch");
    const auto event = parse_json(*body);
    if (!event) return malformed("not_json");
    const auto kind = get_string(*event, "event");
    if (!kind) return malformed("no_event");
    const auto* status = at_path(*event, "object");
    if (status == nullptr || (*kind != "status.created" && *kind != "status.updated")) return ignored("other_event");
    return admit_status(*status, *kind == "status.updated", now);
  }

  result<call> render(const reply& what) const override {
    auto body = status_of(what);
    if (!body) return std::unexpected(body.error());
    (*body)["in_reply_to_id"] = what.question.message_id;
    auto made = json_call("POST", api_ + "/api/v1/statuses", bearer(settings_.token), *body);
    made.headers.emplace_back("Idempotency-Key", what.key);
    made.repeat_is_harmless = what.now - what.decided < key_life;
    return made;
  }

  judgement judge(const call_result& response) const override {
    if (response.status == 429) {
      // X-RateLimit-Reset is a time in words here.
      const auto reset = parse_instant(find_header(response.headers, "x-ratelimit-reset").value_or(""));
      const auto date = parse_http_date(find_header(response.headers, "date").value_or(""));
      auto pause = asked_pause(response.headers);
      if (!pause && reset && date && *reset > *date) pause = std::min(*reset - *date, std::chrono::seconds{86400});
      return retry_later("rate_limited", pause);
    }
    if (response.status == 422) return refused("invalid_status");
    return judge_created(response, "id");
  }

  result<call> look(const reply& what) const override {
    return read_call(api_ + "/api/v1/statuses/" + percent_encode(what.question.message_id) + "/context",
                     bearer(settings_.token));
  }

  result<sighting> see(const reply& what, const call_result& response) const override {
    if (response.status == 404) return sighting{.question_stands = false, .reply_id = {}, .reply_to = {}};
    const auto body = seen_json(response);
    if (!body) return std::unexpected(body.error());
    const auto* below = at_path(*body, "descendants");
    if (below == nullptr || !below->is_array()) return fail(errc::unreachable, "unreadable_answer");
    sighting seen;
    for (const auto& status : *below) {
      const bool own = get_string(status, "account.id") == settings_.get("id");
      if (own && get_string(status, "in_reply_to_id") == what.question.message_id)
        seen.reply_id = get_string(status, "id");
    }
    return seen;
  }

  result<call> amend(const reply& what, std::string_view reply_id) const override {
    auto body = status_of(what);
    if (!body) return std::unexpected(body.error());
    auto made = json_call("PUT", api_ + "/api/v1/statuses/" + percent_encode(reply_id), bearer(settings_.token), *body);
    made.repeat_is_harmless = true;
    return made;
  }

  result<call> retract(const reply& /*what*/, std::string_view reply_id) const override {
    return call{.method = "DELETE",
                .url = api_ + "/api/v1/statuses/" + percent_encode(reply_id),
                .headers = {bearer(settings_.token)},
                .body = {},
                .repeat_is_harmless = true};
  }

  result<call> poll(std::string_view cursor, std::string_view /*provision*/, std::size_t most) const override {
    if (settings_.token.empty()) return fail(errc::refused, "without token_file nothing is polled");
    return read_call(
        api_ + "/api/v1/notifications?types%5B%5D=mention&limit=" + std::to_string(std::min(page_size, most)) +
            (cursor.empty() ? "" : "&min_id=" + percent_encode(cursor)),
        bearer(settings_.token));
  }

  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    return {{.checks = "the access token",
             .call = read_call(api_ + "/api/v1/accounts/verify_credentials", bearer(settings_.token))}};
  }

  result<std::string> read_probe(std::size_t /*step*/, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    const auto name = get_string(*body, "acct").value_or("");
    if (get_string(*body, "id") != settings_.get("id") || !same_ascii(name, settings_.get("acct"))) {
      return fail(errc::refused, "the token is that of @" + name + ", and id or acct says otherwise");
    }
    return "signed in as @" + name +
           (get_bool(*body, "bot") == true ? "" : "; mark the account as automated in its profile");
  }

 private:
  // A page of notifications, the newest first.
  admission admit_page(std::string_view answer, std::string_view cursor, std::chrono::sys_seconds now) const {
    auto body = parse_json(answer, batch_limits);
    if (!body) return malformed("not_json");
    if (body->is_object()) body = json::array({std::move(*body)});
    if (!body->is_array()) return malformed("no_notifications");
    auto made = ignored("no_mention");
    made.cursor = cursor;
    for (auto note = body->rbegin(); note != body->rend(); ++note) {
      const auto id = get_string(*note, "id");
      const auto* status = at_path(*note, "status");
      if (!id) continue;
      if (is_newer(*id, made.cursor)) made.cursor = *id;
      if (get_string(*note, "type") != "mention" || status == nullptr) continue;
      gather(admit_status(*status, false, now), made);
    }
    made.more = body->size() >= page_size && !cursor.empty();
    return made;
  }

  admission admit_status(const json& status, bool edited, std::chrono::sys_seconds now) const {
    const auto id = get_string(status, "id");
    const auto author = get_string(status, "account.id");
    const auto acct = get_string(status, "account.acct");
    const auto content = get_string(status, "content");
    const auto happened = parse_instant(get_string(status, edited ? "edited_at" : "created_at").value_or(""));
    if (!id || !author || !acct || !content || !happened) return malformed("no_status");
    auto key = "mastodon:" + *id;
    if (*author == settings_.get("id")) return ignored("own_message", std::move(key));
    if (get_bool(status, "account.bot") == true) return ignored("other_bot", std::move(key));
    const auto* us = mention_of_us(status);
    if (us == nullptr && !edited) return ignored("no_mention", std::move(key));
    if (!is_recent_event(*happened, now)) return stale("old_event", 200, std::move(key));
    const auto home = us == nullptr ? std::string{} : host_in(get_string(*us, "url").value_or(""));
    mention made;
    made.change = !edited ? mention_change::created : us != nullptr ? mention_change::edited : mention_change::deleted;
    made.delivery_key = edited ? key + ":edited:" + get_string(status, "edited_at").value_or("") : key;
    if (edited) made.message_key = std::move(key);
    made.space = home;
    made.thread_id = home + ":" + *id;
    made.message_id = *id;
    made.author_id = *author;
    const auto text = text_of_html(*content);
    const std::array names{std::string(settings_.get("acct")) + "@" + home, std::string(settings_.get("acct"))};
    auto typed = question_to(text, names, quoting{});
    made.question = typed ? std::move(*typed) : as_question(text, false);
    made.reply_to = dump_json({{"acct", *acct}, {"visibility", get_string(status, "visibility").value_or("direct")}});
    return mentioned(std::move(made));
  }

  const json* mention_of_us(const json& status) const {
    const auto* mentions = at_path(status, "mentions");
    if (mentions == nullptr || !mentions->is_array()) return nullptr;
    const auto found =
        std::ranges::find_if(*mentions, [&](const json& one) { return get_string(one, "id") == settings_.get("id"); });
    return found == mentions->end() ? nullptr : &*found;
  }

  // Who asked is named, or would not be told; seen by no more people than the question.
  result<json> status_of(const reply& what) const {
    const auto notes = parse_json(what.question.reply_to);
    const auto acct = notes ? get_string(*notes, "acct") : std::nullopt;
    const auto visibility = notes ? get_string(*notes, "visibility") : std::nullopt;
    const auto fits = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
             c == '-' || c == '@';
    };
    if (!acct || !visibility || acct->size() > handle_max || !std::ranges::all_of(*acct, fits)) {
      return fail(errc::corrupt, "the notes on how to answer are unreadable");
    }
    const auto to = "@" + *acct + " ";
    return json{{"status", to + write(what.answer, open_dialect(text_limit - to.size(), "@#"))},
                {"visibility", *visibility}};
  }

  account_settings settings_;
  std::optional<hmac_keys> keys_;
  std::string api_;
};

result<std::unique_ptr<platform>> make_mastodon(const account_settings& settings) {
  std::optional<hmac_keys> keys;
  if (!settings.secrets.empty()) {
    auto made = hmac_keys::make(settings.secrets);
    if (!made) return fail(made.error().code, "the admin webhook's secret: " + made.error().detail);
    keys = std::move(*made);
  }
  if (settings.token.empty()) return fail(errc::malformed, "token_file is missing: the bot account's access token");
  if (settings.get("id").empty() || settings.get("acct").empty())
    return fail(errc::malformed, "id and acct are needed");
  auto api = api_address(settings, {});
  if (!api) return std::unexpected(api.error());
  return std::make_unique<mastodon>(settings, std::move(keys), std::move(*api));
}

}  // namespace

std::span<const platform_entry> mastodon_entries() noexcept {
  static const platform_entry entry{"mastodon", settings_known, false, make_mastodon, "mastodon"};
  return {&entry, 1};
}

}  // namespace stillholds
