// Meta's family: Messenger, WhatsApp, comments on Facebook pages and on Instagram. One handshake, one signature, one
// Graph API; what differs is what an event looks like and where its answer goes.
#include <algorithm>
#include <array>
#include <utility>

#include "handlers/meta_events.hpp"
#include "handlers/port/dialects.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/rest.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::string_view public_api = "https://graph.facebook.com";

constexpr std::size_t page_size = 100;

struct member_facts {
  std::string_view name;
  std::size_t text_limit;
  std::string_view own_setting;  // whose id is ours
};
constexpr std::array facts{
    member_facts{"messenger", 2000, "page_id"},
    member_facts{"facebook", 8000, "page_id"},
    member_facts{"instagram", 2200, "ig_id"},
    member_facts{"whatsapp", 4096, "wa_phone_id"},
};

constexpr setting_rule verify_rule{"verify_token", true,
                                   "a word of your own, the same as in the app's webhook settings"};
constexpr setting_rule page_rule{"page_id", true, "the page's id, on its \"About\" page"};
constexpr std::array messenger_settings{verify_rule, page_rule};
constexpr std::array facebook_settings{
    verify_rule, page_rule,
    setting_rule{"page_name", false,
                 "the page's name as readers mention it; default: whatever begins with @ and a capital"}};
constexpr std::array instagram_settings{
    verify_rule, setting_rule{"ig_id", true, "the Instagram account's id"},
    setting_rule{"ig_username", true, "the Instagram account's username, without @"}};
constexpr std::array whatsapp_settings{
    verify_rule, setting_rule{"wa_phone_id", true, "the phone number's id, not the number itself"}};

class meta final : public platform {
 public:
  meta(meta_member which, const account_settings& from, hmac_keys keys, std::string api)
      : which_(which),
        settings_(from),
        keys_(std::move(keys)),
        api_(std::move(api)),
        events_(which, from, std::string(from.get(own_facts().own_setting))) {}

