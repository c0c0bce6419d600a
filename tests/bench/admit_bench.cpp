// How long each platform's admit takes for its sample request (0.3 to 10 kB, as its vendor sends them).
//   deploy/build release admit_bench && build/release/admit_bench
// Expected: a median under 60 us without Ed25519 or RS256.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <vector>

#include "tests/conformance/fixtures.hpp"

using namespace stillholds;
using namespace stillholds::conformance;

namespace {

double microseconds_of(const platform& on, const recording& request, std::chrono::sys_seconds now) {
  const auto begun = std::chrono::steady_clock::now();
  const auto what = conformance::admit(on, request, now);
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begun;
  return what.kind == admission_kind::mention ? took.count() : -1;
}

}  // namespace

int main() {
  constexpr std::size_t runs = 4000;
  std::cout << fmt::format("{:<20}{:>8}{:>12}{:>12}\n", "platform", "bytes", "median us", "p99 us");
  for (const auto& of : all_fixtures()) {
    const auto on = make_platform(of);
    std::vector<double> times;
    for (std::size_t i = 0; i < runs; ++i)
      times.push_back(microseconds_of(*on, of.sample().request, of.sample().now()));
    std::ranges::sort(times);
    std::cout << fmt::format("{:<20}{:>8}{:>12.1f}{:>12.1f}\n", of.entry->name, of.sample().request.body.size(),
                             times[runs / 2], times[runs * 99 / 100]);
  }
}
