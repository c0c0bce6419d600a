#include "knowledge/answers/fit.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "knowledge/text.hpp"

namespace stillholds {
namespace {

constexpr std::size_t whole = std::numeric_limits<std::size_t>::max();
constexpr std::string_view between_parts_of_a_line = " · ";
constexpr std::string_view cut_mark = "…";
// How long a choice's text may still be, step by step: enough to be told from its neighbours.
constexpr std::array choice_lengths{std::size_t{120}, std::size_t{90}, std::size_t{60}, std::size_t{40}};

// What one form still shows. Every form of a list shows less than the one before it, so their lengths fall.
struct form {
  std::size_t items{0};
  std::size_t item_text{whole};  // code points
  std::size_t body{whole};       // bytes, at a sentence end
  std::size_t lead{whole};       // code points
  bool gloss{true};
  bool status{true};
  bool footer{true};
  bool link{true};
};

std::string on_one_line(std::string_view text) {
  auto line = tidy(text);
  std::ranges::replace_if(line, [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

// The answer as it will be shown. All but the body are single lines: a line end in them, of whatever kind, would let
// text pose as a part of its own.
answer cleaned(answer what) {
  for (const auto part :
       {&answer::lead, &answer::gloss, &answer::status, &answer::heading, &answer::link_label, &answer::footer})
    what.*part = on_one_line(what.*part);
  what.body = tidy(what.body);
  for (auto& item : what.items) {
    item.label = on_one_line(item.label);
    item.text = on_one_line(item.text);
  }
  return what;
}

std::string shortened(std::string_view text, std::size_t max) {
  if (max == whole || code_points(text) <= max) return std::string{text};
  const auto kept = trim(cut(text, max));
  return kept.empty() ? std::string{} : std::string{kept}.append(cut_mark);
}

bool is_choice(const answer_item& item) {
  return !item.label.empty() && std::ranges::all_of(item.label, [](char c) { return c >= '0' && c <= '9'; });
}

class writer {
 public:
  writer(const answer& what, const dialect& in) : what_(what), in_(in) {}

  [[nodiscard]] std::string in_form(const form& shape) const {
    std::string out;
    add_part(out, top(shape));
    add_part(out, body(shape));
    add_part(out, items(shape));
    const bool joins = !what_.lead.empty() && takes_one_line(shape);
    const auto last = last_line(shape);
    if (joins && !out.empty() && !last.empty()) {
      return out.append(shape.link && !what_.link.empty() ? " " : between_parts_of_a_line) + last;
    }
    add_part(out, last);
    return out;
  }

  [[nodiscard]] bool fits(std::string_view text) const {
    return (in_.measure ? in_.measure(text) : code_points(text)) <= in_.limit;
  }

 private:
  [[nodiscard]] std::string escaped(std::string_view text) const {
    return in_.escape && !text.empty() ? in_.escape(text) : std::string{text};
  }

  [[nodiscard]] std::string linked(std::string_view url, std::string_view label) const {
    if (in_.link) return in_.link(url, label);
    return label.empty() ? std::string{url} : std::string{label} + std::string{colon_after(label)} + std::string{url};
  }

  void add_part(std::string& out, std::string_view part) const {
    if (part.empty()) return;
    if (!out.empty()) out += in_.part_break;
    out += part;
  }

  void add_line(std::string& out, std::string_view line) const {
    if (line.empty()) return;
    if (!out.empty()) out += in_.line_break;
    out += line;
  }

  // A pointer at an earlier answer, a notice and the like are one line, not a wall of two.
  [[nodiscard]] bool takes_one_line(const form& shape) const {
    const bool small = what_.kind == answer_kind::repeat || what_.kind == answer_kind::none ||
                       what_.kind == answer_kind::notice || what_.kind == answer_kind::command;
    return small && shape.items == 0 && what_.status.empty() && what_.gloss.empty() && what_.body.empty();
  }

  [[nodiscard]] std::string top(const form& shape) const {
    std::string out;
    if (shape.lead > 0) add_line(out, escaped(shortened(what_.lead, shape.lead)));
    if (shape.gloss) add_line(out, escaped(what_.gloss));
    if (shape.status && !what_.status.empty()) {
      const auto status = escaped(what_.status);
      add_line(out, in_.strong ? in_.strong(status) : status);
    }
    return out;
  }

  [[nodiscard]] std::string body(const form& shape) const {
    std::string out;
    auto rest = trim(std::string_view{what_.body}.substr(0, std::min(shape.body, what_.body.size())));
    while (!rest.empty()) {
      const auto end = std::min(rest.find('\n'), rest.size());
      add_line(out, escaped(trim(rest.substr(0, end))));
      rest = end < rest.size() ? rest.substr(end + 1) : std::string_view{};
    }
    return out;
  }

  [[nodiscard]] std::string items(const form& shape) const {
    if (shape.items == 0) return {};
    std::string out = escaped(what_.heading);
    for (std::size_t i = 0; i < shape.items; ++i) add_line(out, item(what_.items[i], shape.item_text));
    return out;
  }

  [[nodiscard]] std::string item(const answer_item& one, std::size_t text_max) const {
    const auto text = escaped(shortened(one.text, text_max));
    if (is_choice(one)) return one.label + ". " + text + (one.url.empty() ? "" : "  " + linked(one.url, ""));
    std::string out{in_.item_mark};
    const bool label_is_link = in_.labels_carry_links && !one.label.empty() && !one.url.empty();
    out += label_is_link ? linked(one.url, one.label) : escaped(one.label);
    if (!one.label.empty() && !text.empty()) out += what_.language == "zh" ? "：" : ": ";
    out += text;
    if (!label_is_link && !one.url.empty()) out += "  " + linked(one.url, "");
    return out;
  }

  [[nodiscard]] std::string last_line(const form& shape) const {
    std::string out;
    if (shape.link && !what_.link.empty()) out = linked(what_.link, what_.link_label);
    if (!shape.footer || what_.footer.empty()) return out;
    if (!out.empty()) out += between_parts_of_a_line;
    return out + escaped(what_.footer);
  }

  const answer& what_;
  const dialect& in_;
};

// Where the body may end: after each of its sentences but the last, the longest first; 0 (no body) at the end.
std::vector<std::size_t> body_ends(const std::string& body) {
  std::vector<std::size_t> ends;
  for (const auto sentence : sentences(body)) {
    ends.push_back(static_cast<std::size_t>(sentence.data() + sentence.size() - body.data()));
  }
  if (!ends.empty()) ends.back() = 0;
  std::ranges::sort(ends, std::ranges::greater{});
  return ends;
}

// All forms with the lead whole, the longest first. The last one shows lead, status and link.
std::vector<form> forms_of(const answer& what) {
  form now{.items = what.items.size()};
  std::vector<form> all{now};
  const auto then = [&](auto change) {
    change(now);
    all.push_back(now);
  };
  const bool offers = !what.items.empty() && std::ranges::all_of(what.items, is_choice);
  if (offers) {
    then([](form& f) { f.footer = false; });
    for (const auto length : choice_lengths) then([&](form& f) { f.item_text = length; });
  }
  while (now.items > 0) then([](form& f) { --f.items; });
  for (const auto end : body_ends(what.body)) then([&](form& f) { f.body = end; });
  then([](form& f) { f.gloss = false; });
  then([](form& f) { f.footer = false; });
  return all;
}

// The longest form whose lead is cut somewhere; empty when it does not fit even without a lead.
std::string with_lead_cut(const writer& out, form shape, std::size_t lead_length) {
  std::size_t fitting = 0;
  for (std::size_t low = 1, high = lead_length; low <= high;) {
    const auto middle = low + (high - low) / 2;
    shape.lead = middle;
    if (out.fits(out.in_form(shape))) {
      fitting = middle;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  shape.lead = fitting;
  auto text = out.in_form(shape);
  return out.fits(text) ? text : std::string{};
}

}  // namespace

std::string write(const answer& given, const dialect& in) {
  const auto what = cleaned(given);
  const writer out(what, in);
  auto text = out.in_form(form{.items = what.items.size()});
  if (out.fits(text)) return text;
  const auto forms = forms_of(what);
  const auto fitting =
      std::ranges::partition_point(forms, [&](const form& shape) { return !out.fits(out.in_form(shape)); });
  if (fitting != forms.end()) return out.in_form(*fitting);
  const auto lead_length = code_points(what.lead);
  auto shape = forms.back();
  for (const bool status : {true, false}) {
    shape.status = status;
    text = with_lead_cut(out, shape, lead_length);
    if (!text.empty()) return text;
  }
  shape.link = false;
  return with_lead_cut(out, shape, lead_length);
}

std::string_view colon_after(std::string_view label) noexcept {
  return !label.empty() && static_cast<unsigned char>(label.back()) >= 0x80 ? "：" : ": ";
}

dialect plain_dialect(std::size_t limit) {
  dialect plain;
  plain.escape = [](std::string_view text) { return tidy(text); };
  plain.link = [](std::string_view url, std::string_view label) {
    return label.empty() ? std::string{url} : std::string{label} + std::string{colon_after(label)} + std::string{url};
  };
  plain.limit = limit;
  return plain;
}

}  // namespace stillholds
