// WordPress: comments that our must-use plugin (deploy/wordpress/) sends as Standard Webhooks; replies through the REST
// API with an application password, under the comment. Core's API asks guests for a name that anyone may take, so our
// own comments are known by the account's id.
#include <array>
#include <utility>
#include <variant>

#include "handlers/port/addressing.hpp"
#include "handlers/port/dialects.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/html_text.hpp"
#include "handlers/port/registry.hpp"
#include "handlers/port/rest.hpp"
#include "handlers/port/standard_envelope.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::size_t text_limit = 20000;  // a comment's column holds 65,525 bytes
constexpr std::size_t page_size = 100;
// This form of the address works with every permalink setting.
constexpr std::string_view comments = "/?rest_route=/wp/v2/comments";

constexpr std::array settings_known{
    setting_rule{"bot_user_id", true,
                 "the id of the WordPress user that the bot answers as: in the address of its profile"},
    setting_rule{"bot_login", true, "that user's login name; the application password is this user's"},
    setting_rule{"bot_name", false, "the name that readers mention, without @; default: bot_login"},
};

class wordpress final : public platform {
 public:
  wordpress(const account_settings& from, standard_envelope envelope, std::string api)
      : settings_(from), envelope_(std::move(envelope)), api_(std::move(api)) {
    names_.emplace_back(settings_.get(settings_.get("bot_name").empty() ? "bot_login" : "bot_name"));
  }

