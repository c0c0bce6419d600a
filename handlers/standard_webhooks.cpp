// Standard Webhooks: the neutral adapter for anything that can sign a request. The answer goes back in the HTTP
// response, or as a signed webhook of our own to `callback_url`.
#include <algorithm>
#include <array>
#include <utility>

#include "handlers/port/addressing.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/escape.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/standard_envelope.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/answers/fit.hpp"
#include "knowledge/calendar.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::size_t text_limit = 4000;
constexpr std::size_t id_max_bytes = 256;

constexpr std::array settings_known{
    setting_rule{"callback_url", false,
                 "where answers are sent as signed webhooks; leave it out to answer in the HTTP response"},
};

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
  standard_webhooks(std::string callback, standard_envelope envelope)
      : callback_(std::move(callback)), envelope_(std::move(envelope)) {}

  platform_traits traits() const noexcept override { return {.reply_limit = text_limit}; }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    auto opened = envelope_.open(request, now);
    if (auto* refusal = std::get_if<admission>(&opened)) return std::move(*refusal);
    const auto& envelope = std::get<opened_envelope>(opened);
    const auto event = parse_json(envelope.body);
    if (!event) return malformed("not_json");
    return admit_event(*event, "standard-webhooks:" + std::string(envelope.id));
  }

  result<call> render(const reply& what) const override {
    if (callback_.empty()) return fail(errc::refused, "without callback_url answers go into the HTTP response only");
    if (what.now == std::chrono::sys_seconds{}) return fail(errc::internal, "the time of this attempt is not known");
    auto body = dump_json(document(what));
    auto sealed = envelope_.seal_own(what.key, what.now, body);
    if (!sealed) return std::unexpected(sealed.error());
    return call{.method = "POST",
                .url = callback_,
                .headers = std::move(*sealed),
                .body = std::move(body),
                .repeat_is_harmless = true};  // receivers know a repeat by its webhook-id
  }

  acknowledgement render_response(const reply& what) const override { return {.body = dump_json(document(what))}; }

  // A webhook receiver cannot be asked anything without being sent a reply.
  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    return {};
  }
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
  standard_envelope envelope_;
};

result<std::unique_ptr<platform>> make_standard_webhooks(const account_settings& settings) {
  auto envelope = standard_envelope::make(settings.secrets);
  if (!envelope) return std::unexpected(envelope.error());
  std::string callback{settings.get("callback_url")};
  if (!callback.empty() && !web_origin(callback)) {
    return fail(errc::malformed, "callback_url must be an http or https address");
  }
  if (!callback.empty() && !envelope->can_sign()) {
    return fail(errc::malformed, "callback_url needs a whsec_ secret to sign answers with");
  }
  return std::make_unique<standard_webhooks>(std::move(callback), std::move(*envelope));
}

}  // namespace

std::span<const platform_entry> standard_webhooks_entries() noexcept {
  static const platform_entry entry{"standard-webhooks", settings_known, true, make_standard_webhooks, "generic"};
  return {&entry, 1};
}

}  // namespace stillholds
