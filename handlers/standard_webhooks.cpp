// Standard Webhooks: the neutral adapter for anything that can sign a request. The answer goes back in the HTTP
// response, or as a signed webhook of our own to `callback_url`.
#include <algorithm>
#include <array>
#include <utility>

#include "handlers/port/addressing.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/escape.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/answers/fit.hpp"
#include "knowledge/calendar.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::string_view symmetric_prefix = "whsec_";
constexpr std::string_view public_prefix = "whpk_";
constexpr std::size_t text_limit = 4000;
constexpr std::size_t id_max_bytes = 256;
constexpr std::size_t signatures_max_bytes = 4096;

constexpr std::array settings_known{
    setting_rule{"callback_url", false,
                 "where answers are sent as signed webhooks; leave it out to answer in the HTTP response"},
};

// The three headers that prove a request; one family of names or the other, never mixed.
struct envelope {
  std::string_view id;
  std::string_view timestamp;
  std::string_view signatures;
};

std::optional<envelope> find_envelope(const headers& all) {
  for (const std::string family : {"webhook-", "svix-"}) {
    const auto id = find_header(all, family + "id");
    const auto timestamp = find_header(all, family + "timestamp");
    const auto signatures = find_header(all, family + "signature");
    if (id && timestamp && signatures) return envelope{*id, *timestamp, *signatures};
  }
  return std::nullopt;
}

bool is_usable(const envelope& proof) {
  const auto printable = [](char c) { return c > ' ' && c < 0x7F; };
  return !proof.id.empty() && proof.id.size() <= id_max_bytes && proof.signatures.size() <= signatures_max_bytes &&
         std::ranges::all_of(proof.id, printable);
}

// Plain text with the links in the open; a label or an address is cleaned as the rest is.
dialect open_dialect() {
  auto made = plain_dialect(text_limit);
  made.link = [](std::string_view url, std::string_view label) {
    const auto address = safe_address(url);
    const auto words = tidy(label);
    return words.empty() || address.empty() ? words + address : words + ": " + address;
  };
  return made;
}

class standard_webhooks final : public platform {
 public:
  standard_webhooks(std::string callback, std::optional<hmac_keys> symmetric, std::optional<ed25519_keys> asymmetric)
      : callback_(std::move(callback)), symmetric_(std::move(symmetric)), asymmetric_(std::move(asymmetric)) {}

