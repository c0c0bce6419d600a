// Reddit: username mentions from the bot's inbox, polled. Everything here is from memory of Reddit's API and was never
// tried against it.
#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "handlers/port/addressing.hpp"
#include "handlers/port/dialects.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/escape.hpp"
#include "handlers/port/newest_first.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/rest.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/calendar.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::string_view public_api = "https://oauth.reddit.com";
constexpr std::string_view token_address = "https://www.reddit.com/api/v1/access_token";
constexpr std::string_view session_name = "session";
constexpr std::size_t text_limit = 10000;
constexpr std::size_t page_size = 100;
constexpr double latest_second = 253402300799;  // of the year 9999

constexpr std::array settings_known{
    setting_rule{"username", true, "the bot's username, without u/"},
    setting_rule{"client_id", true, "the id of the bot's app, of the kind \"script\""},
    setting_rule{"token_url", false, "where access tokens are had; default: Reddit's own address"},
};

// "u/name" calls that person and "r/name" is a link, with a slash in front or without.
std::string without_names(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 8);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool letter = i > 0 && std::string_view{"uUrR"}.contains(text[i - 1]);
    const bool alone = i < 2 || std::isalnum(static_cast<unsigned char>(text[i - 2])) == 0;
    if (text[i] == '/' && letter && alone) out += word_joiner;
    out += text[i];
  }
  return out;
}

class reddit final : public platform {
 public:
  reddit(const account_settings& from, std::string api) : settings_(from), api_(std::move(api)) {}

