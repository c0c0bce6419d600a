// The channels of Discord that are looked into for @mentions: how far each was read, and what their messages say.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "handlers/port/addressing.hpp"
#include "handlers/port/platform.hpp"
#include "knowledge/json.hpp"

namespace stillholds {

class discord_channels {
 public:
  // `own_id`: the bot's user id.
  discord_channels(std::vector<std::string> channels, std::string own_id)
      : channels_(std::move(channels)), own_id_(std::move(own_id)) {}

  [[nodiscard]] bool empty() const noexcept { return channels_.empty(); }
  [[nodiscard]] const std::vector<std::string>& all() const noexcept { return channels_; }
  [[nodiscard]] const std::string& own_id() const noexcept { return own_id_; }

  // What is to be read next: path and query under the API's address. The cursor holds how far each channel was read,
  // and whose turn it is. Precondition: !empty().
  [[nodiscard]] std::string next_page(std::string_view cursor, std::size_t most) const;
  // The cursor that leaves this channel out for a round; nothing where there is no other.
  [[nodiscard]] std::optional<std::string> pass_over(std::string_view cursor) const;
  // A page of messages, or one event as the gateway words it.
  [[nodiscard]] admission admit(std::string_view answer, std::string_view cursor, std::chrono::sys_seconds now) const;

  // Where a text names the bot: "<@id>" and the older "<@!id>", outside of quotes and code.
  [[nodiscard]] std::vector<text_range> places_of_us(std::string_view text) const;

  static constexpr std::size_t page_size = 100;

 private:
  [[nodiscard]] admission admit_message(const json& message, std::chrono::sys_seconds now) const;
  [[nodiscard]] std::size_t turn_in(const json& place) const;
  [[nodiscard]] std::string moved_on(std::string_view cursor, const std::string& newest, bool stay) const;

  std::vector<std::string> channels_;
  std::string own_id_;
};

}  // namespace stillholds
