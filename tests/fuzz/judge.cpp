// Any answer of the platform's API: every reader of such answers has a verdict for it, and only 2xx (or what the
// platform says instead) may deliver. The first two bytes are the status.
#include <cstdlib>

#include "tests/fuzz/target.hpp"

using namespace stillholds;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto& at = fuzz::chosen();
  const unsigned status = 100 + (data[0] * 256U + data[1]) % 500;
  const call_result response{.status = status,
                             .headers = {{"Retry-After", "5"}, {"Date", "Tue, 24 Nov 2026 06:40:00 GMT"}},
                             .body = std::string(reinterpret_cast<const char*>(data + 2), size - 2),
                             .detail = {}};
  const auto judged = at.on->judge(response);
  if (judged.reason.empty()) std::abort();
  if (judged.kind == judgement_kind::delivered && (status >= 500 || status == 401 || status == 403)) std::abort();
  (void)at.on->see(at.what, response);
  for (std::size_t step = 0; step < 2; ++step) (void)at.on->read_probe(step, response);
  for (const auto* name : {"keys", "token", "session"})
    (void)at.on->read_provision(name, response, at.of->sample().now());
  return 0;
}
