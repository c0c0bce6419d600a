// SipHash-2-4 with 128 bits of output: short keys for long names. Whoever does not know the database's random key can
// neither steer two names onto one hash nor find out a name by trying.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace stillholds {

class keyed_hash {
 public:
  using digest = std::array<unsigned char, 16>;
  using secret_key = std::array<unsigned char, 16>;

  explicit keyed_hash(const secret_key& key) noexcept;

  // Over a purpose and parts; where one part ends and the next begins counts. Never fails.
  [[nodiscard]] digest wide(char purpose, std::initializer_list<std::string_view> parts) const;
  // The first 64 bits of the same, as SQLite keeps integers.
  [[nodiscard]] std::int64_t narrow(char purpose, std::initializer_list<std::string_view> parts) const;
  // The plain function over bytes.
  [[nodiscard]] digest over(std::string_view bytes) const noexcept;

 private:
  std::uint64_t first_;
  std::uint64_t second_;
};

}  // namespace stillholds