  platform_traits traits() const noexcept override {
    return {.can_look = is_comment(),
            .can_amend = which_ == meta_member::facebook,
            .reply_limit = own_facts().text_limit,
            .body_bytes = batch_limits.bytes,  // up to a thousand events; WhatsApp says 3 MB
            .methods = "GET, POST"};
  }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    if (request.method == "GET") return admit_handshake(request.query);
    const auto shown = find_header(request.headers, "x-hub-signature-256");
    if (!shown) return not_genuine("signature_missing");
    const auto proof = decode_sha256_header(*shown);
    const auto body = proof ? seal::open(request.body, keys_, {}, *proof) : std::nullopt;
    if (!body) return not_genuine("signature_mismatch");
    const auto delivery = parse_json(*body, batch_limits);
    return delivery ? events_.admit(*delivery, now) : malformed("not_json");
  }

  result<call> render(const reply& what) const override {
    const auto& id = what.question.message_id;
    const auto text = write(what.answer, open_dialect(own_facts().text_limit, marks()));
    switch (which_) {
      case meta_member::messenger:
        return post(std::string(settings_.get("page_id")) + "/messages",
                    {{"recipient", {{"id", what.question.thread_id}}},
                     {"messaging_type", "RESPONSE"},
                     {"message", {{"text", text}}}});
      case meta_member::whatsapp:
        return post(std::string(settings_.get("wa_phone_id")) + "/messages",
                    {{"messaging_product", "whatsapp"},
                     {"to", what.question.thread_id},
                     {"type", "text"},
                     {"text", {{"body", text}, {"preview_url", false}}},
                     {"context", {{"message_id", id}}}});
      case meta_member::facebook: return post(percent_encode(id) + "/comments", {{"message", text}});
      case meta_member::instagram: return post(percent_encode(id) + "/replies", {{"message", text}});
    }
    return fail(errc::internal, "no such member");
  }

  judgement judge(const call_result& response) const override {
    const auto body = parse_json(response.body);
    if (const auto code = body ? get_integer(*body, "error.code") : std::nullopt) return judge_code(*code, response);
    if (auto judged = judge_status(response)) return std::move(*judged);
    if (!body) return outcome_unknown("unreadable_answer");
    for (const std::string_view path : {"message_id", "id"}) {
      if (auto id = get_id(*body, path)) return delivered(std::move(*id));
    }
    if (const auto* sent = at_path(*body, "messages"); sent != nullptr && sent->is_array() && !sent->empty()) {
      return delivered(get_id(sent->front(), "id").value_or(""));
    }
    return get_bool(*body, "success") == true ? delivered("") : outcome_unknown("unreadable_answer");
  }

  result<call> look(const reply& what) const override {
    if (!is_comment()) return fail(errc::refused, "a talk cannot be read");
    const auto* fields = which_ == meta_member::facebook ? "/comments?fields=id,from&limit=100"
                                                         : "/replies?fields=id,username&limit=100";
    return read_call(api_ + "/" + percent_encode(what.question.message_id) + fields, bearer(settings_.token));
  }

  // What we wrote under the very comment is our answer to it.
  result<sighting> see(const reply& /*what*/, const call_result& response) const override {
    if (response.status == 404) return sighting{.question_stands = false, .reply_id = {}, .reply_to = {}};
    const auto body = seen_json(response);
    if (!body) return std::unexpected(body.error());
    const auto* list = at_path(*body, "data");
    if (list == nullptr || !list->is_array()) return fail(errc::unreachable, "unreadable_answer");
    sighting seen;
    for (const auto& one : *list) {
      const bool own = which_ == meta_member::facebook ? get_id(one, "from.id") == settings_.get("page_id")
                                                       : get_string(one, "username") == settings_.get("ig_username");
      if (own) seen.reply_id = get_id(one, "id");
    }
    const bool cut = at_path(*body, "paging.next") != nullptr || list->size() >= page_size;
    if (!seen.reply_id && cut) return fail(errc::busy, "thread_too_long");
    return seen;
  }

  result<call> amend(const reply& what, std::string_view reply_id) const override {
    if (which_ != meta_member::facebook) return fail(errc::refused, "replies cannot be changed here");
    auto made = post(percent_encode(reply_id),
                     {{"message", write(what.answer, open_dialect(own_facts().text_limit, marks()))}});
    made.repeat_is_harmless = true;
    return made;
  }

  result<call> retract(const reply& /*what*/, std::string_view reply_id) const override {
    if (which_ != meta_member::facebook) return fail(errc::refused, "replies cannot be taken away here");
    return call{.method = "DELETE",
                .url = api_ + "/" + percent_encode(reply_id),
                .headers = {bearer(settings_.token)},
                .body = {},
                .repeat_is_harmless = true};
  }

  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    return {{.checks = "the access token",
             .call = read_call(api_ + "/" + std::string(settings_.get(own_facts().own_setting)) + "?fields=id",
                               bearer(settings_.token))}};
  }

  result<std::string> read_probe(std::size_t /*step*/, const call_result& response) const override {
    const auto told = parse_json(response.body);
    if (const auto words = told ? get_string(*told, "error.message") : std::nullopt) {
      return fail(errc::refused, "Meta says: " + std::string(cut(tidy(*words), 200)));
    }
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    if (get_id(*body, "id") != settings_.get(own_facts().own_setting)) {
      return fail(errc::refused, "the token does not open " + std::string(own_facts().own_setting));
    }
    return "the token opens " + get_id(*body, "id").value_or("");
  }

 private:
  const member_facts& own_facts() const { return facts[static_cast<std::size_t>(which_)]; }
  bool is_comment() const { return which_ == meta_member::facebook || which_ == meta_member::instagram; }
  std::string_view marks() const { return which_ == meta_member::whatsapp ? "*_~`" : "@#"; }

  admission admit_handshake(std::string_view query) const {
    const auto form = parse_form(query);
    const auto field = [&](std::string_view name) { return form ? form_value(*form, name) : std::nullopt; };
    const auto token = field("hub.verify_token");
    const auto challenge = field("hub.challenge");
    const auto expected = shared_secrets::make(std::array{std::string(settings_.get("verify_token"))}, 1);
    if (field("hub.mode") != "subscribe" || !token || !challenge || !expected || !expected->accept(*token)) {
      return not_genuine("wrong_verify_token", 403);
    }
    auto made = ignored("handshake");
    made.kind = admission_kind::challenge;
    made.acknowledge = {.status = 200, .content_type = "text/plain", .body = std::string(*challenge)};
    return made;
  }

  // Codes of the Graph API and of the Cloud API.
  static judgement judge_code(std::int64_t code, const call_result& response) {
    constexpr std::array<std::int64_t, 6> limits{4, 17, 32, 613, 130429, 131056};
    if (std::ranges::find(limits, code) != limits.end() || (code >= 80000 && code <= 80014)) {
      return retry_later("rate_limited", asked_pause(response.headers));
    }
    if (response.status == 429 || response.status == 503) return *judge_status(response);
    if (code == 1 || code == 2 || response.status >= 500) return outcome_unknown("api_trouble");
    if (code == 190 || code == 10 || (code >= 200 && code < 300)) return refused("not_allowed");
    return refused(code == 131047 ? "window_closed" : "api_error");
  }

  call post(const std::string& path, const json& body) const {
    return json_call("POST", api_ + "/" + path, bearer(settings_.token), body);
  }

  meta_member which_;
  account_settings settings_;
  hmac_keys keys_;
  std::string api_;
  meta_events events_;
};

template <meta_member Which>
result<std::unique_ptr<platform>> make_meta(const account_settings& settings) {
  auto keys = hmac_keys::make(settings.secrets);
  if (!keys) return fail(keys.error().code, "the app secret: " + keys.error().detail);
  if (settings.token.empty()) return fail(errc::malformed, "token_file is missing: an access token");
  if (settings.get("verify_token").empty()) return fail(errc::malformed, "verify_token is missing");
  const auto& own = facts[static_cast<std::size_t>(Which)];
  if (settings.get(own.own_setting).empty()) return fail(errc::malformed, std::string(own.own_setting) + " is missing");
  if (Which == meta_member::instagram && settings.get("ig_username").empty()) {
    return fail(errc::malformed, "ig_username is missing");
  }
  auto api = api_address(settings, public_api);
  if (!api) return std::unexpected(api.error());
  return std::make_unique<meta>(Which, settings, std::move(*keys), std::move(*api));
}

}  // namespace

std::span<const platform_entry> meta_entries() noexcept {
  static const std::array entries{
      platform_entry{"messenger", messenger_settings, true, make_meta<meta_member::messenger>, "meta"},
      platform_entry{"facebook", facebook_settings, true, make_meta<meta_member::facebook>, "meta"},
      platform_entry{"instagram", instagram_settings, true, make_meta<meta_member::instagram>, "meta"},
      platform_entry{"whatsapp", whatsapp_settings, true, make_meta<meta_member::whatsapp>, "meta"}};
  return entries;
}

}  // namespace stillholds
