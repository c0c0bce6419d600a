#include "handlers/port/verdicts.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "handlers/port/rest.hpp"

namespace stillholds {
namespace {

constexpr int longest_pause = 86400;

}  // namespace

admission ignored(std::string_view reason, std::string delivery_key) {
  admission made;
  made.kind = admission_kind::ignored;
  made.reason = reason;
  made.delivery_key = std::move(delivery_key);
  return made;
}

admission not_genuine(std::string_view reason, unsigned status) {
  auto made = ignored(reason);
  made.kind = admission_kind::not_genuine;
  made.acknowledge.status = status;
  return made;
}

admission stale(std::string_view reason, unsigned status, std::string delivery_key) {
  auto made = ignored(reason, std::move(delivery_key));
  made.kind = admission_kind::stale;
  made.acknowledge.status = status;
  return made;
}

admission malformed(std::string_view reason) {
  auto made = ignored(reason);
  made.kind = admission_kind::malformed;
  made.acknowledge.status = 400;
  return made;
}

admission unusable(std::string_view reason, std::string delivery_key) {
  auto made = ignored(reason, std::move(delivery_key));
  made.kind = admission_kind::malformed;
  return made;
}

admission mentioned(mention what) {
  auto made = ignored("mention", what.delivery_key);
  made.kind = admission_kind::mention;
  made.mentions.push_back(std::move(what));
  return made;
}

void gather(admission one, admission& all) {
  // The request itself was good: told otherwise, the platform would send the same again.
  if (one.kind == admission_kind::malformed) one.acknowledge.status = 200;
  if (all.mentions.empty()) {
    one.cursor = std::move(all.cursor);
    one.more = all.more;
    all = std::move(one);
  } else {
    std::ranges::move(one.mentions, std::back_inserter(all.mentions));
  }
}

judgement delivered(std::string reply_id, std::string_view reason) {
  return {.kind = judgement_kind::delivered,
          .reply_id = std::move(reply_id),
          .retry_after = std::nullopt,
          .reason = std::string(reason)};
}

judgement retry_later(std::string_view reason, std::optional<std::chrono::seconds> after) {
  return {.kind = judgement_kind::retry, .reply_id = {}, .retry_after = after, .reason = std::string(reason)};
}

judgement refused(std::string_view reason) {
  return {.kind = judgement_kind::refused, .reply_id = {}, .retry_after = std::nullopt, .reason = std::string(reason)};
}

judgement outcome_unknown(std::string_view reason) {
  return {.kind = judgement_kind::unknown, .reply_id = {}, .retry_after = std::nullopt, .reason = std::string(reason)};
}

result<json> answered_json(const call_result& response) {
  const auto status = std::to_string(response.status);
  switch (response.status) {
    case 401: return fail(errc::refused, "the platform does not accept the token (401): is it whole, and still valid?");
    case 403: return fail(errc::refused, "the token lacks a permission (403): see the account's page on what it needs");
    case 404: return fail(errc::not_found, "the platform knows no such address (404): is api_url right?");
    case 429: return fail(errc::busy, "the platform wants us to wait (429): try again later");
    default: break;
  }
  if (response.status >= 500) return fail(errc::busy, "the platform itself is in trouble (" + status + "): try again");
  if (response.status < 200 || response.status >= 300) {
    return fail(errc::malformed, "the platform answered with status " + status + ": is api_url right?");
  }
  auto body = parse_json(response.body, batch_limits);
  if (!body) return fail(errc::malformed, "the platform's answer is no JSON: is api_url right?");
  return body;
}

std::optional<std::chrono::seconds> asked_pause(const headers& all) {
  const auto text = find_header(all, "retry-after");
  if (!text || text->empty() || text->find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  int seconds = 0;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), seconds);
  return std::chrono::seconds{read.ec == std::errc{} ? std::min(seconds, longest_pause) : longest_pause};
}

}  // namespace stillholds
