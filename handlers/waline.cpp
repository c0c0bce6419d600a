// Waline: the WEBHOOK of a self-hosted comment server. It sends no credential and makes the comment's author wait for
// our answer, so: a secret in the address, an answer in JSON whatever happens, and a look at the thread before we
// speak.
#include <algorithm>
#include <array>
#include <utility>

#include "handlers/port/addressing.hpp"
#include "handlers/port/dialects.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/escape.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/rest.hpp"
#include "handlers/port/shown_text.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/answers/fit.hpp"
#include "knowledge/calendar.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::size_t text_limit = 4000;
constexpr std::size_t url_max_bytes = 2048;
constexpr std::size_t nick_max = 64;
constexpr std::string_view said_before = "said_on_this_page";
constexpr std::size_t roots_shown = 50;
constexpr std::size_t recent_shown = 50;         // the most that Waline gives
constexpr std::chrono::seconds flood_pause{60};  // Waline's own default between two comments from one address

constexpr std::array settings_known{
    setting_rule{"bot_mail", true, "the mail address that the bot comments with"},
    setting_rule{"bot_name", false,
                 "the name that readers mention, without @; default: what stands before the @ of bot_mail"},
    setting_rule{"bot_user_id", false, "objectId of the bot's Waline account; needed with a token"},
    setting_rule{"site_url", false,
                 "the site's address, sent as Referer; needed where Waline runs with SECURE_DOMAINS"},
};

// Dates are text; one kind of storage wraps them.
std::optional<std::chrono::sys_seconds> inserted_at(const json& comment) {
  auto text = get_string(comment, "insertedAt");
  if (!text) text = get_string(comment, "insertedAt.iso");
  const auto at = text ? parse_instant(*text) : fail(errc::malformed, "");
  return at ? std::optional{*at} : std::nullopt;
}

class waline final : public platform {
 public:
  waline(const account_settings& from, shared_secrets secrets, std::string api, std::string name)
      : settings_(from), secrets_(std::move(secrets)), api_(std::move(api)), name_(std::move(name)) {}