  platform_traits traits() const noexcept override {
    return {.can_look = true, .can_amend = true, .reply_limit = text_limit};
  }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    auto opened = envelope_.open(request, now);
    if (auto* refusal = std::get_if<admission>(&opened)) return std::move(*refusal);
    const auto& envelope = std::get<opened_envelope>(opened);
    const auto event = parse_json(envelope.body);
    if (!event) return malformed("not_json");
    auto key = "wordpress:" + std::string(envelope.id);
    const auto type = get_string(*event, "type");
    if (!type) return malformed("no_type");
    if (*type != "comment.created" && *type != "comment.edited" && *type != "comment.deleted") {
      return ignored(*type == "ping" ? "ping" : "other_event", std::move(key));
    }
    return admit_comment(*event, *type, std::move(key));
  }

  result<call> render(const reply& what) const override {
    const auto notes = parse_json(what.question.reply_to);
    const auto post = notes ? get_integer(*notes, "post") : std::nullopt;
    const auto parent = notes ? get_integer(*notes, "parent") : std::nullopt;
    if (!post || !parent) return fail(errc::corrupt, "the notes on how to answer are unreadable");
    return json_call("POST", api_ + std::string(comments), credentials(),
                     {{"post", *post}, {"parent", *parent}, {"content", text_of(what)}});
  }

  judgement judge(const call_result& response) const override {
    const auto body = parse_json(response.body);
    const auto code = body ? get_string(*body, "code").value_or("") : std::string{};
    const bool turned_down = response.status >= 400 && response.status < 500;
    if (turned_down && code == "comment_duplicate") return delivered("", "duplicate");
    if (code == "comment_flood") return retry_later("too_fast", std::chrono::seconds{15});
    if (auto judged = judge_status(response)) return std::move(*judged);
    if (body && get_bool(*body, "deleted") == true) return delivered("");
    auto id = body ? get_id(*body, "id") : std::nullopt;
    if (!id) return outcome_unknown("unreadable_answer");
    const auto state = get_string(*body, "status").value_or("approved");
    return delivered(std::move(*id), state == "approved" || state == "trash" ? "delivered" : "held_for_approval");
  }

  result<call> look(const reply& what) const override {
    if (what.question.message_id.empty()) return fail(errc::refused, "there is no comment to look for");
    return read_call(api_ + std::string(comments) + "&context=edit&status=all&per_page=" + std::to_string(page_size) +
                         "&author=" + percent_encode(settings_.get("bot_user_id")) +
                         "&parent=" + percent_encode(what.question.message_id),
                     credentials());
  }

  // Our comments under the very question; what the plugin signed needs no second look.
  result<sighting> see(const reply& /*what*/, const call_result& response) const override {
    const auto body = seen_json(response);
    if (!body) return std::unexpected(body.error());
    if (!body->is_array()) return fail(errc::unreachable, "unreadable_answer");
    sighting seen;
    for (const auto& comment : *body) {
      if (get_id(comment, "author") == settings_.get("bot_user_id")) seen.reply_id = get_id(comment, "id");
    }
    return seen;
  }

  result<call> amend(const reply& what, std::string_view reply_id) const override {
    auto made = json_call("POST", place_of(reply_id), credentials(), {{"content", text_of(what)}});
    made.repeat_is_harmless = true;
    return made;
  }

  // For good: into the trash it cannot go where a site keeps none (EMPTY_TRASH_DAYS 0), and the outbox knows what it
  // was.
  result<call> retract(const reply& /*what*/, std::string_view reply_id) const override {
    return call{.method = "DELETE",
                .url = place_of(reply_id) + "&force=true",
                .headers = {credentials()},
                .body = {},
                .repeat_is_harmless = true};
  }

  std::vector<probe_step> probe(std::string_view /*provision*/, std::chrono::sys_seconds /*now*/) const override {
    return {{.checks = "the application password",
             .call = read_call(api_ + "/?rest_route=/wp/v2/users/me&context=edit", credentials())}};
  }

  result<std::string> read_probe(std::size_t /*step*/, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    const auto id = get_id(*body, "id").value_or("");
    if (id != settings_.get("bot_user_id")) {
      return fail(errc::refused, "the application password is that of user " + id + ", and bot_user_id says otherwise");
    }
    if (get_bool(*body, "capabilities.moderate_comments") != true) {
      return fail(errc::refused,
                  "the user may not moderate comments: core holds such a user's comments for approval, and two "
                  "within 15 seconds for a flood. Give it the role Editor");
    }
    return "signed in as " + get_string(*body, "name").value_or(id);
  }

 private:
  admission admit_comment(const json& event, std::string_view type, std::string key) const {
    const auto id = get_id(event, "data.id");
    const auto post = get_integer(event, "data.post");
    const auto author = get_id(event, "data.author.key");
    const auto user = get_id(event, "data.author.user_id").value_or("0");
    const auto text = get_string(event, "data.text");
    const auto number = get_integer(event, "data.id");
    if (!id || !number || !post || !author || !text) return malformed("no_comment");
    if (user == settings_.get("bot_user_id")) return ignored("own_message", std::move(key));
    if (const auto kind = get_string(event, "data.kind").value_or("comment"); kind != "comment" && !kind.empty()) {
      return ignored("other_bot", std::move(key));  // pingbacks and trackbacks
    }
    const bool created = type == "comment.created";
    auto question = question_to(text_of_html(*text), names_, quoting{});
    if (created && !question) return ignored("no_mention", std::move(key));
    mention made;
    made.change = created                                ? mention_change::created
                  : type == "comment.edited" && question ? mention_change::edited
                                                         : mention_change::deleted;
    made.delivery_key = std::move(key);
    made.message_key = "wordpress:comment:" + *id;
    made.space = std::string(web_origin(api_).value_or(api_));
    made.thread_id = std::to_string(*post) + ":" + get_id(event, "data.thread").value_or(*id);
    made.message_id = *id;
    made.author_id = *author;
    if (made.change != mention_change::deleted) made.question = std::move(*question);
    made.reply_to = dump_json({{"post", *post}, {"parent", *number}});
    return mentioned(std::move(made));
  }

  // Core keeps links, bold text and line breaks of what its own users write, and shows the rest as text.
  static std::string text_of(const reply& what) {
    auto written = html_dialect(text_limit, "\n", "@[");
    written.part_break = "\n\n";  // core makes paragraphs of it
    return write(what.answer, written);
  }

  std::string place_of(std::string_view id) const { return api_ + std::string(comments) + "/" + percent_encode(id); }
  header credentials() const { return basic_authorization(settings_.get("bot_login"), settings_.token); }

  account_settings settings_;
  standard_envelope envelope_;
  std::string api_;
  std::vector<std::string> names_;
};

result<std::unique_ptr<platform>> make_wordpress(const account_settings& settings) {
  auto envelope = standard_envelope::make(settings.secrets);
  if (!envelope) return std::unexpected(envelope.error());
  if (settings.token.empty())
    return fail(errc::malformed, "token_file is missing: an application password of the bot's user");
  if (settings.get("bot_user_id").empty() || settings.get("bot_login").empty()) {
    return fail(errc::malformed, "bot_user_id and bot_login are needed");
  }
  auto api = api_address(settings, {});
  if (!api) return std::unexpected(api.error());
  return std::make_unique<wordpress>(settings, std::move(*envelope), std::move(*api));
}

}  // namespace

std::span<const platform_entry> wordpress_entries() noexcept {
  static const platform_entry entry{"wordpress", settings_known, true, make_wordpress, "wordpress"};
  return {&entry, 1};
}

}  // namespace stillholds
