#include "bot/service/reloader.hpp"

#include <sys/inotify.h>

#include <array>
#include <boost/asio/buffer.hpp>

#include "knowledge/review/publish.hpp"

namespace stillholds {
namespace {

constexpr auto settle_time = std::chrono::milliseconds{300};  // editors and git write a file in several steps
constexpr auto settle_longest = std::chrono::seconds{5};      // a folder that never rests is taken up all the same
constexpr std::uint32_t interesting =
    IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF;

}  // namespace

reloader::reloader(asio::io_context& context, asio::thread_pool& workers, std::filesystem::path folder,
                   snapshot_slot& slot, std::shared_ptr<const sentence_vectors> vectors, metrics& counters,
                   logger& journal, std::function<lint_rules()> rules, std::function<void()> taken_up)
    : workers_(workers),
      folder_(std::move(folder)),
      slot_(slot),
      vectors_(std::move(vectors)),
      counters_(counters),
      journal_(journal),
      rules_(std::move(rules)),
      taken_up_(std::move(taken_up)),
      inotify_(context),
      quiet_(context) {
  const int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor >= 0) inotify_.assign(descriptor);
}

// Adding a watch that exists already is harmless, so after every change all folders are added again.
bool reloader::watch_all() {
  if (!inotify_.is_open()) return false;
  const auto add = [this](const std::filesystem::path& one) {
    return inotify_add_watch(inotify_.native_handle(), one.c_str(), interesting) >= 0;
  };
  bool good = add(folder_);
  std::error_code code;
  for (std::filesystem::recursive_directory_iterator it(folder_, code), end; it != end; it.increment(code)) {
    if (code) break;
    if (it->is_directory(code)) good = add(it->path()) && good;
  }
  return good;
}

asio::awaitable<bool> reloader::wait_for_change() {
  std::array<char, std::size_t{16} * 1024> events{};
  const auto [first_code, first_bytes] = co_await inotify_.async_read_some(asio::buffer(events), use_result);
  if (first_code) co_return false;
  const auto latest = std::chrono::steady_clock::now() + settle_longest;
  // Quiet for a while? Each further event begins the wait anew.
  while (!stopping_ && std::chrono::steady_clock::now() < latest) {
    quiet_.expires_after(settle_time);
    co_await quiet_.async_wait(use_result);
    boost::system::error_code code;
    inotify_.non_blocking(true, code);
    if (inotify_.read_some(asio::buffer(events), code) == 0 || code) break;
  }
  co_return !stopping_;
}

asio::awaitable<void> reloader::take_up() {
  const auto begun = std::chrono::steady_clock::now();
  auto made = co_await on_workers(workers_, [folder = folder_, rules = rules_(),
                                             basis = snapshot_basis{.vectors = vectors_, .previous = slot_.get()}] {
    return publish(folder, rules, basis);
  });
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun).count();
  stale_ = made.snapshot == nullptr;
  if (stale_) {
    for (const auto& one : made.faults) {
      if (one.severity == severity::error) journal_.error("knowledge_fault", {{"detail", to_string(one)}});
    }
    const auto old = slot_.get();
    journal_.error("knowledge_not_taken_up", {{"snapshot", old->version},
                                              {"detail", "the older snapshot keeps answering; run: stillholds check"}});
  } else if (made.snapshot->version != slot_.get()->version) {
    journal_.info("knowledge_taken_up", {{"snapshot", made.snapshot->version}, {"ms", ms}});
    slot_.set(std::move(made.snapshot));
    taken_up_();
  }
  std::size_t claims = 0;
  const auto now_answering = slot_.get();
  for (const auto& article : now_answering->articles) claims += article.claims.size();
  counters_.set_knowledge(claims, stale_);
}

asio::awaitable<void> reloader::run() {
  if (!watch_all()) {
    journal_.warning("knowledge_not_watched", {{"detail", "changed claim files are taken up at the next start only"}});
    if (!inotify_.is_open()) co_return;
  }
  while (!stopping_) {
    if (!co_await wait_for_change()) break;
    (void)watch_all();
    co_await take_up();
  }
}

void reloader::stop() {
  stopping_ = true;
  boost::system::error_code ignored;
  inotify_.close(ignored);
  quiet_.cancel();
}

}  // namespace stillholds
