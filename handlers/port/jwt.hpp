// JSON Web Tokens under RS256: made to sign in to a platform, and checked where a platform signs in to us.
// Sources: RFC 7515 (compact serialisation), RFC 7517 (key sets), RFC 7518 section 3.3, RFC 7519.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "knowledge/error.hpp"
#include "knowledge/json.hpp"

struct evp_pkey_st;

namespace stillholds {

// A private RSA key.
class rsa_key {
 public:
  // PEM, PKCS#1 or PKCS#8, without a passphrase; malformed otherwise, and below 2048 bits.
  [[nodiscard]] static result<rsa_key> from_pem(std::string_view pem);
  [[nodiscard]] static bool looks_like_pem(std::string_view text) noexcept;

  // header.claims.signature; `key_id` goes into the header where it is not empty. internal when the library fails.
  [[nodiscard]] result<std::string> make_jwt(const json& claims, std::string_view key_id = {}) const;

 private:
  rsa_key() = default;
  std::shared_ptr<evp_pkey_st> key_;
};

// The claims of a token whose signature was checked; nobody else can make one.
class verified_token {
 public:
  [[nodiscard]] const json& claims() const noexcept { return claims_; }

 private:
  friend result<verified_token> verify_jwt(std::string_view, std::string_view);
  explicit verified_token(json claims) : claims_(std::move(claims)) {}
  json claims_;
};

// Checks the signature against the key set ({"keys": [{kid, n, e, …}]}), and nothing else: issuer, audience and times
// are the caller's. not_genuine on any flaw of the token, an algorithm other than RS256 among them; not_found when the
// set does not hold the token's key (it may be newer than the set); corrupt when the set itself cannot be read.
[[nodiscard]] result<verified_token> verify_jwt(std::string_view token, std::string_view key_set);

}  // namespace stillholds
