#include "bot/core/crash_point.hpp"

#include <array>
#include <charconv>
#include <csignal>
#include <string>
#include <utility>

namespace stillholds {
namespace {

// Set before any thread starts, then only counted down, on the network thread.
step armed = step::none;
int passes_left = 0;

constexpr std::array names{std::pair{std::string_view{"admitted"}, step::admitted},
                           std::pair{std::string_view{"stored"}, step::stored},
                           std::pair{std::string_view{"acknowledged"}, step::acknowledged},
                           std::pair{std::string_view{"taken"}, step::taken},
                           std::pair{std::string_view{"decided"}, step::decided},
                           std::pair{std::string_view{"sending"}, step::sending},
                           std::pair{std::string_view{"sent"}, step::sent},
                           std::pair{std::string_view{"judged"}, step::judged},
                           std::pair{std::string_view{"settled"}, step::settled}};

}  // namespace

result<void> arm_crash(std::string_view text) {
  const auto colon = text.find(':');
  const auto word = text.substr(0, colon);
  int count = 1;
  if (colon != std::string_view::npos) {
    const auto digits = text.substr(colon + 1);
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (code != std::errc{} || end != digits.data() + digits.size() || count < 1) {
      return fail(errc::malformed, "after the colon stands how many passes to wait, 1 or more");
    }
  }
  std::string known;
  for (const auto& [name, value] : names) {
    if (name == word) {
      armed = value;
      passes_left = count;
      return {};
    }
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  return fail(errc::malformed, "the steps are " + known);
}

void pass(step where) noexcept {
  if (where != armed) return;
  if (--passes_left <= 0) std::raise(SIGKILL);
}

}  // namespace stillholds
