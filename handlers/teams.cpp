// Microsoft Teams: the outgoing webhook of a team. The HTTP response, within five seconds, is the only reply there is.
#include <array>
#include <utility>

#include "handlers/port/addressing.hpp"
#include "handlers/port/dialects.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/html_text.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/calendar.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

// A message may have about 28 kB, and a Chinese character has three bytes, "&" as an entity five.
constexpr std::size_t text_limit = 5000;
constexpr std::string_view proof_scheme = "HMAC ";

constexpr std::array settings_known{
    setting_rule{"webhook_name", true, "the name that the outgoing webhook was given in Teams, as readers mention it"},
};

acknowledgement says(std::string_view text) { return {.body = dump_json({{"type", "message"}, {"text", text}})}; }

class teams final : public platform {
 public:
  teams(const account_settings& from, hmac_keys keys) : settings_(from), keys_(std::move(keys)) {}

  platform_traits traits() const noexcept override { return {.reply_limit = text_limit, .delivers_again = false}; }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    const auto shown = find_header(request.headers, "authorization");
    if (!shown) return not_genuine("signature_missing");
    const auto proof =
        shown->starts_with(proof_scheme) ? decode_base64(shown->substr(proof_scheme.size())) : std::nullopt;
    if (!proof) return not_genuine("signature_malformed");
    const auto body = seal::open(request.body, keys_, {}, *proof);
    if (!body) return not_genuine("signature_mismatch");
    const auto event = parse_json(*body);
    if (!event) return malformed("not_json");
    if (get_string(*event, "type") != "message") return ignored("other_event");
    const auto id = get_string(*event, "id");
    const auto place = get_string(*event, "conversation.id");
    const auto author = get_string(*event, "from.id");
    const auto text = get_string(*event, "text");
    const auto happened = parse_instant(get_string(*event, "timestamp").value_or(""));
    if (!id || !place || !author || !text || !happened) return malformed("no_message");
    // "28:" begins the ids of bots, "29:" those of people.
    if (author->starts_with("28:")) return ignored("own_message");
    if (!is_recent_event(*happened, now)) return stale("old_event", 200);
    auto question = question_in(*text);
    if (!question) return ignored("no_mention");
    if (question->empty()) {
      auto made = ignored("empty_question");
      made.acknowledge = says("Ask about a claim of the article, or write \"list\" to see them all.");
      return made;
    }
    mention made;
    made.delivery_key = "teams:" + *place + ":" + *id;
    made.space = get_string(*event, "channelData.team.id").value_or("");
    made.thread_id = *place;
    made.message_id = *id;
    made.author_id = *author;
    made.question = std::move(*question);
    made.answer_in_response = true;
    auto admitted = mentioned(std::move(made));
    // What is said when the answer is not there in time: Teams does not ask again.
    admitted.acknowledge = says("Still looking this up. Please ask again in a moment.");
    return admitted;
  }

  result<call> render(const reply& /*what*/) const override {
    return fail(errc::refused, "Teams takes answers in the HTTP response only");
  }

  acknowledgement render_response(const reply& what) const override {
    return says(write(what.answer, html_dialect(text_limit, "<br/>")));
  }

  judgement judge(const call_result& /*response*/) const override { return refused("no_calls"); }

  // An outgoing webhook has no API that could be asked.
  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    return {};
  }
  result<std::string> read_probe(std::size_t /*step*/, const call_result& /*response*/) const override {
    return fail(errc::refused, "there is nothing to ask");
  }

 private:
  // "<at>Name</at> words&nbsp;…"; Teams calls only when the webhook was mentioned.
  std::optional<std::string> question_in(std::string_view text) const {
    constexpr std::string_view opening = "<at>";
    constexpr std::string_view closing = "</at>";
    std::string words;
    bool named = false;
    for (std::size_t from = 0; from <= text.size();) {
      const auto at = std::min(text.find(opening, from), text.size());
      words += text.substr(from, at - from);
      const auto end = at == text.size() ? std::string_view::npos : text.find(closing, at);
      if (end == std::string_view::npos) {
        words += text.substr(at);
        break;
      }
      const auto name = text_of_html(text.substr(at + opening.size(), end - at - opening.size()));
      if (same_ascii(trim(name), settings_.get("webhook_name"))) {
        named = true;
      } else {
        words += name;
      }
      from = end + closing.size();
    }
    return named ? std::optional{as_question(text_of_html(words), true)} : std::nullopt;
  }

  account_settings settings_;
  hmac_keys keys_;
};

result<std::unique_ptr<platform>> make_teams(const account_settings& settings) {
  std::vector<std::string> raw;
  for (const auto& secret : settings.secrets) {
    auto key = decode_base64(secret);
    if (!key) return fail(errc::malformed, "the security token must be the base64 text that Teams showed once");
    raw.push_back(std::move(*key));
  }
  auto keys = hmac_keys::make(raw);
  if (!keys) return fail(keys.error().code, "the security token: " + keys.error().detail);
  if (settings.get("webhook_name").empty()) return fail(errc::malformed, "webhook_name is missing");
  return std::make_unique<teams>(settings, std::move(*keys));
}

}  // namespace

std::span<const platform_entry> teams_entries() noexcept {
  static const platform_entry entry{"teams", settings_known, true, make_teams, "teams"};
  return {&entry, 1};
}

}  // namespace stillholds
