// Bluesky: notifications of the bot's account, polled; replies as records under a key of our own, so that writing one
// again changes nothing. Mentions are facets whose places count bytes of UTF-8.
#include <algorithm>
#include <array>
#include <utility>

#include "handlers/port/addressing.hpp"
#include "handlers/port/dialects.hpp"
#include "handlers/port/encoding.hpp"
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

constexpr std::string_view public_api = "https://bsky.social";
constexpr std::string_view session_name = "session";
constexpr std::size_t text_limit = 300;  // graphemes; our characters are never fewer
constexpr std::size_t page_size = 50;
constexpr std::chrono::minutes session_life{60};  // an access token lasts about two hours

constexpr std::array settings_known{
    setting_rule{"did", true, "the bot account's DID, did:plc:…"},
    setting_rule{"handle", true, "the bot's handle, without @"},
};

// Record keys are times in microseconds and a clock's number, 13 characters of this alphabet. Ours must stay the same
// over all attempts: the second of the decision, and what the reply's key makes of the rest.
// Source: atproto.com/specs/tid.
std::string record_key(const reply& what) {
  constexpr std::string_view alphabet = "234567abcdefghijklmnopqrstuvwxyz";
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : what.key) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  const auto seconds = static_cast<std::uint64_t>(what.decided.time_since_epoch().count());
  std::uint64_t value = ((seconds * 1'000'000U + hash % 1'000'000U) << 10U) | (hash >> 32U & 1023U);
  std::string key(13, '2');
  for (auto place = key.rbegin(); place != key.rend(); ++place, value >>= 5U) *place = alphabet[value & 31U];
  return key;
}

// Nothing links by itself there. Every address that is still whole in our text is one of ours.
json link_facets(std::string_view text) {
  json facets = json::array();
  for (auto at = text.find("https://"); at != std::string_view::npos; at = text.find("https://", at + 1)) {
    const auto end = std::min(text.find_first_of(" \n", at), text.size());
    facets.push_back(
        {{"index", {{"byteStart", at}, {"byteEnd", end}}},
         {"features", json::array({{{"$type", "app.bsky.richtext.facet#link"}, {"uri", text.substr(at, end - at)}}})}});
  }
  return facets;
}

class bluesky final : public platform {
 public:
  bluesky(const account_settings& from, std::string api) : settings_(from), api_(std::move(api) + "/xrpc/") {}

