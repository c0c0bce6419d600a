#include "bot/core/async.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <exception>

namespace stillholds {

void launch(const asio::any_io_executor& on, std::string name, asio::awaitable<void> task, logger& journal) {
  asio::co_spawn(on, std::move(task), [name = std::move(name), &journal](const std::exception_ptr& escaped) {
    if (!escaped) return;
    try {
      std::rethrow_exception(escaped);
    } catch (const std::exception& problem) {
      journal.error("task_failed", {{"task", name}, {"detail", problem.what()}});
    } catch (...) {
      journal.error("task_failed", {{"task", name}, {"detail", "not a std::exception"}});
    }
  });
}

void lower_this_thread() noexcept {
  constexpr int nice_value = 5;
  thread_local const bool once = [] {
    // On Linux a thread has its own nice value. Failing to set it costs speed, not correctness.
    return setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), nice_value) == 0;
  }();
  (void)once;
}

asio::awaitable<void> bell::wait(std::chrono::steady_clock::time_point until) {
  if (!rung_) {
    timer_.expires_at(until);
    co_await timer_.async_wait(use_result);
  }
  rung_ = false;
}

}  // namespace stillholds
