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
  const bool is_first = !page_;
  if (!is_first && oldest_.empty() && next.empty()) {
    // The entry that this page began behind is gone: from the newest again, or what lies between would be lost.
    made.cursor = dump_json({{"since", since_}});
    return;
  }
  const bool known = !oldest_.empty() && oldest_ <= since_;
  if (next.empty() || since_.empty() || known || (is_first && oldest_.empty())) {
    made.cursor = dump_json({{"since", std::max(top_, since_)}});
  } else {
    made.cursor = dump_json({{"since", since_}, {"top", top_}, {"page", next}});
    made.more = true;
  }
}

}  // namespace stillholds
