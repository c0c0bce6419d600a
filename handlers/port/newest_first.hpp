// Lists that a platform shows newest first, a page at a time: they are read back until what was seen before, and only
// then is the newest time noted. By times, not by ids: an id may name a message that is gone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "handlers/port/platform.hpp"

namespace stillholds {

class newest_first {
 public:
  // `cursor` as `move_on` left it; any other text is the very first poll.
  explicit newest_first(std::string_view cursor);

  // Where the next page begins, in the platform's words; nothing: with the newest.
  [[nodiscard]] const std::optional<std::string>& page() const noexcept { return page_; }
  // An entry of the page that came. Times are text that sorts as they do; an empty one says nothing.
  void saw(std::string_view time);
  // Sets the admission's cursor, and `more` while older pages are to be read. `next`: where the platform says that the
  // next older page begins; empty: this was the last.
  void move_on(std::string_view next, admission& made) const;

 private:
  std::string since_;                // everything up to here was read before
  std::string top_;                  // the newest of the pages so far
  std::string oldest_;               // of this page
  std::optional<std::string> page_;  // this page, where it is not the first
  bool again_{false};                // the pages are read a second time, because the first time they broke off
};

}  // namespace stillholds
