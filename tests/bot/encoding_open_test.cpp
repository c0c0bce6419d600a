#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "bot/cli/commands.hpp"
#include "tests/knowledge/encoder_weights.hpp"

using namespace stillholds;
namespace fs = std::filesystem;

namespace {

// A program's surroundings: its own folder is `bin`, and weights may be put where it looks for them.
struct installation {
  installation() {
    std::string name = (fs::temp_directory_path() / "encoding_open_test.XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder = name;
    context.executable_folder = folder / "bin";
    for (const auto* const each : {"bin", "encoder", "share/stillholds"}) fs::create_directories(folder / each);
  }
  ~installation() {
    std::error_code code;
    fs::remove_all(folder, code);
  }
  installation(const installation&) = delete;
  installation& operator=(const installation&) = delete;
  [[nodiscard]] fs::path write_broken(const std::string& name) const {
    std::ofstream(folder / name) << "not what it should be";
    return folder / name;
  }
  fs::path folder;
  cli_context context;
};

}  // namespace

TEST_CASE("without weights, and told to do without, matching goes by words alone") {
  const installation here;
  const auto absent = open_vectors("", "v.cache", here.context);
  REQUIRE(absent);
  CHECK(*absent == nullptr);
  const auto broken = here.write_broken("encoder/sentence-encoder.bin");
  const auto off = open_vectors("none", "v.cache", here.context);
  REQUIRE(off);
  CHECK(*off == nullptr);
}

TEST_CASE("weights that were named and are not there, and broken ones wherever they are, are an error") {
  const installation here;
  const auto absent = open_vectors((here.folder / "absent.bin").string(), "v.cache", here.context);
  REQUIRE(!absent);
  CHECK(absent.error().detail == "there is no " + (here.folder / "absent.bin").string() + "; deploy/weights makes it");
  const auto named = here.write_broken("named.bin");
  CHECK(!open_vectors(named.string(), "v.cache", here.context));
  for (const std::string place : {"encoder/sentence-encoder.bin", "share/stillholds/sentence-encoder.bin"}) {
    const auto found = here.write_broken(place);
    const auto opened = open_vectors("", "v.cache", here.context);
    REQUIRE(!opened);
    CHECK(opened.error().code == errc::corrupt);
    CHECK(opened.error().detail.find(found.string()) == 0);
    fs::remove(found);
  }
}

TEST_CASE("weights beside the program are found, and a cache that is a mere name is put beside them" *
          doctest::skip(no_weights())) {
  const installation here;
  fs::create_symlink(weights_file(), here.folder / "encoder/sentence-encoder.bin");
  for (const auto& cache : {fs::path("v.cache"), here.folder / "elsewhere"}) {
    const auto opened = open_vectors("", cache, here.context);
    REQUIRE(opened);
    REQUIRE(*opened != nullptr);
    CHECK((*opened)->of_all(std::vector<std::string_view>{"a claim"}).size() == 1);
  }
  CHECK(fs::exists(here.folder / "encoder/v.cache"));
  CHECK(fs::exists(here.folder / "elsewhere"));
}
