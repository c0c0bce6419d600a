#include "bot/store/store_thread.hpp"

#include <pthread.h>

#include <algorithm>
#include <iterator>

namespace stillholds {

store_thread::store_thread(std::unique_ptr<store> owned, std::function<void()> on_broken,
                           const store_thread_limits& limits)
    : store_(std::move(owned)), on_broken_(std::move(on_broken)), limits_(limits), thread_([this] { serve(); }) {}

store_thread::~store_thread() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

result<void> store_thread::find_room() {
  const std::scoped_lock lock(mutex_);
  if (ending_) return fail(errc::busy, "the store is closing");
  if (queue_.size() >= limits_.queue_max) return fail(errc::busy, "too many store jobs are waiting");
  return {};
}

void store_thread::push(std::unique_ptr<waiting_job> job) {
  bool was_empty = false;
  {
    const std::scoped_lock lock(mutex_);
    was_empty = queue_.empty();
    queue_.push_back(std::move(job));
  }
  if (was_empty) arrived_.notify_one();
}

void store_thread::serve() {
  pthread_setname_np(pthread_self(), "store");
  for (batch jobs = next_batch(); !jobs.empty(); jobs = next_batch()) {
    work_off(jobs);
    jobs_.fetch_add(jobs.size(), std::memory_order_relaxed);
    for (const auto& job : jobs) job->complete();
  }
}

store_thread::batch store_thread::next_batch() {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [this] { return ending_ || !queue_.empty(); });
  const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), limits_.batch_max));
  batch jobs(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.begin() + count));
  queue_.erase(queue_.begin(), queue_.begin() + count);
  return jobs;
}

void store_thread::work_off(batch& jobs) {
  const auto fail_all = [&jobs](const error& why) {
    for (const auto& job : jobs) job->fail_with(why);
  };
  if (broken_) return fail_all(*broken_);
  if (const auto begun = store_->begin(); !begun) {
    // Another process may hold the file for long; that is no reason to give up. Anything else is.
    if (begun.error().code != errc::busy) break_down(begun.error());
    return fail_all(begun.error());
  }
  for (const auto& job : jobs) work_one(*job);
  if (const auto committed = store_->commit(); !committed) {
    break_down(committed.error());
    return fail_all(committed.error());
  }
  commits_.fetch_add(1, std::memory_order_relaxed);
}

void store_thread::work_one(waiting_job& job) {
  if (const auto begun = store_->begin_job(); !begun) return job.fail_with(begun.error());
  if (!job.work(*store_)) return store_->undo_job();
  if (const auto ended = store_->end_job(); !ended) {
    store_->undo_job();
    job.fail_with(ended.error());
  }
}

void store_thread::break_down(const error& why) {
  broken_ = why;
  if (on_broken_) on_broken_();
}

}  // namespace stillholds