  platform_traits traits() const noexcept override {
    return {.reply_limit = text_limit, .methods = "", .poll_every = std::chrono::seconds{20}};
  }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    const auto answer = seal::open_answer(request.body, request.answers_our_call);
    if (!answer) return not_genuine("not_polled");
    const auto page = parse_json(*answer, batch_limits);
    const auto* notes = page ? at_path(*page, "notifications") : nullptr;
    if (notes == nullptr || !notes->is_array()) return malformed("no_notifications");
    auto made = ignored("no_mention");
    newest_first place(request.cursor);
    for (auto note = notes->rbegin(); note != notes->rend(); ++note) {  // the oldest first
      place.saw(get_string(*note, "indexedAt").value_or(""));
      gather(admit_note(*note, now), made);
    }
    place.move_on(get_string(*page, "cursor").value_or(""), made);
    return made;
  }

  result<call> render(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    const auto* root = notes ? at_path(*notes, "root") : nullptr;
    const auto* parent = notes ? at_path(*notes, "parent") : nullptr;
    if (root == nullptr || parent == nullptr) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    const auto text = write(what.answer, open_dialect(text_limit));
    json record{{"$type", "app.bsky.feed.post"},
                {"text", text},
                {"createdAt", format_instant(what.decided)},
                {"reply", {{"root", *root}, {"parent", *parent}}}};
    if (auto facets = link_facets(text); !facets.empty()) record["facets"] = std::move(facets);
    if (!what.answer.language.empty()) record["langs"] = json::array({what.answer.language});
    auto made = json_call("POST", api_ + "com.atproto.repo.putRecord", bearer(what.provision),
                          {{"repo", settings_.get("did")},
                           {"collection", "app.bsky.feed.post"},
                           {"rkey", record_key(what)},
                           {"record", std::move(record)}});
    made.repeat_is_harmless = true;
    return made;
  }

  judgement judge(const call_result& response) const override {
    const auto body = parse_json(response.body);
    const auto error = body ? get_string(*body, "error").value_or("") : std::string{};
    if (response.status == 401 || error == "ExpiredToken" || error == "InvalidToken") {
      auto again = retry_later("session_ended");
      again.renew_provision = true;
      return again;
    }
    if (response.status == 429) {
      const auto pause = asked_pause(response.headers);
      return retry_later("rate_limited", pause ? pause : pause_until(response.headers, "ratelimit-reset"));
    }
    return judge_created(response, "uri");
  }

  // Without a page's cursor the newest are listed.
  result<call> poll(std::string_view cursor, std::string_view provision, std::size_t most) const override {
    const newest_first place(cursor);
    const auto& page = place.page();
    return read_call(
        api_ + "app.bsky.notification.listNotifications?limit=" + std::to_string(std::min(page_size, most)) +
            "&reasons=mention&reasons=reply&reasons=quote" + (page ? "&cursor=" + percent_encode(*page) : ""),
        bearer(provision));
  }

  std::string provision_for(const mention& /*question*/) const override { return std::string(session_name); }

  result<call> fetch_provision(std::string_view /*name*/, std::chrono::sys_seconds /*now*/) const override {
    const json body{{"identifier", settings_.get("handle")}, {"password", settings_.token}};
    return call{.method = "POST",
                .url = api_ + "com.atproto.server.createSession",
                .headers = {json_type()},
                .body = dump_json(body)};
  }

  result<provision> read_provision(std::string_view /*name*/, const call_result& response,
                                   std::chrono::sys_seconds now) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    auto token = get_string(*body, "accessJwt");
    if (!token) return fail(errc::unreachable, "the answer holds no session");
    if (get_string(*body, "did") != settings_.get("did")) {
      return fail(errc::refused, "the app password opens another account than did says");
    }
    return provision{std::move(*token), now + session_life};
  }

  std::vector<probe_step> probe(std::string_view provision, std::chrono::sys_seconds /*now*/) const override {
    return {{.checks = "the session", .call = read_call(api_ + "com.atproto.server.getSession", bearer(provision))}};
  }

  result<std::string> read_probe(std::size_t /*step*/, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    const auto handle = get_string(*body, "handle").value_or("");
    if (!same_ascii(handle, settings_.get("handle"))) {
      return fail(errc::refused, "the account is @" + handle + ", and handle says otherwise");
    }
    return "signed in as @" + handle;
  }

 private:
  admission admit_note(const json& note, std::chrono::sys_seconds now) const {
    const auto uri = get_string(note, "uri");
    const auto cid = get_string(note, "cid");
    const auto author = get_string(note, "author.did");
    const auto text = get_string(note, "record.text");
    const auto indexed = parse_instant(get_string(note, "indexedAt").value_or(""));
    const auto reason = get_string(note, "reason").value_or("");
    if (reason != "mention" && reason != "reply" && reason != "quote") return ignored("other_event");
    if (!uri || !cid || !author || !text || !indexed) return malformed("no_post");
    if (*author == settings_.get("did")) return ignored("own_message");
    if (is_bot(note)) return ignored("other_bot");
    auto ours = mentions_of_us(*text, at_path(note, "record.facets"));
    if (ours.empty()) return ignored("no_mention");
    if (!is_recent_event(*indexed, now)) return stale("old_event", 200);
    const json own{{"uri", *uri}, {"cid", *cid}};
    const auto* root = at_path(note, "record.reply.root");
    mention made;
    made.delivery_key = "bluesky:" + *uri;
    made.message_id = *uri;
    made.thread_id = root == nullptr ? *uri : get_string(*root, "uri").value_or(*uri);
    made.space = made.thread_id.substr(0, made.thread_id.find('/', 5));  // at://did of whoever began the thread
    made.author_id = *author;
    made.question = as_question(without(*text, ours), trim(std::string_view{*text}.substr(0, ours[0].begin)).empty());
    made.reply_to = dump_json({{"root", root == nullptr ? own : *root}, {"parent", own}});
    return mentioned(std::move(made));
  }

  std::vector<text_range> mentions_of_us(const std::string& text, const json* facets) const {
    std::vector<text_range> ours;
    if (facets == nullptr || !facets->is_array()) return ours;
    for (const auto& facet : *facets) {
      const auto begin = get_integer(facet, "index.byteStart").value_or(-1);
      const auto end = get_integer(facet, "index.byteEnd").value_or(-1);
      const auto* features = at_path(facet, "features");
      const auto size = static_cast<std::int64_t>(text.size());
      if (features == nullptr || !features->is_array() || begin < 0 || end <= begin || end > size) continue;
      const bool names_us = std::ranges::any_of(*features, [&](const json& one) {
        return get_string(one, "$type") == "app.bsky.richtext.facet#mention" &&
               get_string(one, "did") == settings_.get("did");
      });
      const text_range range{static_cast<std::size_t>(begin), static_cast<std::size_t>(end)};
      if (names_us && is_utf8(text.substr(0, range.begin)) && is_utf8(text.substr(0, range.end))) ours.push_back(range);
    }
    std::ranges::sort(ours, {}, &text_range::begin);
    const auto overlap = std::ranges::adjacent_find(ours, [](auto& a, auto& b) { return b.begin < a.end; });
    if (overlap != ours.end()) ours.resize(1);
    return ours;
  }

  static bool is_bot(const json& note) {
    const auto* labels = at_path(note, "author.labels");
    return labels != nullptr && labels->is_array() &&
           std::ranges::any_of(*labels, [](const json& one) { return get_string(one, "val") == "bot"; });
  }

  account_settings settings_;
  std::string api_;
};

result<std::unique_ptr<platform>> make_bluesky(const account_settings& settings) {
  if (!settings.secrets.empty()) return fail(errc::malformed, "Bluesky sends no webhooks: leave secret_files out");
  if (settings.token.empty())
    return fail(errc::malformed, "token_file is missing: an app password of the bot's account");
  if (!settings.get("did").starts_with("did:"))
    return fail(errc::malformed, "did must be the account's DID, did:plc:…");
  if (settings.get("handle").empty() || settings.get("handle").starts_with('@')) {
    return fail(errc::malformed, "handle is needed, without @");
  }
  auto api = api_address(settings, public_api);
  if (!api) return std::unexpected(api.error());
  return std::make_unique<bluesky>(settings, std::move(*api));
}

}  // namespace

std::span<const platform_entry> bluesky_entries() noexcept {
  static const platform_entry entry{"bluesky", settings_known, false, make_bluesky, "bluesky"};
  return {&entry, 1};
}

}  // namespace stillholds