  platform_traits traits() const noexcept override { return {.can_look = true, .reply_limit = text_limit}; }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    const std::string_view path = request.path;
    const auto body = seal::open(request.body, secrets_, path.substr(path.rfind('/') + 1));
    if (!body) return not_genuine("wrong_path_secret", 404);
    const auto event = parse_json(*body);
    if (!event) return malformed("not_json");
    const auto type = get_string(*event, "type");
    if (!type) return malformed("no_type");
    if (*type != "new_comment") return ignored("other_event");
    const auto* comment = at_path(*event, "data.comment");
    const auto id = comment != nullptr ? get_id(*comment, "objectId") : std::nullopt;
    const auto url = comment != nullptr ? get_string(*comment, "url") : std::nullopt;
    if (!id || !url || url->empty() || url->size() > url_max_bytes) return malformed("no_comment");
    auto key = "waline:" + *id;
    if (is_own(*comment)) return ignored("own_message", std::move(key));
    if (get_string(*comment, "status") != "approved") return ignored("not_approved", std::move(key));
    auto question = question_in(text_of(*comment, "rawComment", "comment"));
    if (!question) return ignored("no_mention", std::move(key));
    const auto happened = inserted_at(*comment);
    if (!happened) return malformed("no_time");
    if (!is_recent_event(*happened, now)) return stale("old_event", 200, std::move(key));
    return mentioned(mention_of(*comment, *id, *url, std::move(*question)));
  }

  result<call> render(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    const auto url = notes ? get_string(*notes, "url") : std::nullopt;
    if (!url) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    const json body{{"url", *url},
                    {"comment", text_for(what, *notes)},
                    {"nick", name_},
                    {"mail", settings_.get("bot_mail")},
                    {"pid", notes->value("pid", json{})},
                    {"rid", notes->value("rid", json{})},
                    {"at", notes->value("at", json{})},
                    {"ua", "stillholds"}};
    call made{.method = "POST", .url = api_ + "/api/comment", .headers = credentials(), .body = dump_json(body)};
    made.headers.push_back(json_type());
    return made;
  }

  judgement judge(const call_result& response) const override {
    const auto pause = asked_pause(response.headers);
    if (response.status == 429 || response.status == 503) return retry_later("rate_limited", pause);
    // The server stores first and calls webhooks then, ours among them: a failure may come after the comment.
    if (response.status >= 500) return outcome_unknown("server_error");
    if (response.status == 401 || response.status == 403) return refused("not_allowed");
    if (response.status < 200 || response.status >= 300) return refused("http_error");
    const auto body = parse_json(response.body, batch_limits);
    const auto errno_field = body ? get_integer(*body, "errno") : std::nullopt;
    if (!errno_field) return outcome_unknown("unreadable_answer");
    if (*errno_field == 0) {
      const auto state = get_string(*body, "data.status").value_or("approved");
      return delivered(get_id(*body, "data.objectId").value_or(""),
                       state == "approved" ? "delivered" : "held_for_approval");
    }
    const auto message = get_string(*body, "errmsg").value_or("");
    // These words of ours stand on the page already, but not under this question as far as the look before showed.
    if (message.starts_with("Duplicate Content")) return retry_later(said_before);
    if (message.starts_with("Comment too fast")) return retry_later("too_fast", flood_pause);
    return refused(*errno_field == 1001 ? "invalid_comment" : "api_error");
  }

  bool looks_first(const mention& /*question*/) const override { return true; }

  // A question that opens a thread is among the page's newest; one deep in an old thread is found among the newest of
  // the whole site.
  result<call> look(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    const auto url = notes ? get_string(*notes, "url") : std::nullopt;
    if (!url || what.question.message_id.empty()) return fail(errc::refused, "there is no comment to look for");
    auto address = api_ + "/api/comment?";
    if (!opens_thread(*notes)) address += "type=recent&count=" + std::to_string(recent_shown) + "&";
    address +=
        "path=" + percent_encode(*url) + "&pageSize=" + std::to_string(roots_shown) + "&page=1&sortBy=insertedAt_desc";
    return call{.method = "GET", .url = std::move(address), .headers = credentials(), .body = {}, .reads_page = true};
  }

  result<sighting> see(const reply& what, const call_result& response) const override {
    if (response.status == 429 || response.status == 503) return fail(errc::busy, "rate_limited");
    if (response.status == 401 || response.status == 403) return fail(errc::refused, "not_allowed");
    const auto body = parse_json(response.body, batch_limits);
    if (response.status != 200 || !body || get_integer(*body, "errno") != 0) {
      return fail(errc::unreachable, "unreadable_answer");
    }
    const auto notes = parse_json(what.question.reply_to);
    if (!notes) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    const auto* list = at_path(*body, "data");
    if (list != nullptr && list->is_object()) list = at_path(*list, "data");
    if (list == nullptr || !list->is_array()) return fail(errc::unreachable, "no_comments");
    std::optional<bool> stands;
    std::optional<std::string> reply_id;
    const auto check = [&](const json& comment) {
      const auto id = get_id(comment, "objectId");
      if (!id) return;
      if (*id == what.question.message_id) stands = still_asks(comment, what, *notes);
      if (get_id(comment, "pid") == what.question.message_id && is_our_answer(comment, what)) reply_id = id;
    };
    for (const auto& root : *list) {
      check(root);
      const auto* children = at_path(root, "children");
      if (children == nullptr || !children->is_array()) continue;
      std::ranges::for_each(*children, check);
    }
    // Not there: gone, unless the list was cut before it could come.
    if (!stands && list->size() >= std::min(roots_shown, recent_shown)) return fail(errc::busy, "too_many_comments");
    return sighting{.question_stands = stands.value_or(false), .reply_id = std::move(reply_id)};
  }

  // Whoever may read comments sees whether the server is there; the token shows whose account it is.
  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    std::vector<probe_step> steps{
        {.checks = "the server",
         .call = {.method = "GET", .url = api_ + "/api/comment?type=recent&count=1", .headers = credentials()}}};
    if (!settings_.token.empty()) {
      steps.push_back(
          {.checks = "the token", .call = {.method = "GET", .url = api_ + "/api/token", .headers = credentials()}});
    }
    return steps;
  }

  result<std::string> read_probe(std::size_t step, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    if (step == 0) return "Waline answers at " + api_;
    const auto id = get_id(*body, "data.objectId");
    if (!id) return fail(errc::refused, "Waline does not know the token: sign in as the bot and copy it again");
    if (*id != settings_.get("bot_user_id")) {
      return fail(errc::refused, "the token is that of account " + *id + ", and bot_user_id says otherwise");
    }
    if (get_string(*body, "data.type") != "administrator") {
      return fail(errc::refused, "the account is no administrator: one comment a minute, and repeats are refused");
    }
    return "signed in as " + get_string(*body, "data.display_name").value_or(*id) + ", an administrator";
  }

 private:
  // By account or mail, never by name: anybody may take the name.
  bool is_own(const json& comment) const {
    const auto user = settings_.get("bot_user_id");
    const auto mail = get_string(comment, "mail").value_or("");
    return (!user.empty() && get_id(comment, "user_id") == user) || same_ascii(mail, settings_.get("bot_mail"));
  }

  // What we get to see differs: accounts are public, mail addresses are shown to administrators. Where neither is,
  // the name must go with our words.
  bool is_our_answer(const json& comment, const reply& what) const {
    if (const auto user = settings_.get("bot_user_id"); !user.empty() && !settings_.token.empty()) {
      if (const auto shown = get_id(comment, "user_id")) return *shown == user;
    }
    if (const auto mail = get_string(comment, "mail")) return same_ascii(*mail, settings_.get("bot_mail"));
    return get_string(comment, "nick") == name_ && shows_words(text_of(comment, "orig", "comment"), what.answer.lead);
  }

  // The webhook may have been anybody's: place, state and words must be those that the server itself shows. Older
  // servers show only the page's HTML, newer ones what was typed as well.
  bool still_asks(const json& comment, const reply& what, const json& notes) const {
    if (get_string(comment, "status").value_or("approved") != "approved") return false;
    if (const auto url = get_string(comment, "url"); url && url != get_string(notes, "url")) return false;
    const auto root = get_id(comment, "rid");
    if ((root ? root : get_id(comment, "objectId")) != get_id(notes, "rid")) return false;
    if (const auto typed = get_string(comment, "orig")) {
      if (question_in(*typed) == what.question.question) return true;
    }
    return shows_words(text_of(comment, "orig", "comment"), what.question.question);
  }

  static std::string text_of(const json& comment, std::string_view first, std::string_view second) {
    if (auto text = get_string(comment, first)) return std::move(*text);
    return get_string(comment, second).value_or("");
  }

  std::optional<std::string> question_in(const std::string& text) const {
    return question_to(text, {&name_, 1}, quoting{});
  }

  mention mention_of(const json& comment, const std::string& id, const std::string& url, std::string question) const {
    const auto pick = [&](std::string_view key) {
      const auto* value = at_path(comment, key);
      return value == nullptr ? json{} : *value;
    };
    const auto root = get_id(comment, "rid");
    const std::string nick{cut(tidy(get_string(comment, "nick").value_or("")), nick_max)};
    mention made;
    made.delivery_key = "waline:" + id;
    made.space = api_;
    made.thread_id = url + ":" + root.value_or(id);
    made.message_id = id;
    made.author_id = get_string(comment, "mail").value_or("");
    if (made.author_id.empty()) made.author_id = get_id(comment, "user_id").value_or("name:" + nick);
    made.question = std::move(question);
    // Ids go back in the kind they came in: a number for SQL storages, text for others.
    made.reply_to = dump_json({{"url", url},
                               {"pid", pick("objectId")},
                               {"rid", root ? pick("rid") : pick("objectId")},
                               {"nick", nick},
                               {"at", escape_markdown(nick)}});
    return made;
  }

  // A guest and a plain account may write the same words only once on a page, wherever they stand there. Where these
  // were turned down for that they say for whom they are, as a person would; and the how-manieth they are, where the
  // same one asks again.
  static std::string text_for(const reply& what, const json& notes) {
    if (what.last_reason != said_before) return write(what.answer, markdown_dialect(text_limit));
    constexpr int first_further = 2;
    auto whom = markdown_dialect(text_limit).escape(get_string(notes, "nick").value_or(""));
    if (whom.empty() || what.attempt > first_further)
      whom += (whom.empty() ? "(" : " (") + std::to_string(what.attempt) + ")";
    whom += ": ";
    return whom + write(what.answer, markdown_dialect(text_limit - whom.size()));
  }

  static bool opens_thread(const json& notes) { return notes.value("pid", json{}) == notes.value("rid", json{}); }

  headers credentials() const {
    headers made;
    if (!settings_.token.empty()) made.push_back(bearer(settings_.token));
    if (const auto site = settings_.get("site_url"); !site.empty()) made.emplace_back("Referer", site);
    return made;
  }

  account_settings settings_;
  shared_secrets secrets_;
  std::string api_;
  std::string name_;
};

