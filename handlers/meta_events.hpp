// What the members of Meta's family tell us: batches of events, each in its own form, as admissions.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "handlers/port/platform.hpp"
#include "handlers/port/registry.hpp"
#include "knowledge/json.hpp"

namespace stillholds {

enum class meta_member { messenger, facebook, instagram, whatsapp };

class meta_events {
 public:
  // `own_id`: whose posts are ours.
  meta_events(meta_member which, const account_settings& from, std::string own_id)
      : which_(which), settings_(from), own_id_(std::move(own_id)) {}

  // A delivery's body; malformed when it is none.
  [[nodiscard]] admission admit(const json& delivery, std::chrono::sys_seconds now) const;

 private:
  struct asked {
    std::string key;
    std::string space, thread, message, author;
    std::int64_t at{0};  // Unix seconds
    mention_change change{mention_change::created};
    std::string changes;  // the key of the question that changed
  };

  [[nodiscard]] admission admit_event(const json& entry, const json& event, std::chrono::sys_seconds now) const;
  [[nodiscard]] admission admit_asked(asked what, std::optional<std::string> question,
                                      std::chrono::sys_seconds now) const;
  [[nodiscard]] admission admit_messenger(const json& event, std::chrono::sys_seconds now) const;
  [[nodiscard]] admission admit_whatsapp(const json& event, std::chrono::sys_seconds now) const;
  [[nodiscard]] admission admit_facebook(const json& entry, const json& event, std::chrono::sys_seconds now) const;
  [[nodiscard]] admission admit_instagram(const json& entry, const json& event, std::chrono::sys_seconds now) const;
  [[nodiscard]] std::optional<std::string> question_in(std::string_view text) const;

  meta_member which_;
  account_settings settings_;
  std::string own_id_;
};

}  // namespace stillholds
