// GitHub: comments on issues, pull requests and discussions, in as webhooks of an app or a repository, out through the
// REST API and, for discussions, GraphQL.
#include <array>
#include <utility>

#include "handlers/github_api.hpp"
#include "handlers/port/addressing.hpp"
#include "handlers/port/encoding.hpp"
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

constexpr std::string_view public_api = "https://api.github.com";
// A comment and the text it stands under may each have 65,536 characters, and the rest is addresses.
constexpr json_limits delivery_limits{.bytes = std::size_t{2} * 1024 * 1024};
constexpr std::string_view installation_name = "installation:";

constexpr std::array settings_known{
    setting_rule{"bot_login", true, "who the bot comments as: \"name[bot]\" for an app, the login of a user otherwise"},
    setting_rule{"mention_names", false,
                 "names that readers mention, parted by commas; default: bot_login without [bot]"},
    setting_rule{"app_id", false, "the app's id; needed where token_file holds an app's private key"},
    setting_rule{"installation_id", false, "the app's installation that `stillholds probe` looks at"},
    setting_rule{"repo", false, "owner/name: mentions from any other repository are ignored"},
};

class github final : public platform {
 public:
  github(const account_settings& from, hmac_keys keys, github_api api, std::optional<rsa_key> app)
      : settings_(from), keys_(std::move(keys)), api_(std::move(api)), app_(std::move(app)) {
    names_ = list_in(settings_.get("mention_names"));
    if (names_.empty()) names_.emplace_back(settings_.get("bot_login").substr(0, settings_.get("bot_login").find('[')));
  }

  platform_traits traits() const noexcept override {
    return {.can_look = true,
            .can_amend = true,
            .reply_limit = github_api::text_limit,
            .body_bytes = delivery_limits.bytes};
  }

  admission admit(const incoming& request, std::chrono::sys_seconds now) const override {
    const auto shown = find_header(request.headers, "x-hub-signature-256");
    if (!shown) return not_genuine("signature_missing");
    const auto proof = decode_sha256_header(*shown);
    if (!proof) return not_genuine("signature_malformed");
    const auto body = seal::open(request.body, keys_, {}, *proof);
    if (!body) return not_genuine("signature_mismatch");
    const auto kind = find_header(request.headers, "x-github-event");
    if (!kind) return ignored("no_event");
    const auto delivery = find_header(request.headers, "x-github-delivery").value_or("");
    auto key = delivery.empty() ? std::string{} : "github:" + std::string(delivery);
    if (*kind == "ping") return ignored("ping");
    if (*kind != "issue_comment" && *kind != "discussion_comment" && *kind != "pull_request_review_comment") {
      return ignored("other_event", std::move(key));
    }
    const auto event = parse_json(*body, delivery_limits);
    if (!event) return malformed("not_json");
    if (key.empty()) return malformed("no_delivery_id");
    return admit_comment(*event, std::move(key), now);
  }

  result<call> render(const reply& what) const override { return api_.post(what, token_for(what)); }

  judgement judge(const call_result& response) const override {
    if (response.status != 401 || !app_) return github_api::judge(response);
    auto again = retry_later("token_ended");  // an installation's token lives for an hour: the next try fetches another
    again.renew_provision = true;
    return again;
  }

  // An answer to a reply belongs under the comment that began that thread, which the webhook does not name.
  bool looks_first(const mention& question) const override {
    const auto notes = parse_json(question.reply_to);
    return notes && get_bool(*notes, "find_top") == true;
  }

  result<call> look(const reply& what) const override { return api_.look(what, token_for(what)); }
  result<sighting> see(const reply& what, const call_result& response) const override {
    return github_api::see(what, response, settings_.get("bot_login"));
  }

  result<call> amend(const reply& what, std::string_view reply_id) const override {
    return api_.change(what, reply_id, token_for(what));
  }
  result<call> retract(const reply& what, std::string_view reply_id) const override {
    return api_.remove(what, reply_id, token_for(what));
  }

  std::string provision_for(const mention& question) const override {
    if (!app_) return {};
    const auto notes = parse_json(question.reply_to);
    auto id = notes ? get_id(*notes, "installation") : std::nullopt;
    if (!id) id = std::string(settings_.get("installation_id"));
    return id->empty() ? std::string{} : std::string(installation_name) + *id;
  }

