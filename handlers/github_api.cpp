#include "handlers/github_api.hpp"

#include <optional>
#include <utility>

#include "handlers/port/dialects.hpp"
#include "handlers/port/encoding.hpp"
#include "handlers/port/escape.hpp"
#include "handlers/port/rest.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/calendar.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::size_t page_size = 100;
constexpr std::chrono::seconds secondary_pause{60};  // GitHub's own advice where it names no time

constexpr std::chrono::minutes clocks_differ{5};

constexpr std::string_view look_query =
    "query($c:ID!){node(id:$c){... on DiscussionComment{id replyTo{id replies(last:100){nodes{id body createdAt "
    "viewerDidAuthor}}} "
    "replies(last:100){nodes{id body createdAt viewerDidAuthor}}}}}";
constexpr std::string_view add_query =
    "mutation($d:ID!,$r:ID,$b:String!){addDiscussionComment(input:{discussionId:$d,replyToId:$r,body:$b}){comment{id}}"
    "}";
constexpr std::string_view update_query =
    "mutation($c:ID!,$b:String!){updateDiscussionComment(input:{commentId:$c,body:$b}){comment{id}}}";
constexpr std::string_view delete_query = "mutation($c:ID!){deleteDiscussionComment(input:{id:$c}){comment{id}}}";

// Numbers, shas and names of other issues are live as well: "GH-12", "owner/repo#1", seven hex digits.
std::string cut_references(std::string_view text) {
  std::string out;
  std::size_t hex = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    hex = is_hex ? hex + 1 : 0;
    if (hex == 7) {
      out += word_joiner;
      hex = 0;
    }
    out += c;
    if (c == '-' && i >= 2 && same_ascii(text.substr(i - 2, 2), "GH")) out += word_joiner;
  }
  return out;
}

dialect github_dialect() {
  auto made = markdown_dialect(github_api::text_limit - hidden_mark_room, "@#");
  made.escape = [](std::string_view text) { return escape_markdown(cut_references(join_after(defang(text), "@#"))); };
  return made;
}

std::string text_of(const reply& what) { return write(what.answer, github_dialect()) + hidden_mark(what.key); }

bool carries_mark(const json& comment, const reply& what) {
  return get_string(comment, "body").value_or("").contains(what.key);
}

// "/repos/o/r/issues/12" or "/repos/o/r/pulls/12".
std::optional<std::string> place_of(const json& notes) {
  const auto repository = get_string(notes, "repo");
  const auto pull = get_id(notes, "pull");
  const auto number = pull ? pull : get_id(notes, "issue");
  if (!repository || !number) return std::nullopt;
  return "/repos/" + *repository + (pull ? "/pulls/" : "/issues/") + *number;
}

result<json> notes_of(const reply& what) {
  auto notes = parse_json(what.question.reply_to);
  if (!notes || !notes->is_object()) return fail(errc::corrupt, "the notes on how to answer are unreadable");
  return notes;
}

// 403 and 429 both say that a limit is reached, and only the headers tell it from a plain no.
judgement judge_limits(const call_result& response) {
  if (const auto pause = asked_pause(response.headers)) return retry_later("rate_limited", pause);
  if (find_header(response.headers, "x-ratelimit-remaining") == "0") {
    return retry_later("rate_limited", pause_until(response.headers, "x-ratelimit-reset"));
  }
  const bool secondary = response.status == 429 || response.body.contains("secondary rate limit");
  return secondary ? retry_later("rate_limited", secondary_pause) : refused("not_allowed");
}

// GraphQL says what went wrong in an answer of status 200.
const json* first_error(const json& body) {
  const auto* errors = at_path(body, "errors");
  return errors != nullptr && errors->is_array() && !errors->empty() ? &errors->front() : nullptr;
}

judgement judge_graphql_error(const json& error, const call_result& response) {
  const auto type = get_string(error, "type").value_or("");
  const auto message = ascii_lower(get_string(error, "message").value_or(""));
  if (type == "RATE_LIMITED") return retry_later("rate_limited", pause_until(response.headers, "x-ratelimit-reset"));
  if (message.contains("rate limit")) {
    const auto pause = asked_pause(response.headers);
    return retry_later("rate_limited", pause ? pause : secondary_pause);
  }
  // "Something went wrong while executing your query": GitHub's own trouble has no type, and may have come too late.
  if (type.empty()) return outcome_unknown("api_trouble");
  return refused(type == "FORBIDDEN" ? "not_allowed" : type == "NOT_FOUND" ? "place_gone" : "api_error");
}

result<sighting> see_list(const reply& what, const json& comments, std::string_view own_login) {
  sighting seen{.question_stands = false, .reply_id = {}, .reply_to = {}};
  for (const auto& one : comments) {
    if (get_id(one, "id") == what.question.message_id) seen.question_stands = true;
    const auto author = get_string(one, "user.login").value_or("");
    if (same_ascii(author, own_login) && carries_mark(one, what)) seen.reply_id = get_id(one, "id");
  }
  if (!seen.reply_id && comments.size() >= page_size) return fail(errc::busy, "thread_too_long");
  return seen;
}

// The last hundred replies were listed: is even the oldest of them younger than our first try?
bool may_be_further_up(const json& replies, std::chrono::sys_seconds decided) {
  if (replies.size() < page_size) return false;
  const auto oldest = parse_instant(get_string(replies.front(), "createdAt").value_or(""));
  return !oldest || *oldest >= decided - clocks_differ;
}

