#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "knowledge/encoding/sentence_vectors.hpp"
#include "knowledge/encoding/vector_cache.hpp"
#include "tests/knowledge/encoder_weights.hpp"

using namespace stillholds;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t head_bytes = 24;
constexpr std::size_t record_bytes = 544;
constexpr std::uint64_t weights = 0x1234;

// A folder of its own, gone afterwards.
struct scratch {
  scratch() {
    std::string name = (fs::temp_directory_path() / "stillholds-cache-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder = name;
  }
  ~scratch() {
    std::error_code code;
    fs::remove_all(folder, code);
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  [[nodiscard]] fs::path file() const { return folder / "vectors"; }
  fs::path folder;
};

remembered entry(std::string_view text, int value) {
  remembered made{key_of(text), {}};
  made.vector.numbers.fill(static_cast<std::int8_t>(value % 100));
  made.vector.factor = value;
  return made;
}

// What the cache shows, as the factor of each vector.
std::vector<int> shown(const vector_cache& cache) {
  std::vector<int> values;
  CHECK(cache.read([&](const remembered& one) { values.push_back(static_cast<int>(one.vector.factor)); }) ==
        values.size());
  return values;
}

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void overwrite(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace

TEST_CASE("texts are named by FNV-1a of 128 bits") {
  CHECK(key_of("") == text_key{0x6C62272E07BB0142U, 0x62B821756295C58DU});
  CHECK(key_of("a") == text_key{0xD228CB696F1A8CAFU, 0x78912B704E4A8964U});
  CHECK(key_of("foobar") == text_key{0x343E1662793C64BFU, 0x6F0D3597BA446F18U});
}

TEST_CASE("what was appended is read again, by another one too") {
  const scratch here;
  const vector_cache cache(here.file(), weights);
  CHECK(shown(cache).empty());
  CHECK(cache.append(std::vector{entry("one", 1), entry("two", 2)}));
  CHECK(cache.append(std::vector{entry("three", 3)}));
  CHECK(shown(cache) == std::vector{1, 2, 3});
  CHECK(shown(vector_cache(here.file(), weights)) == std::vector{1, 2, 3});
  CHECK(fs::file_size(here.file()) == head_bytes + (3 * record_bytes));
}

TEST_CASE("many records pass through the buffer in order") {
  const scratch here;
  const vector_cache cache(here.file(), weights);
  std::vector<remembered> many;
  std::vector<int> expected;
  for (int i = 0; i < 700; ++i) {
    many.push_back(entry(std::to_string(i), i));
    expected.push_back(i);
  }
  CHECK(cache.append(many));
  CHECK(shown(cache) == expected);
}

TEST_CASE("a torn tail is ignored at every length, and the next record takes its place") {
  const scratch here;
  const vector_cache cache(here.file(), weights);
  CHECK(cache.append(std::vector{entry("one", 1), entry("two", 2)}));
  const auto whole = contents(here.file());
  for (const std::size_t left : {std::size_t{1}, std::size_t{16}, record_bytes - 8, record_bytes - 1}) {
    overwrite(here.file(), whole.substr(0, head_bytes + record_bytes + left));
    CHECK(shown(cache) == std::vector{1});
    CHECK(cache.append(std::vector{entry("three", 3)}));
    CHECK(shown(cache) == std::vector{1, 3});
  }
  for (std::size_t left = 0; left < head_bytes; ++left) {  // torn in its head
    overwrite(here.file(), whole.substr(0, left));
    CHECK(shown(cache).empty());
    CHECK(cache.append(std::vector{entry("three", 3)}));
    CHECK(shown(cache) == std::vector{3});
  }
}

TEST_CASE("a damaged record is as good as none; its neighbours stay") {
  const scratch here;
  const vector_cache cache(here.file(), weights);
  CHECK(cache.append(std::vector{entry("one", 1), entry("two", 2), entry("three", 3)}));
  const auto whole = contents(here.file());
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{15}, std::size_t{16}, std::size_t{527}, std::size_t{528}, record_bytes - 1}) {
    auto bytes = whole;
    bytes[head_bytes + record_bytes + at] ^= '\x40';
    overwrite(here.file(), bytes);
    CHECK(shown(cache) == std::vector{1, 3});
  }
}

TEST_CASE("vectors of other weights are not taken, and make room") {
  const scratch here;
  CHECK(vector_cache(here.file(), weights).append(std::vector{entry("one", 1)}));
  const vector_cache other(here.file(), weights + 1);
  CHECK(shown(other).empty());
  CHECK(other.append(std::vector{entry("one", 7)}));
  CHECK(shown(other) == std::vector{7});
  CHECK(shown(vector_cache(here.file(), weights)).empty());
}

TEST_CASE("only what is wanted is kept") {
  const scratch here;
  const vector_cache cache(here.file(), weights);
  CHECK(cache.append(std::vector{entry("one", 1), entry("two", 2), entry("three", 3)}));
  CHECK(cache.keep_only([](const text_key& key) { return key != key_of("two"); }));
  CHECK(shown(cache) == std::vector{1, 3});
  CHECK(cache.append(std::vector{entry("four", 4)}));
  CHECK(shown(cache) == std::vector{1, 3, 4});
  CHECK(std::distance(fs::directory_iterator(here.folder), fs::directory_iterator()) == 1);
}

TEST_CASE("a place where nothing can be written or read remembers nothing, and harms nobody") {
  const scratch here;
  for (const auto& file : {fs::path{}, here.folder / "no" / "such" / "folder", here.folder}) {
    const vector_cache cache(file, weights);
    CHECK(!cache.append(std::vector{entry("one", 1)}));
    CHECK(shown(cache).empty());
    CHECK(!cache.keep_only([](const text_key&) { return true; }));
  }
}

TEST_CASE("two who append at the same time lose nothing") {
  const scratch here;
  const auto append_all = [&](int first) {
    const vector_cache cache(here.file(), weights);
    for (int i = first; i < first + 100; ++i) CHECK(cache.append(std::vector{entry(std::to_string(i), i)}));
  };
  std::thread other([&] { append_all(1000); });
  append_all(2000);
  other.join();
  CHECK(shown(vector_cache(here.file(), weights)).size() == 200);
}

TEST_CASE("claims' vectors come from the cache when they are in it" * doctest::skip(no_weights())) {
  const scratch here;
  const auto model = encoder::open(weights_file());
  REQUIRE(model);
  // A vector that no encoder would make: who returns it has read it.
  const vector_cache cache(here.file(), model->weights()->checksum());
  CHECK(cache.append(std::vector{entry("known", 77)}));
  const auto vectors = sentence_vectors::open(weights_file(), here.file());
  REQUIRE(vectors);
  const std::vector<std::string_view> texts{"new", "known", "new", "also new"};
  const auto found = (*vectors)->of_all(texts);
  REQUIRE(found.size() == 4);
  CHECK(found[0] == (*vectors)->of("new").vector);
  CHECK(found[1] == entry("known", 77).vector);
  CHECK(found[2] == found[0]);
  CHECK(found[3] == (*vectors)->of("also new").vector);
  CHECK(shown(cache).size() == 3);  // "new" once
  const auto again = sentence_vectors::open(weights_file(), here.file());
  REQUIRE(again);
  CHECK((*again)->of_all(texts) == found);
  CHECK(shown(cache).size() == 3);
}

TEST_CASE("without a cache vectors are computed, and the same" * doctest::skip(no_weights())) {
  const auto vectors = sentence_vectors::open(weights_file(), {});
  REQUIRE(vectors);
  CHECK((*vectors)->of_all(std::vector<std::string_view>{"some text"}).front() == (*vectors)->of("some text").vector);
  CHECK((*vectors)->of_all({}).empty());
}

TEST_CASE("a cache full of what nobody uses is cut down to what is in use" * doctest::skip(no_weights())) {
  const scratch here;
  const auto model = encoder::open(weights_file());
  REQUIRE(model);
  const vector_cache cache(here.file(), model->weights()->checksum());
  std::vector<remembered> many{entry("in use", 1)};
  for (int i = 0; i < 5000; ++i) many.push_back(entry("old " + std::to_string(i), 2));
  CHECK(cache.append(many));
  const auto vectors = sentence_vectors::open(weights_file(), here.file());
  REQUIRE(vectors);
  CHECK((*vectors)->of_all(std::vector<std::string_view>{"in use"}).front() == entry("in use", 1).vector);
  CHECK(shown(cache).size() == 5001);  // nothing was added, so there is no haste
  CHECK((*vectors)->of_all(std::vector<std::string_view>{"new"}).size() == 1);
  CHECK(shown(cache).size() == 2);
  CHECK((*vectors)->of_all(std::vector<std::string_view>{"in use"}).front() == entry("in use", 1).vector);
}
