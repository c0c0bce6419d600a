#include "bot/config/config.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace stillholds;

namespace {

// A folder of its own with the given files, gone at the end.
class folder {
 public:
  folder() {
    std::string name = (std::filesystem::temp_directory_path() / "config_test.XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

const std::string server = "[server]\npublic_url = \"https://bot.example.org/\"\n";

bool has(const read_config& read, int line, std::string_view key, std::string_view words) {
  return std::ranges::any_of(read.faults, [&](const config_fault& fault) {
    return fault.line == line && fault.key == key && fault.message.find(words) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("a good file is read whole: values, secrets without their line feed, folders relative to the file") {
  const folder here;
  here.write("s", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
  const auto read =
      load_config(here.write("c.toml", server + "[server.limits]\nidle_seconds = 7\n[caps]\nper_person = 3\n"
                                                "[[account]]\nplatform = \"standard-webhooks\"\nname = \"site\"\n"
                                                "secret_files = [\"s\"]\narticles = [\"a\"]\n"));
  for (const auto& fault : read.faults) MESSAGE(to_string(fault, "c.toml"));
  REQUIRE(read.faults.empty());
  CHECK(read.value.public_url == "https://bot.example.org");
  CHECK(read.value.limits.idle == std::chrono::seconds{7});
  CHECK(read.value.caps.per_person == 3);
  CHECK(read.value.store.is_absolute());
  CHECK(read.value.encoder.empty());
  CHECK(read.value.vectors == read.value.store.parent_path() / "claim-vectors.cache");
  REQUIRE(read.value.accounts.size() == 1);
  CHECK(read.value.accounts[0].settings.secrets == std::vector<std::string>{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"});
}

TEST_CASE("the encoder's weights and the claims' vectors are found from the file; \"none\" stays a word") {
  const folder here;
  const auto read = load_config(here.write(
      "c.toml", server + "[knowledge]\nencoder = \"w/e.bin\"\nvectors = \"../v\"\n[store]\npath = \"s/db\"\n"));
  REQUIRE(read.faults.empty());
  CHECK(read.value.encoder == (read.value.store.parent_path().parent_path() / "w/e.bin").string());
  CHECK(read.value.vectors == read.value.store.parent_path().parent_path().parent_path() / "v");
  const auto off = load_config(here.write("d.toml", server + "[knowledge]\nencoder = \"none\"\n"));
  REQUIRE(off.faults.empty());
  CHECK(off.value.encoder == "none");
}

TEST_CASE("every fault is told with its line and key, and what to do") {
  const folder here;
  here.write("empty", "\n");
  const auto read = load_config(here.write("c.toml",
                                           "[server]\n"                                // 1
                                           "public_url = \"bot.example.org\"\n"        // 2
                                           "lisen = \"127.0.0.1:1\"\n"                 // 3
                                           "[caps]\n"                                  // 4
                                           "per_person = \"many\"\n"                   // 5
                                           "[[account]]\n"                             // 6
                                           "platform = \"telepathy\"\n"                // 7
                                           "name = \"a b\"\n"                          // 8
                                           "secret_files = [\"absent\", \"empty\"]\n"  // 9
                                           "[log]\n"                                   // 10
                                           "level = \"loud\"\n"));                     // 11
  CHECK(has(read, 2, "server.public_url", "https://bot.example.org"));
  CHECK(has(read, 3, "server.lisen", "did you mean \"listen\"?"));
  CHECK(has(read, 5, "caps.per_person", "whole number"));
  CHECK(has(read, 7, "account[0].platform", "slack"));
  CHECK(has(read, 8, "account[0].name", "letters"));
  CHECK(has(read, 9, "account[0].secret_files", "cannot read"));
  CHECK(has(read, 9, "account[0].secret_files", "is empty"));
  CHECK(has(read, 11, "log.level", "debug, info"));
}

TEST_CASE("a platform's own settings are checked: unknown keys, missing ones, a secret that is not there") {
  const folder here;
  const auto read = load_config(here.write("c.toml", server + "[[account]]\nplatform = \"slack\"\nname = \"x\"\n"
                                                              "[account.settings]\nbot_usr = \"U1\"\n"));
  CHECK(has(read, 3, "account[0].secret_files", "missing"));
  CHECK(std::ranges::any_of(read.faults, [](const config_fault& f) { return f.key == "account[0].settings.bot_usr"; }));
  CHECK(
      std::ranges::any_of(read.faults, [](const config_fault& f) { return f.key == "account[0].settings.bot_user"; }));
}

TEST_CASE("the same account twice, bad TOML and a missing file are faults, not surprises") {
  const folder here;
  here.write("s", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  const std::string one = "[[account]]\nplatform = \"standard-webhooks\"\nname = \"site\"\nsecret_files = [\"s\"]\n";
  const auto twice = load_config(here.write("c.toml", server + one + one));
  CHECK(std::ranges::any_of(twice.faults,
                            [](const config_fault& f) { return f.message.find("stands twice") != std::string::npos; }));
  const auto broken = load_config(here.write("d.toml", "[server]\nlisten = \n"));
  REQUIRE(broken.faults.size() == 1);
  CHECK(broken.faults[0].line == 2);
  CHECK_FALSE(load_config("/nonexistent/c.toml").faults.empty());
}