  platform_traits traits() const noexcept override {
    return {.can_look = true, .reply_limit = text_limit, .methods = "", .poll_every = std::chrono::seconds{30}};
  }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    const auto answer = seal::open_answer(request.body, request.answers_our_call);
    if (!answer) return not_genuine("not_polled");
    const auto page = parse_json(*answer, batch_limits);
    const auto* children = page ? at_path(*page, "data.children") : nullptr;
    if (children == nullptr || !children->is_array()) return malformed("no_listing");
    auto made = ignored("no_mention");
    newest_first place(request.cursor);
    for (auto child = children->rbegin(); child != children->rend(); ++child) {  // the oldest first
      const auto* data = at_path(*child, "data");
      if (data == nullptr) continue;
      if (const auto created = created_in(*data)) place.saw(format_instant(*created));
      gather(admit_comment(*data, now), made);
    }
    place.move_on(get_string(*page, "data.after").value_or(""), made);
    return made;
  }

  result<call> render(const reply& what) const override {
    return form_call("/api/comment", what.provision,
                     "api_type=json&thing_id=" + percent_encode(what.question.message_id) + "&text=" +
                         percent_encode(write(what.answer, markdown_dialect(text_limit, "@#", without_names))));
  }

  judgement judge(const call_result& response) const override {
    if (response.status == 401) {
      auto again = retry_later("session_ended");
      again.renew_provision = true;
      return again;
    }
    if (auto judged = judge_status(response)) return std::move(*judged);
    const auto body = parse_json(response.body);
    const auto* errors = body ? at_path(*body, "json.errors") : nullptr;
    if (errors != nullptr && errors->is_array() && !errors->empty()) {
      const auto& first = errors->front();
      const bool limit = first.is_array() && !first.empty() && first.front() == "RATELIMIT";
      return limit ? retry_later("rate_limited", std::chrono::minutes{10}) : refused("api_error");
    }
    const auto* things = body ? at_path(*body, "json.data.things") : nullptr;
    if (things == nullptr || !things->is_array() || things->empty()) return outcome_unknown("unreadable_answer");
    return delivered(get_string(things->front(), "data.name").value_or(""));
  }

  result<call> look(const reply& what) const override {
    const auto& thread = what.question.thread_id;
    const auto& id = what.question.message_id;
    if (thread.size() < 4 || id.size() < 4) return fail(errc::refused, "there is no comment to look for");
    return as_us(read_call(api_ + "/comments/" + percent_encode(std::string_view{thread}.substr(3)) +
                               "?raw_json=1&depth=2&comment=" + percent_encode(std::string_view{id}.substr(3)),
                           bearer(what.provision)));
  }

  // Two listings: the post, and the comment with its replies.
  result<sighting> see(const reply& what, const call_result& response) const override {
    const auto body = seen_json(response);
    if (!body) return std::unexpected(body.error());
    if (!body->is_array() || body->size() < 2) return fail(errc::unreachable, "unreadable_answer");
    const auto* comments = at_path((*body)[1], "data.children");
    if (comments == nullptr || !comments->is_array()) return fail(errc::unreachable, "unreadable_answer");
    sighting seen{.question_stands = false, .reply_id = {}, .reply_to = {}};
    for (const auto& comment : *comments) {
      if (get_string(comment, "data.name") != what.question.message_id) continue;
      seen.question_stands = get_string(comment, "data.author").value_or("[deleted]") != "[deleted]";
      const auto* replies = at_path(comment, "data.replies.data.children");
      if (replies == nullptr || !replies->is_array()) continue;
      for (const auto& one : *replies) {
        if (same_ascii(get_string(one, "data.author").value_or(""), settings_.get("username"))) {
          seen.reply_id = get_string(one, "data.name");
        }
      }
    }
    return seen;
  }

  // Not by what lies before the newest one known: where that was deleted Reddit lists nothing, for ever.
  result<call> poll(std::string_view cursor, std::string_view provision, std::size_t most) const override {
    const newest_first place(cursor);
    return as_us(read_call(api_ + "/message/mentions?raw_json=1&limit=" + std::to_string(std::min(page_size, most)) +
                               (place.page() ? "&after=" + percent_encode(*place.page()) : ""),
                           bearer(provision)));
  }

  std::string provision_for(const mention& /*question*/) const override { return std::string(session_name); }

  // A "script" app signs in with the account's own password: token_file holds "app secret:password".
  result<call> fetch_provision(std::string_view /*name*/, std::chrono::sys_seconds /*now*/) const override {
    const auto colon = settings_.token.find(':');
    if (colon == std::string::npos)
      return fail(errc::refused, "token_file must hold the app's secret, a colon, the password");
    const auto configured = settings_.get("token_url");
    call made{
        .method = "POST",
        .url = std::string(configured.empty() ? token_address : configured),
        .headers = {basic_authorization(settings_.get("client_id"), std::string_view{settings_.token}.substr(0, colon)),
                    {"Content-Type", "application/x-www-form-urlencoded"}},
        .body = "grant_type=password&username=" + percent_encode(settings_.get("username")) +
                "&password=" + percent_encode(std::string_view{settings_.token}.substr(colon + 1))};
    return as_us(std::move(made));
  }

  result<provision> read_provision(std::string_view /*name*/, const call_result& response,
                                   std::chrono::sys_seconds now) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    auto token = get_string(*body, "access_token");
    const auto life = get_integer(*body, "expires_in");
    if (!token || !life || *life <= 0)
      return fail(errc::refused, "Reddit gives no token: are secret and password right?");
    return provision{std::move(*token), now + std::chrono::seconds{std::min<std::int64_t>(*life, 86400)}};
  }

  std::vector<probe_step> probe(std::string_view provision, std::chrono::sys_seconds /*now*/) const override {
    return {{.checks = "the account", .call = as_us(read_call(api_ + "/api/v1/me", bearer(provision)))}};
  }

  result<std::string> read_probe(std::size_t /*step*/, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    const auto name = get_string(*body, "name").value_or("");
    if (!same_ascii(name, settings_.get("username"))) {
      return fail(errc::refused, "the account is u/" + name + ", and username says otherwise");
    }
    return "signed in as u/" + name;
  }

 private:
  // The inbox itself says whose it is.
  std::string own_name(const json& data) const {
    return get_string(data, "dest").value_or(std::string(settings_.get("username")));
  }

  admission admit_comment(const json& data, std::chrono::sys_seconds now) const {
    const auto type = get_string(data, "type").value_or("");
    const auto name = get_string(data, "name");
    const auto author = get_string(data, "author");
    const auto text = get_string(data, "body");
    const auto link = get_string(data, "context").value_or("");
    const auto happened = created_in(data);
    if (type != "username_mention") return ignored("other_event");
    const bool whole = name && !name->empty() && author && text && happened;
    if (!whole) return malformed("no_comment");
    const auto own = own_name(data);
    if (same_ascii(*author, own)) return ignored("own_message");
    auto question = question_in(*text, own);
    if (!question) return ignored("no_mention");
    if (!is_recent_event(*happened, now)) return stale("old_event", 200);
    mention made;
    made.delivery_key = "reddit:" + *name;
    made.space = get_string(data, "subreddit").value_or("");
    made.thread_id = post_in(link).value_or(get_string(data, "parent_id").value_or(""));
    if (made.thread_id.empty()) made.thread_id = *name;
    made.message_id = *name;
    made.author_id = *author;
    made.question = std::move(*question);
    return mentioned(std::move(made));
  }

  static std::optional<std::chrono::sys_seconds> created_in(const json& data) {
    const auto* created = at_path(data, "created_utc");
    if (created == nullptr || !created->is_number()) return std::nullopt;
    const auto seconds = std::clamp(created->get<double>(), 0.0, latest_second);
    return std::chrono::sys_seconds{std::chrono::seconds{static_cast<std::int64_t>(seconds)}};
  }

  // "/r/x/comments/1abcde/…" -> t3_1abcde.
  static std::optional<std::string> post_in(std::string_view link) {
    constexpr std::string_view mark = "/comments/";
    const auto at = link.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    const auto rest = link.substr(at + mark.size());
    const auto id = rest.substr(0, rest.find('/'));
    return id.empty() ? std::nullopt : std::optional{"t3_" + std::string(id)};
  }

  // "u/name" or "/u/name" as a word of its own, outside of quotes and code.
  static std::optional<std::string> question_in(std::string_view text, std::string_view own) {
    // As "@name" the same finder serves; the slash before the u would otherwise end a word.
    std::string words;
    bool begins = true;
    for (std::size_t i = 0; i < text.size();) {
      auto rest = text.substr(i);
      const std::size_t slash = rest.starts_with('/') ? 1 : 0;
      const bool here = begins && same_ascii(rest.substr(slash, 2), "u/");
      if (here) {
        words += '@';
        i += slash + 2;
      } else {
        words += text[i++];
      }
      begins = words.empty() || words.back() == ' ' || words.back() == '\n' || words.back() == '(';
    }
    const std::array names{std::string(own)};
    return question_to(words, names, quoting{});
  }

  call form_call(std::string_view path, std::string_view token, std::string body) const {
    return as_us({.method = "POST",
                  .url = api_ + std::string(path),
                  .headers = {bearer(token), {"Content-Type", "application/x-www-form-urlencoded"}},
                  .body = std::move(body)});
  }

  // Reddit turns down callers that do not say who they are.
  call as_us(call made) const {
    made.headers.emplace_back("User-Agent", "stillholds by u/" + std::string(settings_.get("username")));
    return made;
  }

  account_settings settings_;
  std::string api_;
};

result<std::unique_ptr<platform>> make_reddit(const account_settings& settings) {
  if (!settings.secrets.empty()) return fail(errc::malformed, "Reddit sends no webhooks: leave secret_files out");
  if (settings.token.empty())
    return fail(errc::malformed, "token_file is missing: the app's secret, a colon, the password");
  if (settings.get("username").empty() || settings.get("client_id").empty()) {
    return fail(errc::malformed, "username and client_id are needed");
  }
  auto api = api_address(settings, public_api);
  if (!api) return std::unexpected(api.error());
  return std::make_unique<reddit>(settings, std::move(*api));
}

}  // namespace

std::span<const platform_entry> reddit_entries() noexcept {
  static const platform_entry entry{"reddit", settings_known, false, make_reddit, "reddit"};
  return {&entry, 1};
}

}  // namespace stillholds
