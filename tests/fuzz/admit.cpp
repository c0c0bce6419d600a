// Any genuine body: admit has an admission for it, the same each time, and what it admits can be stored and shown.
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/target.hpp"

using namespace stillholds;
using fuzz::require;

namespace {

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
  if (at.on->traits().poll_every > std::chrono::seconds{0}) {
    auto polled = request;
    polled.answers_our_call = true;
    polled.headers.clear();
    check(conformance::admit(*at.on, std::move(polled), now));
  }
  const auto first = conformance::admit(*at.on, request, now);
  check(first);
  if (first.kind == admission_kind::mention)
    require(conformance::admit(*at.on, std::move(request), now).mentions == first.mentions);
  return 0;
}
