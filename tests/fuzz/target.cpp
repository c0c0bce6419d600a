#include "tests/fuzz/target.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <span>

#include "handlers/port/encoding.hpp"
#include "handlers/port/signature.hpp"
#include "knowledge/text.hpp"

namespace stillholds::fuzz {
namespace {

using namespace conformance;

using private_key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

// The other side of a platform that signs with a key of its own: any key will do, as long as it is the same one.
EVP_PKEY* own_key() {
  static const private_key made = [] {
    constexpr std::array<unsigned char, 32> seed{7};
    return private_key{EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()),
                       &EVP_PKEY_free};
  }();
  return made.get();
}

std::string hex_of(std::span<const unsigned char> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::string own_public_key() {
  std::array<unsigned char, 32> raw{};
  std::size_t size = raw.size();
  return EVP_PKEY_get_raw_public_key(own_key(), raw.data(), &size) == 1 ? hex_of(raw) : std::string{};
}

std::string ed25519_signature(std::string_view message) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  std::array<unsigned char, 64> raw{};
  std::size_t size = raw.size();
  const bool good = EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, own_key()) == 1 &&
                    EVP_DigestSign(context.get(), raw.data(), &size,
                                   reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1;
  return good ? hex_of(raw) : std::string{};
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
  } else if (platform == "discord") {
    const auto stamp = header_in(request, "x-signature-timestamp");
    set_header(request, "x-signature-ed25519", ed25519_signature(stamp + request.body));
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
  const auto secrets = settings_from(made.of->account.at("account")).secrets;
  if (proof_of(*made.of) == "body" && !secrets.empty()) made.secret = secrets.front();
  const bool signs_by_key = made.of->entry->name == "discord";
  made.on = make_platform(*made.of, signs_by_key ? json{{"secrets", {own_public_key()}}} : json::object());
  // Without this the fuzzer might see nothing but refused signatures, and call it good.
  const auto& sample = made.of->sample();
  const auto again = admit(*made.on, signed_request(made, sample.request.body), sample.now());
  if (again.kind != admission_kind::mention) {
    std::cerr << "the sample of " << made.of->entry->name << ", signed again, is no mention: " << again.reason << '\n';
    std::exit(2);
  }
  made.what = sample_reply(*made.of, again.mentions.front());
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
  if (!at.secret.empty()) sign(at.of->entry->name, at.secret, request);
  return request;
}

}  // namespace stillholds::fuzz
