// Proof that a request is genuine: MACs, Ed25519 and shared secrets over the raw bytes, and the age of signed times.
// `seal` is the only one that opens a sealed body, and only after its check.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "handlers/port/sealed.hpp"
#include "knowledge/error.hpp"

struct evp_mac_ctx_st;
struct evp_pkey_st;

namespace stillholds {

class verified_token;  // handlers/port/jwt.hpp

using mac_bytes = std::array<unsigned char, 32>;
using message_parts = std::initializer_list<std::string_view>;  // hashed one after another, nothing in between

// HMAC-SHA256 under several keys, all of them valid at once, so that one can be replaced without an outage.
class hmac_keys {
 public:
  // malformed when there is no key or an empty one (HMAC itself would take it); internal when the library fails.
  [[nodiscard]] static result<hmac_keys> make(std::span<const std::string> keys);

  // By the first key; internal when the library fails.
  [[nodiscard]] result<mac_bytes> sign(message_parts parts) const;
  // Is `proof` the MAC of the parts and then `last`, under any of the keys? Takes the same time whatever its bytes are.
  [[nodiscard]] bool accept(message_parts parts, std::string_view last, std::string_view proof) const;

 private:
  struct release {
    void operator()(evp_mac_ctx_st* context) const noexcept;
  };
  std::vector<std::unique_ptr<evp_mac_ctx_st, release>> keyed_;  // copied for each use, never used themselves
};

// Public keys of senders that sign with Ed25519.
class ed25519_keys {
 public:
  // Raw keys of 32 bytes; malformed otherwise, and when there is none.
  [[nodiscard]] static result<ed25519_keys> make(std::span<const std::string> raw_keys);
  [[nodiscard]] bool accept(std::string_view message, std::string_view signature) const;

 private:
  struct release {
    void operator()(evp_pkey_st* key) const noexcept;
  };
  std::vector<std::unique_ptr<evp_pkey_st, release>> keys_;
};

// Secrets that are sent along as they are: a token, a bearer, a part of the address.
class shared_secrets {
 public:
  // malformed when there is none or one is shorter than `least` bytes.
  [[nodiscard]] static result<shared_secrets> make(std::span<const std::string> secrets, std::size_t least = 16);
  [[nodiscard]] bool accept(std::string_view shown) const noexcept;

 private:
  std::vector<std::string> secrets_;
};

// Opens a sealed body after its check; the view lives as long as the body. Nothing when the check fails.
class seal {
 public:
  // `proof` is the HMAC of the parts followed by the body.
  [[nodiscard]] static std::optional<std::string_view> open(const sealed_body& body, const hmac_keys& keys,
                                                            message_parts before, std::string_view proof);
  // `signature` is the Ed25519 signature of the parts followed by the body.
  [[nodiscard]] static std::optional<std::string_view> open(const sealed_body& body, const ed25519_keys& keys,
                                                            message_parts before, std::string_view signature);
  // `shown` is one of the secrets. This proves who sent it, not that nobody changed the body.
  [[nodiscard]] static std::optional<std::string_view> open(const sealed_body& body, const shared_secrets& secrets,
                                                            std::string_view shown);
  // The secret stands in the body itself: `find` gets the bytes and says what it shows. As above.
  using finder = std::function<std::optional<std::string>(std::string_view)>;
  [[nodiscard]] static std::optional<std::string_view> open(const sealed_body& body, const shared_secrets& secrets,
                                                            const finder& find);
  // The token vouches for who sent it, not that nobody changed the body.
  [[nodiscard]] static std::string_view open(const sealed_body& body, const verified_token& token) noexcept;
  // The body answers a call of ours, over a connection that we opened: TLS has proven whose it is.
  [[nodiscard]] static std::optional<std::string_view> open_answer(const sealed_body& body, bool answers_our_call);
};

// The bytes behind "sha256=" and lower-case hex; nothing on anything else.
[[nodiscard]] std::optional<std::string> decode_sha256_header(std::string_view value);

// Decimal digits only, at most 12 of them; nothing otherwise.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_unix_seconds(std::string_view digits) noexcept;

// A signed time may differ from our clock by 300 s, either way.
[[nodiscard]] bool is_fresh(std::chrono::sys_seconds signed_at, std::chrono::sys_seconds now) noexcept;

// An event's own time may differ by 24 h, either way: the limit on replays where no time is signed.
[[nodiscard]] bool is_recent_event(std::chrono::sys_seconds happened, std::chrono::sys_seconds now) noexcept;

}  // namespace stillholds