result<sighting> see_discussion(const reply& what, const json& node) {
  if (node.is_null()) return sighting{.question_stands = false, .reply_id = {}, .reply_to = {}};
  const auto top = get_string(node, "replyTo.id");
  const auto* replies = at_path(node, top ? "replyTo.replies.nodes" : "replies.nodes");
  if (replies == nullptr || !replies->is_array()) return fail(errc::unreachable, "unreadable_answer");
  sighting seen;
  for (const auto& one : *replies) {
    if (get_bool(one, "viewerDidAuthor") == true && carries_mark(one, what)) seen.reply_id = get_string(one, "id");
  }
  if (!seen.reply_id && what.in_doubt && may_be_further_up(*replies, what.decided)) {
    return fail(errc::busy, "thread_too_long");
  }
  auto notes = notes_of(what);
  if (!notes) return std::unexpected(notes.error());
  (*notes)["top"] = top ? *top : get_string(node, "id").value_or("");
  seen.reply_to = dump_json(*notes);
  return seen;
}

}  // namespace

call as_github_client(call made) {
  made.headers.push_back(user_agent());
  made.headers.emplace_back("Accept", "application/vnd.github+json");
  made.headers.emplace_back("X-GitHub-Api-Version", "2022-11-28");
  return made;
}

call github_api::graphql(std::string_view query, const json& variables, std::string_view token) const {
  // Self-hosted servers have the REST API under /api/v3 and GraphQL beside it.
  const auto base = address_.ends_with("/v3") ? address_.substr(0, address_.size() - 3) : address_ + "/";
  return as_github_client(
      json_call("POST", base + "graphql", bearer(token), {{"query", query}, {"variables", variables}}));
}

result<call> github_api::post(const reply& what, std::string_view token) const {
  const auto notes = notes_of(what);
  if (!notes) return std::unexpected(notes.error());
  if (const auto discussion = get_string(*notes, "discussion")) {
    const auto top = get_string(*notes, "top");
    return graphql(add_query, {{"d", *discussion}, {"r", top ? json(*top) : json{}}, {"b", text_of(what)}}, token);
  }
  const auto place = place_of(*notes);
  if (!place) return fail(errc::corrupt, "the notes on how to answer name no place");
  const auto comment = get_id(*notes, "review_comment");
  const auto url = address_ + *place + "/comments" + (comment ? "/" + *comment + "/replies" : "");
  return as_github_client(json_call("POST", url, bearer(token), {{"body", text_of(what)}}));
}

result<call> github_api::change(const reply& what, std::string_view reply_id, std::string_view token) const {
  return alter(what, reply_id, false, token);
}

result<call> github_api::remove(const reply& what, std::string_view reply_id, std::string_view token) const {
  return alter(what, reply_id, true, token);
}

result<call> github_api::alter(const reply& what, std::string_view reply_id, bool gone, std::string_view token) const {
  const auto notes = notes_of(what);
  if (!notes) return std::unexpected(notes.error());
  const auto text = gone ? std::string{} : text_of(what);
  call made;
  if (get_string(*notes, "discussion")) {
    json variables{{"c", reply_id}};
    if (!gone) variables["b"] = text;
    made = graphql(gone ? delete_query : update_query, variables, token);
  } else {
    const auto repository = get_string(*notes, "repo");
    if (!repository) return fail(errc::corrupt, "the notes on how to answer name no place");
    const auto* kind = get_id(*notes, "pull") ? "/pulls/comments/" : "/issues/comments/";
    const auto url = address_ + "/repos/" + *repository + kind + percent_encode(reply_id);
    made = as_github_client(
        json_call(gone ? "DELETE" : "PATCH", url, bearer(token), gone ? json::object() : json{{"body", text}}));
  }
  made.repeat_is_harmless = true;
  return made;
}

result<call> github_api::look(const reply& what, std::string_view token) const {
  const auto notes = notes_of(what);
  if (!notes) return std::unexpected(notes.error());
  if (const auto comment = get_string(*notes, "comment")) {
    auto made = graphql(look_query, {{"c", *comment}}, token);
    made.reads_page = true;
    return made;
  }
  const auto place = place_of(*notes);
  const auto at = get_string(*notes, "at");
  if (!place || !at) return fail(errc::refused, "there is no comment to look for");
  const auto url =
      address_ + *place + "/comments?per_page=" + std::to_string(page_size) + "&since=" + percent_encode(*at);
  return as_github_client(read_call(url, bearer(token)));
}

result<sighting> github_api::see(const reply& what, const call_result& response, std::string_view own_login) {
  if (response.status == 403 && judge_limits(response).kind == judgement_kind::retry) {
    return fail(errc::busy, "rate_limited");
  }
  const auto body = seen_json(response);
  if (!body) return std::unexpected(body.error());
  if (body->is_array()) return see_list(what, *body, own_login);
  const auto* node = at_path(*body, "data.node");
  const auto* error = first_error(*body);
  if (error != nullptr && get_string(*error, "type") != "NOT_FOUND") {
    const bool limited = judge_graphql_error(*error, response).kind == judgement_kind::retry;
    return fail(limited ? errc::busy : errc::unreachable, limited ? "rate_limited" : "api_trouble");
  }
  if (node == nullptr) return fail(errc::unreachable, "unreadable_answer");
  return see_discussion(what, *node);
}

judgement github_api::judge(const call_result& response) {
  if (response.status == 403 || response.status == 429) return judge_limits(response);
  if (auto judged = judge_status(response)) return std::move(*judged);
  if (response.status == 204) return delivered("");
  const auto body = parse_json(response.body);
  if (!body) return outcome_unknown("unreadable_answer");
  if (const auto* error = first_error(*body)) return judge_graphql_error(*error, response);
  for (const std::string_view path : {"data.addDiscussionComment.comment.id", "data.updateDiscussionComment.comment.id",
                                      "data.deleteDiscussionComment.comment.id", "id"}) {
    if (auto id = get_id(*body, path)) return delivered(std::move(*id));
  }
  return outcome_unknown("unreadable_answer");
}

}  // namespace stillholds