  result<call> fetch_provision(std::string_view name, std::chrono::sys_seconds now) const override {
    if (!app_ || !name.starts_with(installation_name)) return fail(errc::refused, "there is no app to sign in as");
    const auto token = app_token(now);
    if (!token) return std::unexpected(token.error());
    const auto id = percent_encode(name.substr(installation_name.size()));
    return as_github_client(json_call("POST", api_.address() + "/app/installations/" + id + "/access_tokens",
                                      bearer(*token), json::object()));
  }

  result<provision> read_provision(std::string_view /*name*/, const call_result& response,
                                   std::chrono::sys_seconds /*now*/) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    auto token = get_string(*body, "token");
    const auto until = parse_instant(get_string(*body, "expires_at").value_or(""));
    if (!token || token->empty() || !until) return fail(errc::unreachable, "GitHub's answer holds no token");
    return provision{std::move(*token), *until};
  }

  std::vector<probe_step> probe(std::string_view provision, std::chrono::sys_seconds now) const override {
    if (app_ && settings_.get("installation_id").empty()) {
      const auto token = app_token(now);
      if (!token) return {};
      return {{.checks = "the app's private key",
               .call = as_github_client(read_call(api_.address() + "/app", bearer(*token)))}};
    }
    if (app_) {
      return {{.checks = "the app's installation",
               .call = as_github_client(
                   read_call(api_.address() + "/installation/repositories?per_page=1", bearer(provision)))}};
    }
    return {{.checks = "the token",
             .call = as_github_client(read_call(api_.address() + "/user", bearer(settings_.token)))}};
  }

  result<std::string> read_probe(std::size_t /*step*/, const call_result& response) const override {
    const auto body = answered_json(response);
    if (!body) return std::unexpected(body.error());
    if (app_ && settings_.get("installation_id").empty()) {
      return "signed in as the app \"" + get_string(*body, "slug").value_or("") +
             "\"; with installation_id its rights are looked at, too";
    }
    if (app_) {
      const auto count = get_integer(*body, "total_count").value_or(0);
      if (count == 0) return fail(errc::refused, "the app is installed, but on no repository: choose some on GitHub");
      return "the app reads " + std::to_string(count) + " repositories";
    }
    const auto login = get_string(*body, "login").value_or("");
    if (!same_ascii(login, settings_.get("bot_login"))) {
      return fail(errc::refused, "the token is that of " + login + ", and bot_login says otherwise");
    }
    return "signed in as " + login;
  }

 private:
  result<std::string> app_token(std::chrono::sys_seconds now) const {
    // GitHub allows ten minutes, and clocks differ.
    return app_->make_jwt({{"iss", settings_.get("app_id")},
                           {"iat", (now - std::chrono::minutes{1}).time_since_epoch().count()},
                           {"exp", (now + std::chrono::minutes{9}).time_since_epoch().count()}});
  }

  admission admit_comment(const json& event, std::string key, std::chrono::sys_seconds now) const {
    const auto action = get_string(event, "action");
    const auto id = get_id(event, "comment.id");
    const auto node = get_string(event, "comment.node_id");
    const auto author = get_string(event, "comment.user.login");
    const auto where = get_string(event, "repository.full_name");
    const auto created = parse_instant(get_string(event, "comment.created_at").value_or(""));
    if (!action || !id || !node || !author || !where || !created) return malformed("no_comment");
    if (*action != "created" && *action != "edited" && *action != "deleted")
      return ignored("other_action", std::move(key));
    if (is_own(event, *author)) return ignored("own_message", std::move(key));
    if (is_by_a_bot(event, *action == "created")) return ignored("other_bot", std::move(key));
    if (const auto only = settings_.get("repo"); !only.empty() && !same_ascii(only, *where)) {
      return ignored("other_repository", std::move(key));
    }
    auto question = question_to(get_string(event, "comment.body").value_or(""), names_, quoting{});
    if (*action == "created" && !question) return ignored("no_mention", std::move(key));
    const auto edited = parse_instant(get_string(event, "comment.updated_at").value_or(""));
    const auto& happened = *action == "edited" && edited ? edited : created;
    if (*action != "deleted" && !is_recent_event(*happened, now)) return stale("old_event", 200, std::move(key));
    mention made;
    made.change = *action == "created"              ? mention_change::created
                  : *action == "edited" && question ? mention_change::edited
                                                    : mention_change::deleted;
    made.delivery_key = std::move(key);
    made.message_key = "github:" + *node;
    made.space = *where;
    made.message_id = *id;
    made.author_id = *author;
    if (made.change != mention_change::deleted) made.question = std::move(*question);
    if (!put_in_place(event, made)) return malformed("no_place");
    return mentioned(std::move(made));
  }

  // Where the comment stands, and where an answer to it goes.
  static bool put_in_place(const json& event, mention& made) {
    json notes{{"at", get_string(event, "comment.created_at").value_or("")}};
    if (auto installation = get_id(event, "installation.id")) notes["installation"] = std::move(*installation);
    if (const auto number = get_id(event, "discussion.number")) {
      const auto discussion = get_string(event, "discussion.node_id");
      const auto comment = get_string(event, "comment.node_id");
      if (!discussion || !comment) return false;
      notes["discussion"] = *discussion;
      notes["comment"] = *comment;
      notes["top"] = *comment;
      if (get_id(event, "comment.parent_id")) notes["find_top"] = true;
      made.thread_id = made.space + "/discussions/" + *number;
    } else if (const auto pull = get_id(event, "pull_request.number")) {
      const auto root = get_id(event, "comment.in_reply_to_id").value_or(made.message_id);
      notes.update({{"repo", made.space}, {"pull", *pull}, {"review_comment", root}});
      made.thread_id = made.space + "#" + *pull + ":" + root;
    } else if (const auto issue = get_id(event, "issue.number")) {
      notes.update({{"repo", made.space}, {"issue", *issue}});
      made.thread_id = made.space + "#" + *issue;
    } else {
      return false;
    }
    made.reply_to = dump_json(notes);
    return true;
  }

  bool is_own(const json& event, std::string_view author) const {
    const auto own = settings_.get("bot_login");
    const auto app = settings_.get("app_id");
    return same_ascii(author, own) || same_ascii(get_string(event, "sender.login").value_or(""), own) ||
           (!app.empty() && get_id(event, "comment.performed_via_github_app.id") == app);
  }

  // A bot may well take away or change what a person wrote: moderators use them.
  static bool is_by_a_bot(const json& event, bool new_comment) {
    const auto* app = at_path(event, "comment.performed_via_github_app");
    return (new_comment && get_string(event, "sender.type") == "Bot") ||
           get_string(event, "comment.user.type") == "Bot" || (app != nullptr && !app->is_null());
  }

  std::string_view token_for(const reply& what) const {
    return app_ ? std::string_view{what.provision} : std::string_view{settings_.token};
  }

  account_settings settings_;
  hmac_keys keys_;
  github_api api_;
  std::optional<rsa_key> app_;
  std::vector<std::string> names_;
};

result<std::unique_ptr<platform>> make_github(const account_settings& settings) {
  auto keys = hmac_keys::make(settings.secrets);
  if (!keys) return fail(keys.error().code, "the webhook's secret: " + keys.error().detail);
  if (settings.token.empty()) return fail(errc::malformed, "token_file is missing: an app's private key, or a token");
  auto api = api_address(settings, public_api);
  if (!api) return std::unexpected(api.error());
  if (settings.get("bot_login").empty()) return fail(errc::malformed, "bot_login is missing");
  std::optional<rsa_key> app;
  if (rsa_key::looks_like_pem(settings.token)) {
    auto key = rsa_key::from_pem(settings.token);
    if (!key) return fail(errc::malformed, "token_file: " + key.error().detail);
    if (settings.get("app_id").empty())
      return fail(errc::malformed, "app_id is missing: on the app's \"General\" page");
    app = std::move(*key);
  }
  return std::make_unique<github>(settings, std::move(*keys), github_api(std::move(*api)), std::move(app));
}

}  // namespace

std::span<const platform_entry> github_entries() noexcept {
  static const platform_entry entry{"github", settings_known, true, make_github, "github"};
  return {&entry, 1};
}

}  // namespace stillholds
