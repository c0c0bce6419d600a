#include "bot/store/store.hpp"

#include <array>
#include <utility>

namespace stillholds {
namespace {

constexpr std::array<std::string_view, 9> state_words{"queued",  "sending", "unknown", "held", "delivered",
                                                      "refused", "dead",    "dropped", "dry"};

}  // namespace

std::string_view name_of(outbox_state state) noexcept {
  const auto index = static_cast<std::size_t>(std::to_underlying(state));
  return index < state_words.size() ? state_words[index] : "unknown";
}

std::optional<outbox_state> parse_outbox_state(std::string_view word) noexcept {
  for (std::size_t index = 0; index < state_words.size(); ++index) {
    if (state_words[index] == word) return static_cast<outbox_state>(index);
  }
  return std::nullopt;
}

std::string_view name_of(cap which) noexcept {
  switch (which) {
    case cap::person: return "person";
    case cap::thread: return "thread";
    case cap::space: return "space";
  }
  return "space";
}

}  // namespace stillholds
