#include "handlers/discord_channels.hpp"

#include <algorithm>
#include <utility>

#include "handlers/port/encoding.hpp"
#include "handlers/port/rest.hpp"
#include "handlers/port/signature.hpp"
#include "handlers/port/verdicts.hpp"
#include "knowledge/calendar.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

json read_cursor(std::string_view cursor) {
  auto read = parse_json(cursor);
  return read && read->is_object() ? std::move(*read) : json{{"turn", 0}, {"after", json::object()}};
}
}  // namespace

std::string discord_channels::next_page(std::string_view cursor, std::size_t most) const {
  const auto place = read_cursor(cursor);
  const auto& channel = channels_[turn_in(place)];
  const auto after = get_string(place, "after." + channel);
  return "/channels/" + percent_encode(channel) +
         "/messages?limit=" + std::to_string(after ? std::min(page_size, most) : 1) +
         (after ? "&after=" + percent_encode(*after) : "");
}

// A list of messages, or one event as the gateway words it.
admission discord_channels::admit(std::string_view answer, std::string_view cursor,
                                  std::chrono::sys_seconds now) const {
  auto body = parse_json(answer, batch_limits);
  if (!body) return malformed("not_json");
  if (const auto* event = at_path(*body, "d")) return admit_message(*event, now);
  if (!body->is_array()) return malformed("no_messages");
  auto made = ignored("no_mention");
  std::string newest;
  for (const auto& message : *body) {
    const auto id = get_string(message, "id").value_or("");
    if (id.size() > newest.size() || (id.size() == newest.size() && id > newest)) newest = id;
    auto one = admit_message(message, now);
    if (one.kind != admission_kind::mention) continue;
    made.kind = one.kind;
    made.reason = one.reason;
    if (made.delivery_key.empty()) made.delivery_key = one.delivery_key;
    made.mentions.push_back(std::move(one.mentions.front()));
  }
  std::ranges::reverse(made.mentions);  // Discord lists the newest first
  if (!made.mentions.empty()) made.delivery_key = made.mentions.front().delivery_key;
  made.more = body->size() >= page_size;
  made.cursor = moved_on(cursor, newest, made.more);
  return made;
}

admission discord_channels::admit_message(const json& message, std::chrono::sys_seconds now) const {
  const auto id = get_string(message, "id");
  const auto channel = get_string(message, "channel_id");
  const auto author = get_string(message, "author.id");
  const auto text = get_string(message, "content");
  const auto happened = parse_instant(get_string(message, "timestamp").value_or(""));
  if (!id || !channel || !author || !text || !happened) return malformed("no_message");
  auto key = "discord:" + *channel + ":" + *id;
  if (*author == own_id_) return ignored("own_message", std::move(key));
  if (get_bool(message, "author.bot") == true || get_string(message, "webhook_id"))
    return ignored("other_bot", std::move(key));
  const auto* mentions = at_path(message, "mentions");
  const bool names_us =
      mentions != nullptr && mentions->is_array() &&
      std::ranges::any_of(*mentions, [&](const json& one) { return get_string(one, "id") == own_id_; });
  auto ranges = names_us ? places_of_us(*text) : std::vector<text_range>{};
  if (ranges.empty()) return ignored("no_mention", std::move(key));
  if (!is_recent_event(*happened, now)) return stale("old_event", 200, std::move(key));
  mention made;
  made.delivery_key = key;
  made.message_key = std::move(key);
  made.space = get_string(message, "guild_id").value_or(*channel);
  made.thread_id = *channel;
  made.asked_by_anyone = true;  // the message command may have been used on it before, and got nothing
  made.message_id = *id;
  made.author_id = *author;
  made.question = as_question(without(*text, ranges), trim(std::string_view{*text}.substr(0, ranges[0].begin)).empty());
  made.reply_to = dump_json({{"channel", *channel}});
  return mentioned(std::move(made));
}

std::vector<text_range> discord_channels::places_of_us(std::string_view text) const {
  std::vector<text_range> found;
  const auto skip = not_own_words(text, quoting{.quote_all_mark = ">>> "});
  for (const std::string& form : {"<@" + own_id_ + ">", "<@!" + own_id_ + ">"}) {
    for (auto at = text.find(form); at != std::string_view::npos; at = text.find(form, at + 1)) {
      if (!lies_in(skip, at)) found.push_back({at, at + form.size()});
    }
  }
  std::ranges::sort(found, {}, &text_range::begin);
  return found;
}

std::size_t discord_channels::turn_in(const json& place) const {
  return static_cast<std::size_t>(get_integer(place, "turn").value_or(0)) % channels_.size();
}
std::optional<std::string> discord_channels::pass_over(std::string_view cursor) const {
  return channels_.size() < 2 ? std::nullopt : std::optional{moved_on(cursor, {}, false)};
}
std::string discord_channels::moved_on(std::string_view cursor, const std::string& newest, bool stay) const {
  if (channels_.empty()) return {};
  auto place = read_cursor(cursor);
  const auto turn = turn_in(place);
  if (!newest.empty()) place["after"][channels_[turn]] = newest;
  place["turn"] = stay ? turn : (turn + 1) % channels_.size();
  return dump_json(place);
}

}  // namespace stillholds
