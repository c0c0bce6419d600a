// Runs a coroutine test on its own io_context: rethrows what escapes, and fails when the task did not finish in time.
#pragma once

#include <doctest/doctest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>

namespace stillholds {

inline void run_test(boost::asio::io_context& context, std::chrono::seconds limit, boost::asio::awaitable<void> task) {
  bool finished = false;
  std::exception_ptr escaped;
  boost::asio::co_spawn(context, std::move(task), [&](const std::exception_ptr& problem) {
    finished = true;
    escaped = problem;
    context.stop();
  });
  context.run_for(limit);
  if (escaped) std::rethrow_exception(escaped);
  REQUIRE_MESSAGE(finished, "the task did not finish within its limit");
}

}  // namespace stillholds
