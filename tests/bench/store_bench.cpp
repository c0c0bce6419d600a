// How fast the store takes mentions in: alone, and under many waiting callers through its thread. Prints, asserts
// nothing.
//   store_bench [mentions] [callers] [rows there before]
#include <fmt/format.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>

#include "bot/store/sqlite.hpp"
#include "bot/store/store_thread.hpp"

namespace {

using namespace stillholds;
using clock_type = std::chrono::steady_clock;

const origin from{"slack", "main"};
const instant start = instant(std::chrono::milliseconds(1'800'000'000'000));

// A busy community: ten mentions a second.
instant time_of(row_id number) { return start + std::chrono::milliseconds(100) * number; }

// Shaped like a chat platform's: keys of about 30 bytes, a question of about 60, notes of about 90.
mention make_mention(std::size_t number) {
  mention made;
  made.delivery_key = fmt::format("slack:Ev0{:x}MENTION", number * 2654435761U);
  made.message_key =
      fmt::format("slack:T0001:C{:04}:{}.{:06}", number % 64, 1'700'000'000 + number / 10, number % 1'000'000);
  made.space = fmt::format("T{:04}", number % 20);
  made.thread_id = fmt::format("C{:04}:{}", number % 64, number / 4);
  made.message_id = fmt::format("{}.{:06}", 1'700'000'000 + number / 10, number % 1'000'000);
  made.author_id = fmt::format("U{:06}", number % 5000);
  made.question = "does the US really have 90% of the world's AI compute?";
  made.reply_to = fmt::format(R"({{"channel":"C{:04}","thread_ts":"1700000000.{:06}","team":"T0001"}})", number % 64,
                              number % 1'000'000);
  return made;
}

double seconds_since(clock_type::time_point then) {
  return std::chrono::duration<double>(clock_type::now() - then).count();
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void quit(const error& why) {
  fmt::print(stderr, "{}: {}\n", name_of(why.code), why.detail);
  std::exit(1);
}

// Everything the service does with one mention, in commits of `share`.
void whole_way(store& on, std::size_t count, std::size_t share) {
  const auto begun = clock_type::now();
  const double cpu = cpu_seconds();
  std::size_t done = 0;
  while (done < count) {
    if (auto ok = on.begin(); !ok) quit(ok.error());
    auto mentions = on.take_mentions(share, time_of(1'000'000'000), std::chrono::seconds(30));
    if (!mentions) quit(mentions.error());
    if (mentions->empty()) quit({errc::internal, "nothing to take"});
    for (const auto& row : *mentions) {
      const auto id = on.finish(row.id, time_of(row.id), {}, [&row](const conversation&) {
        resolution made;
        made.answer.emplace();
        made.answer->kind = answer_kind::claim;
        made.answer->claim_id = "compute-us-90pct";
        made.answer->body = std::string(700, 'x');
        made.answer->items.assign(3, {"Apr 2026, Epoch AI", std::string(120, 'y'), "https://example.org/evidence"});
        made.key = row.mention.delivery_key;
        return made;
      });
      if (!id) quit(id.error());
    }
    if (auto ok = on.commit(); !ok) quit(ok.error());
    if (auto ok = on.begin(); !ok) quit(ok.error());
    auto rows = on.take_deliveries(share, time_of(1'000'000'000));
    if (!rows) quit(rows.error());
    if (auto ok = on.commit(); !ok) quit(ok.error());
    if (auto ok = on.begin(); !ok) quit(ok.error());
    for (const auto& row : *rows) {
      const auto settled =
          on.settle(row.id, {outbox_state::delivered, start, fmt::format("reply{}", row.id), "ok"}, time_of(row.id));
      if (!settled) quit(settled.error());
    }
    if (auto ok = on.commit(); !ok) quit(ok.error());
    done += mentions->size();
  }
  const double took = seconds_since(begun);
  fmt::print("decide, send, settle: {} in {:.2f} s, {:.1f} us each ({:.1f} us of processor)\n", done, took,
             took / static_cast<double>(done) * 1e6, (cpu_seconds() - cpu) / static_cast<double>(done) * 1e6);
}

void fill(store& on, std::size_t first, std::size_t count, std::size_t share, std::string_view label) {
  const auto begun = clock_type::now();
  const double cpu = cpu_seconds();
  for (std::size_t done = 0; done < count;) {
    if (auto ok = on.begin(); !ok) quit(ok.error());
    for (std::size_t in_batch = 0; in_batch < share && done < count; ++in_batch, ++done) {
      if (auto ok = on.begin_job(); !ok) quit(ok.error());
      const auto put = on.put_mention(from, make_mention(first + done), start, static_cast<std::size_t>(-1));
      if (!put) quit(put.error());
      if (auto ok = on.end_job(); !ok) quit(ok.error());
    }
    if (auto ok = on.commit(); !ok) quit(ok.error());
  }
  const double took = seconds_since(begun);
  fmt::print("{}: {} puts in commits of {}, {:.1f} us each ({:.1f} us of processor)\n", label, count, share,
             took / static_cast<double>(count) * 1e6, (cpu_seconds() - cpu) / static_cast<double>(count) * 1e6);
}

boost::asio::awaitable<void> caller(store_thread& on, std::size_t& next, std::size_t last) {
  while (next < last) {
    const std::size_t number = next++;
    auto put = co_await on.run<put_outcome>([what = make_mention(number)](store& s) {
      return s.put_mention(from, what, start, static_cast<std::size_t>(-1));
    });
    if (!put) quit(put.error());
  }
}

void many_callers(std::unique_ptr<store> owned, std::size_t first, std::size_t count, int callers) {
  boost::asio::io_context context;
  store_thread on(std::move(owned), [] { quit({errc::internal, "the store broke"}); });
  std::size_t next = first;
  for (int index = 0; index < callers; ++index) {
    boost::asio::co_spawn(context, caller(on, next, first + count), boost::asio::detached);
  }
  const auto begun = clock_type::now();
  const double cpu = cpu_seconds();
  context.run();
  const double took = seconds_since(begun);
  const auto totals = on.so_far();
  fmt::print("{} callers: {} puts in {:.2f} s, {:.0f} puts/s, {:.0f} commits/s, {:.1f} us of processor each\n", callers,
             count, took, static_cast<double>(count) / took, static_cast<double>(totals.commits) / took,
             (cpu_seconds() - cpu) / static_cast<double>(count) * 1e6);
}

std::size_t argument(int count, char** words, int index, std::size_t fallback) {
  return count > index ? static_cast<std::size_t>(std::strtoull(words[index], nullptr, 10)) : fallback;
}

}  // namespace

int main(int count, char** words) {
  const std::size_t mentions = argument(count, words, 1, 100'000);
  const auto callers = static_cast<int>(argument(count, words, 2, 256));
  const std::size_t before = argument(count, words, 3, 0);
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("store_bench_{}", ::time(nullptr));
  const auto file = folder / "bench.db";
  auto opened = open_sqlite(file);
  if (!opened) quit(opened.error());
  if (before > 0) fill(**opened, 0, before, 512, "rows there before");
  fill(**opened, before, mentions, 256, "alone");
  whole_way(**opened, std::min<std::size_t>(mentions, 20'000), 64);
  many_callers(std::move(*opened), before + mentions, mentions, callers);
  fmt::print("file: {} KiB\n", std::filesystem::file_size(file) / 1024);
  std::filesystem::remove_all(folder);
  return 0;
}
