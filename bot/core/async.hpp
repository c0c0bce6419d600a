// The few coroutine habits of this house: errors as values, named tasks, and work handed to the worker threads.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <string>
#include <type_traits>
#include <utility>

#include "bot/core/log.hpp"

namespace stillholds {

namespace asio = boost::asio;

// Awaiting with it yields (error_code, value…) instead of throwing.
inline constexpr auto use_result = asio::as_tuple(asio::use_awaitable);

// Starts a task that nobody waits for. What escapes from it is logged under `name`; the process goes on.
void launch(const asio::any_io_executor& on, std::string name, asio::awaitable<void> task, logger& journal);

// Puts the calling worker thread behind the network and store threads: under load, taking mentions in comes first.
void lower_this_thread() noexcept;

// Runs `job` (called once, no arguments) on a worker thread and comes back on the caller's own thread. An exception
// that leaves the job leaves the await. The job owns all it needs: it outlives nothing.
template <class Job>
[[nodiscard]] asio::awaitable<std::invoke_result_t<Job&>> on_workers(asio::thread_pool& workers, Job job) {
  using value = std::invoke_result_t<Job&>;
  constexpr auto body = [](Job work) -> asio::awaitable<value> {
    lower_this_thread();
    co_return work();
  };
  co_return co_await asio::co_spawn(workers.get_executor(), body(std::move(job)), asio::use_awaitable);
}

// A wake-up for one waiting task, on one thread: `wait` returns at the next `ring`, or at the deadline, whichever comes
// first. A ring while nobody waits is remembered once.
class bell {
 public:
  explicit bell(const asio::any_io_executor& on) : timer_(on) {}
  void ring() {
    rung_ = true;
    timer_.cancel();
  }
  [[nodiscard]] asio::awaitable<void> wait(std::chrono::steady_clock::time_point until);

 private:
  asio::steady_timer timer_;
  bool rung_{false};
};

}  // namespace stillholds