bool fits_into_address(std::string_view secret) { return percent_encode(secret) == secret; }

result<std::unique_ptr<platform>> make_waline(const account_settings& settings) {
  auto secrets = shared_secrets::make(settings.secrets);
  if (!secrets) return fail(secrets.error().code, "the secret in the address: " + secrets.error().detail);
  if (!std::ranges::all_of(settings.secrets, fits_into_address)) {
    return fail(errc::malformed, "the secret in the address may hold letters, digits and -._~ only");
  }
  auto api = api_address(settings, {});
  if (!api) return std::unexpected(api.error());
  const auto mail = settings.get("bot_mail");
  const auto sign = mail.find('@');
  if (sign == 0 || sign == std::string_view::npos) return fail(errc::malformed, "bot_mail must be a mail address");
  if (!settings.token.empty() && settings.get("bot_user_id").empty()) {
    return fail(errc::malformed, "bot_user_id is missing: the objectId of the account that the token belongs to");
  }
  const auto name = settings.get("bot_name").empty() ? mail.substr(0, sign) : settings.get("bot_name");
  if (name.find_first_of("@ \t\r\n") != std::string_view::npos) {
    return fail(errc::malformed, "bot_name must be one word without @");
  }
  if (const auto site = settings.get("site_url"); !site.empty() && !web_origin(site)) {
    return fail(errc::malformed, "site_url must be an http or https address");
  }
  return std::make_unique<waline>(settings, std::move(*secrets), std::move(*api), std::string(name));
}

}  // namespace

std::span<const platform_entry> waline_entries() noexcept {
  static const platform_entry entry{"waline", settings_known, true, make_waline, "waline"};
  return {&entry, 1};
}

}  // namespace stillholds
