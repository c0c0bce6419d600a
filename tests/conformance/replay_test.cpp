// The replay command's readers and its one line a request, byte for byte: scripts rely on it.
#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

#include "tests/conformance/fixtures.hpp"

using namespace stillholds;
using namespace stillholds::conformance;

namespace {

class scratch_folder {
 public:
  scratch_folder() : path_(std::filesystem::temp_directory_path() / ("stillholds_replay_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_ / "x");
  }
  ~scratch_folder() {
    std::error_code code;
    std::filesystem::remove_all(path_, code);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  std::filesystem::path put(const std::string& name, std::string_view bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

// A manifest with these rows, as the readers expect it.
std::string manifest_of(const json& rows) {
  return json{{"config",
               {{"waline",
                 {{"bot_mail", "claimbot@example.org"},
                  {"bot_user_id", 7},
                  {"path_secret", "the-configured-secret"},
                  {"other", 1}}}}},
              {"fixtures", rows}}
      .dump();
}

json row_named(std::string_view platform, std::string_view name) {
  return {{"platform", platform},
          {"name", name},
          {"file", "x/body.json"},
          {"headers_file", "x/head.json"},
          {"now", 1795500000}};
}

constexpr std::string_view comment =
    R"({"type":"new_comment","data":{"comment":{"objectId":5,"url":"/p/","mail":"a@example.org","status":"approved",)"
    R"("insertedAt":"2026-11-24T06:00:00.000Z","rawComment":"@claimbot 真的吗 \"x\"?"}}})";

std::vector<std::string> lines_of(const std::filesystem::path& manifest) {
  auto rows = read_manifest(manifest);
  REQUIRE_MESSAGE(rows.has_value(), rows.error().detail);
  std::vector<std::string> lines;
  for (auto& row : *rows) {
    const auto line = replay(row.platform, row.name, row.account, std::move(row.request), row.now);
    REQUIRE_MESSAGE(line.has_value(), line.error().detail);
    lines.push_back(*line);
  }
  return lines;
}

}  // namespace

TEST_CASE("one line for each row of a manifest") {
  const scratch_folder folder;
  folder.put("x/body.json", comment);
  folder.put(
      "x/head.json",
      R"({"method":"POST","path":"/hooks/waline/the-secret-of-the-row","query":"","headers":{"a":"b","c":["d","e"]}})");
  auto own = row_named("waline", "own secret");
  own["secret"] = {{"kind", "path-secret"}, {"value", "the-secret-of-the-row"}};
  const auto lines = lines_of(folder.put(
      "manifest.json", manifest_of({own, row_named("waline", "configured"), row_named("carrier-pigeon", "coo")})));
  REQUIRE_EQ(lines.size(), 3U);
  CHECK_EQ(
      lines[0],
      R"({"platform":"waline","name":"own secret","outcome":"mention","question":"真的吗 \"x\"?","thread_id":"/p/:5","message_id":"5",)"
      R"("author_id":"a@example.org","dedupe_key":"waline:5","message_key":null,"ack":{"status":200,"body":"{}"}})");
  CHECK_EQ(
      lines[1],
      R"({"platform":"waline","name":"configured","outcome":"reject-signature","question":null,"thread_id":null,"message_id":null,)"
      R"("author_id":null,"dedupe_key":null,"message_key":null,"ack":{"status":404,"body":"{}"}})");
  CHECK_EQ(
      lines[2],
      R"({"platform":"carrier-pigeon","name":"coo","outcome":"unsupported-platform","question":null,"thread_id":null,"message_id":null,)"
      R"("author_id":null,"dedupe_key":null,"message_key":null,"ack":null})");
}

TEST_CASE("a manifest with a fault names the row") {
  const scratch_folder folder;
  folder.put("x/body.json", comment);
  folder.put("x/head.json", "[]");
  CHECK(!read_manifest("/nowhere/manifest.json").has_value());
  CHECK(!read_manifest(folder.put("a.json", "{}")).has_value());
  CHECK(!read_manifest(folder.put("b.json", "{\"fixtures\":")).has_value());
  const auto not_object = read_manifest(folder.put("c.json", manifest_of(json::array({row_named("waline", "x")}))));
  REQUIRE(!not_object.has_value());
  CHECK(not_object.error().detail.contains("row 1: x/head.json"));
  auto missing = row_named("waline", "x");
  missing["file"] = "x/none.json";
  CHECK(!read_manifest(folder.put("d.json", manifest_of(json::array({missing})))).has_value());
  missing.erase("now");
  CHECK(!read_manifest(folder.put("e.json", manifest_of(json::array({missing})))).has_value());
  CHECK(!read_manifest(folder.put("f.json", manifest_of(json::array({7})))).has_value());
}

TEST_CASE("a recorded request is read as it came over the wire") {
  const scratch_folder folder;
  const auto read = [&](std::string_view bytes) { return read_http_file(folder.put("r.http", bytes)); };
  const auto whole = read("POST /hooks/a/b?x=1&y HTTP/1.1\r\nHost: h\r\nX-A:  b c \r\n\r\n{\"a\":\r\n1}\n");
  REQUIRE(whole.has_value());
  CHECK_EQ(whole->method, "POST");
  CHECK_EQ(whole->path, "/hooks/a/b");
  CHECK_EQ(whole->query, "x=1&y");
  CHECK(whole->headers == headers{{"Host", "h"}, {"X-A", "b c"}});
  CHECK_EQ(whole->body, "{\"a\":\r\n1}\n");
  CHECK_EQ(read("GET / HTTP/1.1\ncontent-length: 2\n\nab\n")->body, "ab");
  CHECK_EQ(read("GET / HTTP/1.1\n\n")->body, "");
  for (const auto* bad : {"", "GET / HTTP/1.1", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nA: b\r\n", "GET /\r\n\r\n",
                          "hello\n\n", "GET / HTTP/1.1\nno colon\n\n", "GET / HTTP/1.1\nContent-Length: 5\n\nab",
                          "GET / HTTP/1.1\nContent-Length: x\n\nab"}) {
    CAPTURE(bad);
    CHECK(!read(bad).has_value());
  }
  CHECK(!read_http_file("/nowhere.http").has_value());
}

TEST_CASE("settings that cannot work are an error, not a line") {
  CHECK(!replay("waline", "x", account_settings{}, recording{}, {}).has_value());
}
