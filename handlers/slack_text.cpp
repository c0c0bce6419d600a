#include "handlers/slack_text.hpp"

#include <string>

#include "handlers/port/escape.hpp"

namespace stillholds {
namespace {

constexpr quoting slack_quoting{.quote_mark = "&gt;",
                                .quote_all_mark = "&gt;&gt;&gt;",
                                .fence_may_stay_open = false,
                                .tilde_fences = false,
                                .code_may_cross_lines = false};

}  // namespace

bracket_text read_slack_text(std::string_view text, std::string_view bot_user) {
  return read_bracket_text(text, bot_user, slack_quoting);
}

dialect slack_dialect() {
  dialect made;
  made.escape = [](std::string_view text) { return escape_entities(defang(text)); };
  made.link = [](std::string_view url, std::string_view label) {
    const auto address = escape_entities(safe_address(url));
    if (address.empty()) return escape_entities(defang(label));
    const auto words = escape_entities(defang(label));
    return "<" + address + (words.empty() ? "" : "|" + words) + ">";
  };
  made.strong = [](std::string_view text) { return emphasise(text, "*"); };
  made.item_mark = "• ";
  made.limit = slack_text_limit;
  made.labels_carry_links = true;
  return made;
}

}  // namespace stillholds
