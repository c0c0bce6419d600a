// Google Chat: events of a Chat app in, vouched for by a token of Google's; replies through the REST API of a service
// account, or in the HTTP response where none is configured.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "handlers/port/addressing.hpp"
#include "handlers/port/dialects.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/escape.hpp"
#include "handlers/port/jwt.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/rest.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/calendar.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::string_view public_api = "https://chat.googleapis.com";
constexpr std::string_view chat_account = "chat@system.gserviceaccount.com";
constexpr std::string_view number_keys =
    "https://www.googleapis.com/service_accounts/v1/jwk/chat@system.gserviceaccount.com";
constexpr std::string_view address_keys = "https://www.googleapis.com/oauth2/v3/certs";
constexpr std::string_view token_address = "https://oauth2.googleapis.com/token";
constexpr std::string_view scope = "https://www.googleapis.com/auth/chat.bot";
constexpr std::string_view grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
constexpr std::string_view keys_name = "keys";
constexpr std::string_view token_name = "token";
constexpr std::size_t text_limit = 4000;
constexpr std::chrono::seconds keys_life{3600};
constexpr std::chrono::seconds clock_slack{300};

constexpr std::array settings_known{
    setting_rule{"audience", true,
                 "the Cloud project's number, or the address of this webhook, as the app's \"Authentication "
                 "Audience\" says"},
    setting_rule{"keys_url", false, "where Google's public keys are; default: Google's own address for that audience"},
    setting_rule{"token_url", false, "where access tokens are had; default: Google's own address"},
};

dialect googlechat_dialect() {
  const auto shown = [](std::string_view text) { return join_after(defang(text), "<"); };
  auto made = open_dialect(text_limit);
  made.escape = shown;
  made.link = [shown](std::string_view url, std::string_view label) {
    const auto address = safe_address(url);
    if (address.empty()) return shown(label);
    auto words = shown(label);
    std::erase_if(words, [](char c) { return c == '|' || c == '>' || c == '\n'; });
    return words.empty() ? address : "<" + address + "|" + words + ">";
  };
  made.strong = [](std::string_view text) { return emphasise(text, "*"); };
  made.labels_carry_links = true;
  return made;
}

struct service_account {
  rsa_key key;
  std::string email;
};

class googlechat final : public platform {
 public:
  googlechat(const account_settings& from, std::string api, std::optional<service_account> signer)
      : settings_(from), api_(std::move(api)), signer_(std::move(signer)) {
    by_address_ = settings_.get("audience").starts_with("http");
  }

