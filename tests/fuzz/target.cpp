#include "tests/fuzz/target.hpp"

#include <cstdlib>
#include <iostream>

#include "handlers/port/encoding.hpp"
#include "handlers/port/signature.hpp"
#include "knowledge/text.hpp"

namespace stillholds::fuzz {
namespace {

using namespace conformance;

std::string hex_of(const mac_bytes& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

void set_header(recording& request, std::string_view name, std::string value) {
  for (auto& [key, held] : request.headers) {
    if (same_ascii(key, name)) held = std::move(value);
  }
}

std::string header_in(const recording& request, std::string_view name) {
  return std::string(find_header(request.headers, name).value_or(""));
}

// How each signs its body; those that are not here carry a token, which needs no signing again.
void sign(std::string_view platform, const std::string& secret, recording& request) {
  const auto mac = [&](const std::string& key, std::initializer_list<std::string_view> parts) {
    return hmac_keys::make({{key}})->sign(parts).value();
  };
  const std::string_view body = request.body;
  if (platform == "slack") {
    const auto stamp = header_in(request, "x-slack-request-timestamp");
    set_header(request, "x-slack-signature", "v0=" + hex_of(mac(secret, {"v0:", stamp, ":", body})));
  } else if (platform == "standard-webhooks" || platform == "wordpress") {
    const auto key = decode_base64(std::string_view{secret}.substr(6)).value();
    const auto id = header_in(request, "webhook-id");
    const auto stamp = header_in(request, "webhook-timestamp");
    set_header(request, "webhook-signature", "v1," + encode_base64(mac(key, {id, ".", stamp, ".", body})));
  } else if (platform == "line") {
    set_header(request, "x-line-signature", encode_base64(mac(secret, {body})));
  } else if (platform == "teams") {
    set_header(request, "authorization", "HMAC " + encode_base64(mac(decode_base64(secret).value(), {body})));
  } else {
    const auto value = "sha256=" + hex_of(mac(secret, {body}));
    for (const auto* name : {"x-hub-signature-256", "x-hub-signature", "x-discourse-event-signature"}) {
      set_header(request, name, value);
    }
  }
}

target make_target() {
  const char* name = std::getenv("FUZZ_PLATFORM");
  target made;
  for (const auto& one : all_fixtures()) {
    if (name != nullptr && one.entry->name == name) made.of = &one;
  }
  if (made.of == nullptr) {
    std::cerr << "FUZZ_PLATFORM must name a platform with fixtures\n";
    std::exit(2);
  }
  made.on = make_platform(*made.of);
  made.what = sample_reply(*made.of, sample_mention(*made.of, *made.on));
  return made;
}

}  // namespace

const target& chosen() {
  static const target made = make_target();
  return made;
}

recording signed_request(const target& at, std::string body) {
  auto request = at.of->sample().request;
  request.body = std::move(body);
  const auto secrets = settings_from(at.of->account.at("account")).secrets;
  if (proof_of(*at.of) == "body" && !secrets.empty()) sign(at.of->entry->name, secrets.front(), request);
  return request;
}

}  // namespace stillholds::fuzz
