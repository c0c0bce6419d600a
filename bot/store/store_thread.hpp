// The store's own thread: jobs wait in a bounded queue, all that wait share one commit, and each caller hears the
// outcome on its own executor, only after that commit.
#pragma once

#include <atomic>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "bot/store/store.hpp"

namespace stillholds {

struct store_thread_limits {
  std::size_t queue_max{4096};  // jobs that may wait; beyond it callers hear busy
  std::size_t batch_max{512};   // jobs that share one commit
};

class store_thread {
 public:
  // on_broken is called once, on the store's thread, when a commit failed: what was acknowledged is durable, nothing
  // more will be. From then on every job fails with the same error and the store is not touched; the owner should end.
  store_thread(std::unique_ptr<store> owned, std::function<void()> on_broken, const store_thread_limits& limits = {});
  // Finishes every job that waits, then closes the store. Destroy it before the executors of its callers.
  ~store_thread();
  store_thread(const store_thread&) = delete;
  store_thread& operator=(const store_thread&) = delete;

  // Runs the job inside the next commit and resumes the caller on its own executor. A job that fails or throws
  // (internal) undoes what it wrote, and nothing of its neighbours. busy, without suspending, when the queue is full.
  // The job owns what it uses. It runs even if the caller is cancelled meanwhile.
  template <class T>
  [[nodiscard]] boost::asio::awaitable<result<T>> run(std::function<result<T>(store&)> job) {
    if (auto room = find_room(); !room) co_return std::unexpected(std::move(room.error()));
    const auto initiate = [this](auto handler, std::function<result<T>(store&)> work) {
      push(std::make_unique<awaited_job<T, decltype(handler)>>(std::move(work), std::move(handler)));
    };
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(result<T>)>(
        initiate, boost::asio::use_awaitable, std::move(job));
  }

  // The same for start-up and shut-down: blocks, waits even where the queue is full. Never call it from a job.
  template <class T>
  [[nodiscard]] result<T> run_now(std::function<result<T>(store&)> job) {
    auto waited = std::make_unique<blocking_job<T>>(std::move(job));
    auto outcome = waited->promised.get_future();
    push(std::move(waited));
    return outcome.get();
  }

  // Since the start; for metrics and tests.
  struct totals {
    std::uint64_t jobs{0};
    std::uint64_t commits{0};
  };
  [[nodiscard]] totals so_far() const noexcept {
    return {jobs_.load(std::memory_order_relaxed), commits_.load(std::memory_order_relaxed)};
  }

 private:
  struct waiting_job {
    waiting_job() = default;
    waiting_job(const waiting_job&) = delete;
    waiting_job& operator=(const waiting_job&) = delete;
    virtual ~waiting_job() = default;
    virtual bool work(store& on) = 0;              // false: failed, undo it
    virtual void fail_with(const error& why) = 0;  // instead of its own outcome
    virtual void complete() = 0;                   // tells the caller; once, last
  };

  template <class T>
  struct typed_job : waiting_job {
    explicit typed_job(std::function<result<T>(store&)> given) : job(std::move(given)) {}
    bool work(store& on) final {
      try {
        outcome.emplace(job(on));
      } catch (const std::exception& thrown) {
        outcome.emplace(fail(errc::internal, std::string("a store job threw: ") + thrown.what()));
      }
      return outcome->has_value();
    }
    void fail_with(const error& why) final { outcome.emplace(std::unexpected(why)); }

    std::function<result<T>(store&)> job;
    std::optional<result<T>> outcome;
  };

  template <class T, class Handler>
  struct awaited_job final : typed_job<T> {
    awaited_job(std::function<result<T>(store&)> given, Handler waiting)
        : typed_job<T>(std::move(given)),
          handler(std::move(waiting)),
          working(boost::asio::make_work_guard(boost::asio::get_associated_executor(handler))) {}
    void complete() final {
      const auto executor = working.get_executor();
      boost::asio::post(executor, [resume = std::move(handler), with = std::move(*this->outcome)]() mutable {
        std::move(resume)(std::move(with));
      });
      working.reset();
    }

    Handler handler;
    boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> working;  // run() must wait for us
  };

  template <class T>
  struct blocking_job final : typed_job<T> {
    using typed_job<T>::typed_job;
    void complete() final { promised.set_value(std::move(*this->outcome)); }

    std::promise<result<T>> promised;
  };

  using batch = std::vector<std::unique_ptr<waiting_job>>;

  [[nodiscard]] result<void> find_room();
  void push(std::unique_ptr<waiting_job> job);
  void serve();
  [[nodiscard]] batch next_batch();  // empty: it is time to end
  void work_off(batch& jobs);
  void work_one(waiting_job& job);
  void break_down(const error& why);

  std::unique_ptr<store> store_;
  std::function<void()> on_broken_;
  store_thread_limits limits_;
  std::optional<error> broken_;  // the store's thread only
  std::atomic<std::uint64_t> jobs_{0};
  std::atomic<std::uint64_t> commits_{0};
  std::mutex mutex_;  // guards the three below
  std::condition_variable arrived_;
  std::deque<std::unique_ptr<waiting_job>> queue_;
  bool ending_{false};
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace stillholds