  platform_traits traits() const noexcept override { return {.reply_limit = text_limit, .admits_with = keys_name}; }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    const auto shown = find_header(request.headers, "authorization");
    if (!shown || !shown->starts_with("Bearer ")) return not_genuine("token_missing");
    const auto token = verify_jwt(shown->substr(7), request.provision);
    if (!token && token.error().code == errc::not_genuine) return not_genuine("wrong_token");
    if (!token) {
      auto made = not_genuine("unknown_key");
      made.kind = admission_kind::outdated_keys;
      return made;
    }
    const auto& claims = token->claims();
    if (!is_from_chat(claims)) return not_genuine("wrong_issuer_or_audience");
    const auto issued = get_integer(claims, "iat");
    const auto ends = get_integer(claims, "exp");
    const auto at = now.time_since_epoch().count();
    if (!issued || !ends) return not_genuine("token_without_time");
    if (at > *ends || at < *issued - clock_slack.count()) return stale("token_ended", 401);
    const auto event = parse_json(seal::open(request.body, *token));
    if (!event) return malformed("not_json");
    return admit_event(*event, now);
  }

  result<call> render(const reply& what) const override {
    if (!signer_) return fail(errc::refused, "without a service account an answer can only stand in the response");
    const auto notes = parse_json(what.question.reply_to);
    const auto space = notes ? get_string(*notes, "space") : std::nullopt;
    const auto thread = notes ? get_string(*notes, "thread") : std::nullopt;
    if (!space || !thread) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    auto made = json_call(
        "POST",
        api_ + "/v1/" + *space +
            "/messages?messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD&requestId=" + percent_encode(what.key),
        bearer(what.provision), body_of(what, *thread));
    made.repeat_is_harmless = true;  // the same requestId gets the first message again
    return made;
  }

  acknowledgement render_response(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    return {.body = dump_json(body_of(what, notes ? get_string(*notes, "thread").value_or("") : ""))};
  }

  judgement judge(const call_result& response) const override {
    if (response.status == 401) {
      auto again = retry_later("token_ended");
      again.renew_provision = true;
      return again;
    }
    return judge_created(response, "name");
  }

  std::string provision_for(const mention& /*question*/) const override {
    return signer_ ? std::string(token_name) : std::string{};
  }

  result<call> fetch_provision(std::string_view name, std::chrono::sys_seconds now) const override {
    if (name == keys_name) {
      const auto configured = settings_.get("keys_url");
      const auto usual = by_address_ ? address_keys : number_keys;
      return call{
          .method = "GET", .url = std::string(configured.empty() ? usual : configured), .headers = {}, .body = {}};
    }
    if (!signer_) return fail(errc::refused, "there is no service account");
    const auto url = std::string(settings_.get("token_url").empty() ? token_address : settings_.get("token_url"));
    const auto begin = now.time_since_epoch().count();
    const auto assertion = signer_->key.make_jwt(
        {{"iss", signer_->email}, {"scope", scope}, {"aud", url}, {"iat", begin}, {"exp", begin + 3600}});
    if (!assertion) return std::unexpected(assertion.error());
    return call{.method = "POST",
                .url = url,
                .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                .body = "grant_type=" + percent_encode(grant) + "&assertion=" + *assertion};
  }

  result<provision> read_provision(std::string_view name, const call_result& response,
                                   std::chrono::sys_seconds now) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    if (name == keys_name) {
      if (const auto* keys = at_path(*body, "keys"); keys == nullptr || !keys->is_array()) {
        return fail(errc::unreachable, "Google's answer holds no keys");
      }
      return provision{response.body, now + keys_life};
    }
    auto token = get_string(*body, "access_token");
    const auto life = get_integer(*body, "expires_in");
    if (!token || !life || *life <= 0) return fail(errc::unreachable, "Google's answer holds no token");
    return provision{std::move(*token), now + std::chrono::seconds{std::min<std::int64_t>(*life, 86400)}};
  }

  // That a token was had is most of what there is to know; the spaces it opens are the rest.
  std::vector<probe_step> probe(std::string_view provision, std::chrono::sys_seconds /*now*/) const override {
    if (!signer_) return {};
    return {{.checks = "the service account", .call = read_call(api_ + "/v1/spaces?pageSize=1", bearer(provision))}};
  }

  result<std::string> read_probe(std::size_t /*step*/, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    const auto* spaces = at_path(*body, "spaces");
    if (spaces == nullptr || !spaces->is_array() || spaces->empty()) {
      return fail(errc::refused, "signed in, but the app is in no space: add it to one in Google Chat");
    }
    return "signed in, and in " + get_string(spaces->front(), "name").value_or("a space");
  }

 private:
  // With a project's number Chat signs itself; with an address Google signs in Chat's name.
  bool is_from_chat(const json& claims) const {
    if (get_string(claims, "aud") != settings_.get("audience")) return false;
    if (!by_address_) return get_string(claims, "iss") == chat_account;
    const auto issuer = get_string(claims, "iss").value_or("");
    return (issuer == "https://accounts.google.com" || issuer == "accounts.google.com") &&
           get_string(claims, "email") == chat_account && get_bool(claims, "email_verified") == true;
  }

  admission admit_event(const json& event, std::chrono::sys_seconds now) const {
    const auto type = get_string(event, "type");
    if (!type) return malformed("no_type");
    // Adding the app by mentioning it is one event, and that mention comes in no other.
    const bool added_by_mention = *type == "ADDED_TO_SPACE" && at_path(event, "message") != nullptr;
    if (*type != "MESSAGE" && !added_by_mention) return ignored("other_event");
    const auto name = get_string(event, "message.name");
    const auto author = get_string(event, "message.sender.name");
    const auto space = get_string(event, "space.name");
    const auto thread = get_string(event, "message.thread.name");
    const auto happened = parse_instant(get_string(event, "eventTime").value_or(""));
    if (!name || !author || !space || !thread || !happened) return malformed("no_message");
    auto key = "googlechat:" + *name;
    if (get_string(event, "message.sender.type") == "BOT") return ignored("own_message", std::move(key));
    if (!is_recent_event(*happened, now)) return stale("old_event", 200, std::move(key));
    // The text without the mention; in direct messages there is none, and all is for us.
    auto text = get_string(event, "message.argumentText");
    if (!text) text = get_string(event, "message.text");
    if (!text) return ignored("no_text", std::move(key));
    mention made;
    made.delivery_key = std::move(key);
    made.space = *space;
    made.thread_id = *thread;
    made.message_id = *name;
    made.author_id = *author;
    made.question = as_question(*text, true);
    made.reply_to = dump_json({{"space", *space}, {"thread", *thread}});
    made.answer_in_response = !signer_;
    return mentioned(std::move(made));
  }

  static json body_of(const reply& what, const std::string& thread) {
    json body{{"text", write(what.answer, googlechat_dialect())}};
    if (!thread.empty()) body["thread"] = {{"name", thread}};
    return body;
  }

  account_settings settings_;
  std::string api_;
  std::optional<service_account> signer_;
  bool by_address_{false};
};

result<std::unique_ptr<platform>> make_googlechat(const account_settings& settings) {
  if (settings.get("audience").empty()) return fail(errc::malformed, "audience is missing");
  if (!settings.secrets.empty()) return fail(errc::malformed, "Google Chat has no secret: leave secret_files out");
  auto api = api_address(settings, public_api);
  if (!api) return std::unexpected(api.error());
  std::optional<service_account> signer;
  if (settings.token.starts_with('{')) {
    const auto file = parse_json(settings.token);
    const auto email = file ? get_string(*file, "client_email") : std::nullopt;
    auto key = rsa_key::from_pem(file ? get_string(*file, "private_key").value_or("") : "");
    if (!email || !key) return fail(errc::malformed, "token_file must be the JSON key file of a service account");
    signer = service_account{std::move(*key), *email};
  }
  return std::make_unique<googlechat>(settings, std::move(*api), std::move(signer));
}

}  // namespace

std::span<const platform_entry> googlechat_entries() noexcept {
  static const platform_entry entry{"googlechat", settings_known, false, make_googlechat, "googlechat"};
  return {&entry, 1};
}

}  // namespace stillholds
