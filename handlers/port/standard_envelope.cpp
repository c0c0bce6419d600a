#include "handlers/port/standard_envelope.hpp"

#include <algorithm>
#include <utility>

#include "handlers/port/encoding.hpp"
#include "handlers/port/verdicts.hpp"

namespace stillholds {
namespace {

constexpr std::string_view symmetric_prefix = "whsec_";
constexpr std::string_view public_prefix = "whpk_";
constexpr std::size_t id_max_bytes = 256;
constexpr std::size_t signatures_max_bytes = 4096;

bool is_usable(std::string_view id, std::string_view signatures) {
  const auto printable = [](char c) { return c > ' ' && c < 0x7F; };
  return !id.empty() && id.size() <= id_max_bytes && signatures.size() <= signatures_max_bytes &&
         std::ranges::all_of(id, printable);
}

}  // namespace

bool standard_envelope::is_secret(std::string_view text) noexcept {
  return text.starts_with(symmetric_prefix) || text.starts_with(public_prefix);
}

result<standard_envelope> standard_envelope::make(std::span<const std::string> secrets) {
  std::vector<std::string> symmetric;
  std::vector<std::string> asymmetric;
  for (const std::string_view secret : secrets) {
    if (!is_secret(secret)) {
      return fail(errc::malformed, "a secret must begin with whsec_ (shared secret) or whpk_ (Ed25519 public key)");
    }
    const bool is_public = secret.starts_with(public_prefix);
    auto bytes = decode_base64(secret.substr((is_public ? public_prefix : symmetric_prefix).size()));
    if (!bytes || bytes->empty()) return fail(errc::malformed, "a secret is not base64 after its prefix");
    (is_public ? asymmetric : symmetric).push_back(std::move(*bytes));
  }
  if (symmetric.empty() && asymmetric.empty()) return fail(errc::malformed, "there is no secret");
  standard_envelope made;
  if (!symmetric.empty()) {
    auto keys = hmac_keys::make(symmetric);
    if (!keys) return std::unexpected(keys.error());
    made.symmetric_ = std::move(*keys);
  }
  if (!asymmetric.empty()) {
    auto keys = ed25519_keys::make(asymmetric);
    if (!keys) return std::unexpected(keys.error());
    made.asymmetric_ = std::move(*keys);
  }
  return made;
}

// One family of names or the other, never mixed.
std::optional<standard_envelope::proof> standard_envelope::find_proof(const headers& all) {
  for (const std::string family : {"webhook-", "svix-"}) {
    const auto id = find_header(all, family + "id");
    const auto timestamp = find_header(all, family + "timestamp");
    const auto signatures = find_header(all, family + "signature");
    if (id && timestamp && signatures) return proof{*id, *timestamp, *signatures};
  }
  return std::nullopt;
}

bool standard_envelope::is_present(const headers& all) { return find_proof(all).has_value(); }

std::variant<opened_envelope, admission> standard_envelope::open(const incoming& request,
                                                                 std::chrono::sys_seconds now) const {
  const auto shown = find_proof(request.headers);
  if (!shown) return not_genuine("signature_missing");
  const auto signed_at = parse_unix_seconds(shown->timestamp);
  if (!signed_at || !is_usable(shown->id, shown->signatures)) return not_genuine("signature_malformed");
  const auto body = open_body(request.body, *shown);
  if (!body) return not_genuine("signature_mismatch");
  if (!is_fresh(*signed_at, now)) return stale("signed_time", 401);
  return opened_envelope{shown->id, *body};
}

// Any one good signature of a version that we know is enough; others are skipped.
std::optional<std::string_view> standard_envelope::open_body(const sealed_body& body, const proof& shown) const {
  const message_parts before{shown.id, ".", shown.timestamp, "."};
  auto list = shown.signatures;
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

result<headers> standard_envelope::seal_own(std::string_view id, std::chrono::sys_seconds now,
                                            std::string_view body) const {
  const auto stamp = std::to_string(now.time_since_epoch().count());
  const auto signature = symmetric_->sign({id, ".", stamp, ".", body});
  if (!signature) return std::unexpected(signature.error());
  return headers{{"Content-Type", "application/json"},
                 {"webhook-id", std::string(id)},
                 {"webhook-timestamp", stamp},
                 {"webhook-signature", "v1," + encode_base64(*signature)}};
}

}  // namespace stillholds
