// The public pages: a snapshot to HTML that needs no script. Pure functions, no sockets.
//
//   /                       what this is, the articles, and a box to try a question (GET /?q=…)
//   /a/{article}            all claims of one article with their statuses
//   /a/{article}/{claim}    one claim: its words, the verdict, the evidence, the history
//   /style.css, /icon.svg   the only things a page loads
//
// ?lang=zh gives the Chinese page. No page has inline style or script, so a policy of "default-src 'none'; style-src
// 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'" fits all of them.
#pragma once

#include <string>
#include <string_view>

#include "knowledge/answers/wording.hpp"
#include "knowledge/calendar.hpp"
#include "knowledge/snapshot/snapshot.hpp"

namespace stillholds {

struct page {
  unsigned status{200};
  std::string content_type{"text/html; charset=utf-8"};
  std::string body{};
  std::string etag{};  // strong, with its quotes, derived from the body; empty where status is not 200
};

struct page_context {
  std::string_view public_url;  // as in answers; a path in it becomes the prefix of every link
  day today;
  const wording& words;
};

// The page at an address: `path` as in the request line without the query (still percent-encoded), `query` without '?'.
// Total: what is not there is a 404 page. Takes a few milliseconds for /?q=… (it matches), far less otherwise.
[[nodiscard]] page public_page(std::string_view path, std::string_view query, const snapshot& whole,
                               const page_context& context);

}  // namespace stillholds
