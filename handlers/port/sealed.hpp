// A request body that can be read only by whoever has checked that it is genuine.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace stillholds {

class seal;  // handlers/port/signature.hpp: the only one that can break it

// The raw bytes as received. There is no accessor on purpose: `seal` opens it after its check.
class sealed_body {
 public:
  explicit sealed_body(std::string bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }

 private:
  friend class seal;
  std::string bytes_;
};

}  // namespace stillholds
