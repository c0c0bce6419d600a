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
  again_ = get_bool(*place, "again").value_or(false);
}

void newest_first::saw(std::string_view time) {
  top_ = std::max<std::string>(top_, std::string(time));
  if (!time.empty() && (oldest_.empty() || time < oldest_)) oldest_ = time;
}

void newest_first::move_on(std::string_view next, admission& made) const {
  const bool is_first = !page_;
  json place{{"since", since_}};
  if (again_) place["again"] = true;
  if (!is_first && oldest_.empty() && next.empty() && !again_) {
    // The entry that this page began behind is gone: once more from the newest, or what lies between would be lost.
    place["again"] = true;
    made.cursor = dump_json(place);
    return;
  }
  const bool known = !oldest_.empty() && oldest_ <= since_;
  if (next.empty() || since_.empty() || known || (is_first && oldest_.empty())) {
    made.cursor = dump_json({{"since", std::max(top_, since_)}});
  } else {
    place["top"] = top_;
    place["page"] = next;
    made.cursor = dump_json(place);
    made.more = true;
  }
}

}  // namespace stillholds
