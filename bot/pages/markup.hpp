// HTML as a stack of elements: every text and attribute is escaped on the way in, and every element is closed again.
//
// Why not templates: the pages are few and made of typed values with optional parts. A builder checks their names and
// nesting at compile time, has no syntax of its own to learn or to parse at run time, and cannot emit a raw value at
// all, where a template engine is one brace away from it.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stillholds {

// Text as it may stand between tags and in quoted attributes: & < > " ' as entities; control characters, bidi controls
// and broken bytes removed or replaced, so that a text cannot turn its surroundings round.
[[nodiscard]] std::string html_escaped(std::string_view text);

// Only addresses of the web may become links; a "javascript:" from a file never does.
[[nodiscard]] bool is_web_address(std::string_view url) noexcept;

class markup {
 public:
  // An attribute with an empty value is left out.
  using attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  // Closes its element when it goes out of scope.
  class [[nodiscard]] element {
   public:
    element(const element&) = delete;
    element& operator=(const element&) = delete;
    ~element() { in_.close(); }

   private:
    friend class markup;
    explicit element(markup& in) : in_(in) {}
    markup& in_;
  };

  [[nodiscard]] element in(std::string_view tag, attributes with = {});
  markup& text(std::string_view value);
  // <tag …>text</tag>
  markup& leaf(std::string_view tag, attributes with, std::string_view value);
  markup& leaf(std::string_view tag, std::string_view value) { return leaf(tag, {}, value); }
  // <tag …> without content: meta, link, input, rect.
  markup& single(std::string_view tag, attributes with = {});
  // A link where the address may be one, else the label alone.
  markup& link(std::string_view url, std::string_view label, std::string_view style = {});

  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  void start(std::string_view tag, attributes with);
  void close();

  std::string out_{"<!doctype html>\n"};
  std::vector<std::string> open_;
};

}  // namespace stillholds
