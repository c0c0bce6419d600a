#include "handlers/port/newest_first.hpp"

#include <algorithm>

#include "knowledge/json.hpp"

namespace stillholds {

newest_first::newest_first(std::string_view cursor) {
  const auto place = parse_json(cursor);
  if (!place) return;
  since_ = get_string(*place, "since").value_or("");
  top_ = get_string(*place, "top").value_or("");
  page_ = get_string(*place, "page");
}

void newest_first::saw(std::string_view time) {
  top_ = std::max<std::string>(top_, std::string(time));
  if (!time.empty() && (oldest_.empty() || time < oldest_)) oldest_ = time;
}

void newest_first::move_on(std::string_view next, admission& made) const {
  const bool reached = next.empty() || since_.empty() || oldest_.empty() || oldest_ <= since_;
  if (reached) {
    made.cursor = dump_json({{"since", std::max(top_, since_)}});
  } else {
    made.cursor = dump_json({{"since", since_}, {"top", top_}, {"page", next}});
    made.more = true;
  }
}

}  // namespace stillholds
