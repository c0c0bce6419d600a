// Lists that are given newest first: read back to what is known, then from the newest again.
#include "handlers/port/newest_first.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

using namespace stillholds;

namespace {

// A list on the platform's side, newest first; a page's mark is the time of its last entry.
struct list {
  std::vector<std::string> times;
  std::size_t page_size{2};

  // What one poll with this cursor brings: the entries, and where it goes on.
  std::vector<std::string> poll(std::string& cursor, bool& more) const {
    newest_first place(cursor);
    auto at = times.begin();
    if (place.page()) at = std::ranges::upper_bound(times, *place.page(), std::ranges::greater{});
    const auto end =
        at + static_cast<std::ptrdiff_t>(std::min(page_size, static_cast<std::size_t>(std::distance(at, times.end()))));
    std::vector<std::string> page(at, end);
    for (const auto& time : page) place.saw(time);
    admission made;
    place.move_on(end == times.end() ? std::string{} : page.back(), made);
    cursor = made.cursor;
    more = made.more;
    return page;
  }
};

// Everything that polls bring until one says that there is no more.
std::vector<std::string> read(const list& of, std::string& cursor) {
  std::vector<std::string> all;
  for (bool more = true; more;) {
    for (auto& time : of.poll(cursor, more)) all.push_back(std::move(time));
    REQUIRE(all.size() < 100);
  }
  return all;
}

}  // namespace

TEST_CASE("the first poll takes the newest page; later ones go back to what was read before") {
  list on{.times = {"08", "07", "06", "05"}};
  std::string cursor;
  CHECK(read(on, cursor) == std::vector<std::string>{"08", "07"});
  on.times.insert(on.times.begin(), {"12", "11", "10", "09"});
  CHECK(read(on, cursor) == std::vector<std::string>{"12", "11", "10", "09", "08", "07"});
  CHECK(read(on, cursor) == std::vector<std::string>{"12", "11"});
}

TEST_CASE("that the newest one is deleted loses nothing, and what comes while older pages are read is not skipped") {
  list on{.times = {"08", "07", "06"}};
  std::string cursor;
  (void)read(on, cursor);
  on.times = {"09", "07", "06"};
  CHECK(read(on, cursor).front() == "09");
  on.times = {"13", "12", "11", "10", "09", "07"};
  bool more = false;
  CHECK(on.poll(cursor, more) == std::vector<std::string>{"13", "12"});
  CHECK(more);
  on.times.insert(on.times.begin(), "14");
  CHECK(read(on, cursor) == std::vector<std::string>{"11", "10", "09", "07"});
  CHECK(read(on, cursor).front() == "14");
}

TEST_CASE("where the entry that a page begins behind is gone, nothing that lies between is lost") {
  std::string cursor = R"({"since":"05","top":"09","page":"08"})";
  newest_first gone(cursor);  // the platform shows nothing behind it
  admission made;
  gone.move_on("", made);
  CHECK_FALSE(made.more);
  cursor = made.cursor;
  CHECK(read(list{.times = {"09", "07", "06", "05"}}, cursor) == std::vector<std::string>{"09", "07", "06", "05"});
  newest_first still_gone(R"({"since":"05","top":"09","page":"08","again":true})");  // it is no accident
  still_gone.move_on("", made);
  CHECK(made.cursor == R"({"since":"09"})");
  newest_first filtered(R"({"since":"05","top":"09","page":"08"})");  // nothing of our kind on that page
  filtered.move_on("06", made);
  CHECK(made.more);
  CHECK(newest_first(made.cursor).page() == "06");
}

TEST_CASE("an empty list, entries without a time and a strange cursor end nothing") {
  std::string cursor = "t1_abc";
  CHECK(read(list{.times = {}}, cursor).empty());
  CHECK(read(list{.times = {"01"}}, cursor) == std::vector<std::string>{"01"});
  newest_first place(cursor);
  place.saw("");
  admission made;
  place.move_on("on", made);
  CHECK_FALSE(made.more);
  CHECK_FALSE(newest_first(made.cursor).page());
}