  platform_traits traits() const noexcept override { return {.reply_limit = text_limit}; }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    const auto proof = find_envelope(request.headers);
    if (!proof) return not_genuine("signature_missing");
    const auto signed_at = parse_unix_seconds(proof->timestamp);
    if (!signed_at || !is_usable(*proof)) return not_genuine("signature_malformed");
    const auto body = open(request.body, *proof);
    if (!body) return not_genuine("signature_mismatch");
    if (!is_fresh(*signed_at, now)) return stale("signed_time", 401);
    const auto event = parse_json(*body);
    if (!event) return malformed("not_json");
    return admit_event(*event, "standard-webhooks:" + std::string(proof->id));
  }

  result<call> render(const reply& what) const override {
    if (callback_.empty()) return fail(errc::refused, "without callback_url answers go into the HTTP response only");
    if (what.now == std::chrono::sys_seconds{}) return fail(errc::internal, "the time of this attempt is not known");
    auto body = dump_json(document(what));
    const auto stamp = std::to_string(what.now.time_since_epoch().count());
    const auto signature = symmetric_->sign({what.key, ".", stamp, ".", body});
    if (!signature) return std::unexpected(signature.error());
    return call{.method = "POST",
                .url = callback_,
                .headers = {{"Content-Type", "application/json"},
                            {"webhook-id", what.key},
                            {"webhook-timestamp", stamp},
                            {"webhook-signature", "v1," + encode_base64(*signature)}},
                .body = std::move(body),
                .repeat_is_harmless = true};  // receivers know a repeat by its webhook-id
  }

  acknowledgement render_response(const reply& what) const override { return {.body = dump_json(document(what))}; }

  // A webhook receiver cannot be asked anything without being sent a reply.
  std::vector<probe_step> probe(std::string_view /*provision*/) const override { return {}; }
  result<std::string> read_probe(std::size_t /*step*/, const call_result& /*response*/) const override {
    return fail(errc::refused, "there is nothing to ask");
  }

  // Any answer but 2xx is a failed delivery, to be repeated; only 410 says that nobody wants it.
  judgement judge(const call_result& response) const override {
    const auto status = response.status;
    if (status >= 200 && status < 300) {
      const auto body = parse_json(response.body);
      return delivered(body ? get_id(*body, "id").value_or("") : "");
    }
    if (status == 410) return refused("gone");
    const auto pause = asked_pause(response.headers);
    if (status == 429 || status == 502 || status == 503 || status == 504) return retry_later("throttled", pause);
    if (status >= 500) return retry_later("server_error", pause);
    return retry_later(status >= 400 ? "http_error" : "redirected", pause);
  }

 private:
  // Any one good signature of a version that we know is enough; others are skipped.
  std::optional<std::string_view> open(const sealed_body& body, const envelope& proof) const {
    const message_parts before{proof.id, ".", proof.timestamp, "."};
    auto list = proof.signatures;
    while (!list.empty()) {
      const auto end = std::min(list.find(' '), list.size());
      const auto one = list.substr(0, end);
      list.remove_prefix(std::min(end + 1, list.size()));
      const auto comma = std::min(one.find(','), one.size());
      const auto version = one.substr(0, comma);
      const bool known = (version == "v1" && symmetric_) || (version == "v1a" && asymmetric_);
      const auto bytes = known && comma < one.size() ? decode_base64(one.substr(comma + 1)) : std::nullopt;
      if (!bytes) continue;
      const auto opened = version == "v1" ? seal::open(body, *symmetric_, before, *bytes)
                                          : seal::open(body, *asymmetric_, before, *bytes);
      if (opened) return opened;
    }
    return std::nullopt;
  }

  admission admit_event(const json& event, std::string key) const {
    const auto type = get_string(event, "type");
    if (!type) return malformed("no_type");
    if (*type != "comment.mention") return ignored("other_event", std::move(key));
    const auto thread = get_id(event, "data.thread_id");
    const auto message = get_id(event, "data.message_id");
    const auto author = get_id(event, "data.author.id");
    const auto text = get_string(event, "data.text");
    if (!thread || !message || !author || !text) return malformed("missing_field");
    if (std::max({thread->size(), message->size(), author->size()}) > id_max_bytes) return malformed("id_too_long");
    if (get_bool(event, "data.author.is_bot") == true) return ignored("bot_author", std::move(key));
    mention made;
    made.delivery_key = std::move(key);
    made.message_key = "standard-webhooks:" + *message;
    made.space = get_id(event, "data.space").value_or("");
    made.thread_id = *thread;
    made.message_id = *message;
    made.author_id = *author;
    made.question = as_question(*text, false);
    made.answer_in_response = callback_.empty();
    return mentioned(std::move(made));
  }

  static json document(const reply& what) {
    const auto& said = what.answer;
    json items = json::array();
    for (const auto& item : said.items)
      items.push_back({{"label", item.label}, {"text", item.text}, {"url", item.url}});
    json data{{"thread_id", what.question.thread_id},
              {"message_id", what.key},
              {"in_reply_to", what.question.message_id},
              {"text", write(said, open_dialect())},
              {"kind", name_of(said.kind)},
              {"language", said.language},
              {"article", said.article_id.empty() ? json{} : json(said.article_id)},
              {"claim", said.claim_id.empty() ? json{} : json(said.claim_id)},
              {"status", said.status_word.empty() ? json{} : json(said.status_word)},
              {"items", std::move(items)},
              {"link", said.link.empty() ? json{} : json(said.link)}};
    json made{{"type", "comment.reply"}, {"data", std::move(data)}};
    if (what.now != std::chrono::sys_seconds{}) made["timestamp"] = format_instant(what.now);
    return made;
  }

  std::string callback_;
  std::optional<hmac_keys> symmetric_;
  std::optional<ed25519_keys> asymmetric_;
};

result<std::unique_ptr<platform>> make_standard_webhooks(const account_settings& settings) {
  std::vector<std::string> symmetric;
  std::vector<std::string> asymmetric;
  for (const std::string_view secret : settings.secrets) {
    const bool is_public = secret.starts_with(public_prefix);
    if (!is_public && !secret.starts_with(symmetric_prefix)) {
      return fail(errc::malformed, "a secret must begin with whsec_ (shared secret) or whpk_ (Ed25519 public key)");
    }
    auto bytes = decode_base64(secret.substr((is_public ? public_prefix : symmetric_prefix).size()));
    if (!bytes || bytes->empty()) return fail(errc::malformed, "a secret is not base64 after its prefix");
    (is_public ? asymmetric : symmetric).push_back(std::move(*bytes));
  }
  if (symmetric.empty() && asymmetric.empty()) return fail(errc::malformed, "there is no secret");
  std::string callback{settings.get("callback_url")};
  if (!callback.empty() && !web_origin(callback)) {
    return fail(errc::malformed, "callback_url must be an http or https address");
  }
  if (!callback.empty() && symmetric.empty()) {
    return fail(errc::malformed, "callback_url needs a whsec_ secret to sign answers with");
  }
  std::optional<hmac_keys> mac;
  std::optional<ed25519_keys> key;
  if (!symmetric.empty()) {
    auto made = hmac_keys::make(symmetric);
    if (!made) return std::unexpected(made.error());
    mac = std::move(*made);
  }
  if (!asymmetric.empty()) {
    auto made = ed25519_keys::make(asymmetric);
    if (!made) return std::unexpected(made.error());
    key = std::move(*made);
  }
  return std::make_unique<standard_webhooks>(std::move(callback), std::move(mac), std::move(key));
}

}  // namespace

std::span<const platform_entry> standard_webhooks_entries() noexcept {
  static const platform_entry entry{"standard-webhooks", settings_known, true, make_standard_webhooks, "generic"};
  return {&entry, 1};
}

}  // namespace stillholds
