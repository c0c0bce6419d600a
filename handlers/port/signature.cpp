#include "handlers/port/signature.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>

#include "handlers/port/encoding.hpp"

namespace stillholds {
namespace {

constexpr std::size_t ed25519_key_size = 32;
constexpr std::size_t ed25519_signature_size = 64;
constexpr std::size_t digits_max = 12;

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Errors of the library stay in a queue of the thread until somebody asks; whoever asks next must not get ours.
std::unexpected<error> library_failure(const char* what) {
  ERR_clear_error();
  return fail(errc::internal, std::string("OpenSSL: ") + what);
}

struct free_mac {
  void operator()(EVP_MAC* mac) const noexcept { EVP_MAC_free(mac); }
};
struct free_digest {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

// Looking an algorithm up costs more than using it; once is enough.
EVP_MAC* hmac_algorithm() {
  static const std::unique_ptr<EVP_MAC, free_mac> found{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  return found.get();
}

bool mac_of(EVP_MAC_CTX* fresh, message_parts parts, std::string_view last, mac_bytes& out) {
  const auto update = [&](std::string_view part) { return EVP_MAC_update(fresh, bytes_of(part), part.size()) == 1; };
  std::size_t size = 0;
  const bool good = fresh != nullptr && std::ranges::all_of(parts, update) && update(last) &&
                    EVP_MAC_final(fresh, out.data(), &size, out.size()) == 1 && size == out.size();
  if (!good) ERR_clear_error();
  return good;
}

bool same_bytes(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view view_of(const mac_bytes& bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

void hmac_keys::release::operator()(evp_mac_ctx_st* context) const noexcept { EVP_MAC_CTX_free(context); }
void ed25519_keys::release::operator()(evp_pkey_st* key) const noexcept { EVP_PKEY_free(key); }

result<hmac_keys> hmac_keys::make(std::span<const std::string> keys) {
  if (keys.empty()) return fail(errc::malformed, "there is no secret to check signatures with");
  if (hmac_algorithm() == nullptr) return library_failure("no HMAC");
  hmac_keys made;
  std::string digest = "SHA256";
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
      OSSL_PARAM_construct_end()};
  for (const auto& key : keys) {
    if (key.empty()) return fail(errc::malformed, "a secret is empty");
    std::unique_ptr<evp_mac_ctx_st, release> context{EVP_MAC_CTX_new(hmac_algorithm())};
    if (!context || EVP_MAC_init(context.get(), bytes_of(key), key.size(), parameters.data()) != 1) {
      return library_failure("HMAC-SHA256 cannot be set up");
    }
    made.keyed_.push_back(std::move(context));
  }
  return made;
}

result<mac_bytes> hmac_keys::sign(message_parts parts) const {
  const std::unique_ptr<evp_mac_ctx_st, release> fresh{EVP_MAC_CTX_dup(keyed_.front().get())};
  mac_bytes out{};
  if (!mac_of(fresh.get(), parts, {}, out)) return library_failure("HMAC-SHA256 failed");
  return out;
}

bool hmac_keys::accept(message_parts parts, std::string_view last, std::string_view proof) const {
  if (proof.size() != mac_bytes{}.size()) return false;
  bool accepted = false;
  for (const auto& keyed : keyed_) {
    const std::unique_ptr<evp_mac_ctx_st, release> fresh{EVP_MAC_CTX_dup(keyed.get())};
    mac_bytes expected{};
    if (mac_of(fresh.get(), parts, last, expected) && same_bytes(view_of(expected), proof)) accepted = true;
  }
  return accepted;
}

result<ed25519_keys> ed25519_keys::make(std::span<const std::string> raw_keys) {
  if (raw_keys.empty()) return fail(errc::malformed, "there is no public key to check signatures with");
  ed25519_keys made;
  for (const auto& raw : raw_keys) {
    if (raw.size() != ed25519_key_size) return fail(errc::malformed, "an Ed25519 public key has 32 bytes");
    std::unique_ptr<evp_pkey_st, release> key{
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(raw), raw.size())};
    if (!key) return library_failure("an Ed25519 public key was not taken");
    made.keys_.push_back(std::move(key));
  }
  return made;
}

bool ed25519_keys::accept(std::string_view message, std::string_view signature) const {
  if (signature.size() != ed25519_signature_size) return false;
  const auto fits = [&](const auto& key) {
    const std::unique_ptr<EVP_MD_CTX, free_digest> context{EVP_MD_CTX_new()};
    const bool good =
        context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
        EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
    if (!good) ERR_clear_error();
    return good;
  };
  return std::ranges::any_of(keys_, fits);
}

result<shared_secrets> shared_secrets::make(std::span<const std::string> secrets, std::size_t least) {
  if (secrets.empty()) return fail(errc::malformed, "there is no secret to know requests by");
  shared_secrets made;
  for (const auto& secret : secrets) {
    if (secret.size() < std::max<std::size_t>(least, 1)) {
      return fail(errc::malformed, "a secret is shorter than " + std::to_string(least) + " characters");
    }
    made.secrets_.push_back(secret);
  }
  return made;
}

bool shared_secrets::accept(std::string_view shown) const noexcept {
  bool accepted = false;
  for (const auto& secret : secrets_) {
    if (same_bytes(secret, shown)) accepted = true;
  }
  return accepted;
}

std::optional<std::string_view> seal::open(const sealed_body& body, const hmac_keys& keys, message_parts before,
                                           std::string_view proof) {
  if (!keys.accept(before, body.bytes_, proof)) return std::nullopt;
  return body.bytes_;
}

std::optional<std::string_view> seal::open(const sealed_body& body, const ed25519_keys& keys, message_parts before,
                                           std::string_view signature) {
  std::string message;
  for (const auto part : before) message += part;
  message += body.bytes_;
  if (!keys.accept(message, signature)) return std::nullopt;
  return body.bytes_;
}

std::optional<std::string_view> seal::open(const sealed_body& body, const shared_secrets& secrets,
                                           std::string_view shown) {
  if (!secrets.accept(shown)) return std::nullopt;
  return body.bytes_;
}

std::optional<std::string_view> seal::open(const sealed_body& body, const shared_secrets& secrets, const finder& find) {
  const auto shown = find(body.bytes_);
  if (!shown || !secrets.accept(*shown)) return std::nullopt;
  return body.bytes_;
}

std::string_view seal::open(const sealed_body& body, const verified_token& /*token*/) noexcept { return body.bytes_; }

std::optional<std::string_view> seal::open_answer(const sealed_body& body, bool answers_our_call) {
  if (!answers_our_call) return std::nullopt;
  return body.bytes_;
}

std::optional<std::string> decode_sha256_header(std::string_view value) {
  constexpr std::string_view prefix = "sha256=";
  if (value.size() != prefix.size() + 64 || !value.starts_with(prefix)) return std::nullopt;
  return decode_hex(value.substr(prefix.size()));
}

std::optional<std::chrono::sys_seconds> parse_unix_seconds(std::string_view digits) noexcept {
  if (digits.empty() || digits.size() > digits_max) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return std::chrono::sys_seconds{std::chrono::seconds{value}};
}

bool is_fresh(std::chrono::sys_seconds signed_at, std::chrono::sys_seconds now) noexcept {
  return std::chrono::abs(now - signed_at) <= std::chrono::seconds{300};
}

bool is_recent_event(std::chrono::sys_seconds happened, std::chrono::sys_seconds now) noexcept {
  return std::chrono::abs(now - happened) <= std::chrono::hours{24};
}

}  // namespace stillholds
