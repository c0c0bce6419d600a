// The envelope of Standard Webhooks: three headers that prove a request. https://www.standardwebhooks.com (1.0.0), and
// the svix-* names of the same headers.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "handlers/port/platform.hpp"
#include "handlers/port/signature.hpp"

namespace stillholds {

struct opened_envelope {
  std::string_view id;    // the same over all repeats of a delivery
  std::string_view body;  // as long as the request lives
};

class standard_envelope {
 public:
  // Secrets are "whsec_" (shared) or "whpk_" (an Ed25519 public key) and base64; malformed otherwise, and without any.
  [[nodiscard]] static result<standard_envelope> make(std::span<const std::string> secrets);
  [[nodiscard]] static bool is_secret(std::string_view text) noexcept;

  // Are the headers of an envelope there at all?
  [[nodiscard]] static bool is_present(const headers& all);
  // The body, or what the request is refused with.
  [[nodiscard]] std::variant<opened_envelope, admission> open(const incoming& request,
                                                              std::chrono::sys_seconds now) const;

  // The headers of a webhook of our own; internal when it cannot be signed. Precondition: can_sign().
  [[nodiscard]] result<headers> seal_own(std::string_view id, std::chrono::sys_seconds now,
                                         std::string_view body) const;
  [[nodiscard]] bool can_sign() const noexcept { return symmetric_.has_value(); }

 private:
  struct proof {
    std::string_view id;
    std::string_view timestamp;
    std::string_view signatures;
  };
  [[nodiscard]] static std::optional<proof> find_proof(const headers& all);
  [[nodiscard]] std::optional<std::string_view> open_body(const sealed_body& body, const proof& shown) const;

  std::optional<hmac_keys> symmetric_;
  std::optional<ed25519_keys> asymmetric_;
};

}  // namespace stillholds
