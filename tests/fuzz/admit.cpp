// Any genuine body: admit has an admission for it, the same each time, and what it admits can be stored and shown.
#include <cstdlib>

#include "knowledge/text.hpp"
#include "tests/fuzz/target.hpp"

using namespace stillholds;

namespace {

void require(bool good) {
  if (!good) std::abort();
}

void check(const admission& what) {
  require(!what.reason.empty());
  require(what.mentions.empty() == (what.kind != admission_kind::mention));
  require(what.acknowledge.status >= 200 && what.acknowledge.status < 600);
  for (const auto& one : what.mentions) {
    require(!one.delivery_key.empty());
    require(!one.thread_id.empty() || one.change != mention_change::created);
    require(is_utf8(one.question) && code_points(one.question) <= 4000);
    require(is_utf8(one.reply_to));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto& at = fuzz::chosen();
  const auto now = at.of->sample().now();
  auto request = fuzz::signed_request(at, std::string(reinterpret_cast<const char*>(data), size));
  auto polled = request;
  polled.answers_our_call = true;
  polled.headers.clear();
  const auto first = conformance::admit(*at.on, request, now);
  check(first);
  require(conformance::admit(*at.on, std::move(request), now).mentions == first.mentions);
  check(conformance::admit(*at.on, std::move(polled), now));
  return 0;
}
