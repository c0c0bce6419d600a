// Recorded webhook requests: read from .http files or a manifest, run through a platform's admit, told as JSON lines.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "handlers/port/registry.hpp"
#include "knowledge/error.hpp"

namespace stillholds {

// A request as it was recorded. The body is not sealed yet: nobody has sent it to us.
struct recording {
  std::string method;
  std::string path;
  std::string query;
  stillholds::headers headers;
  std::string body;
  bool answers_our_call{false};  // recorded as what the platform answered to a poll
  std::string provision;         // what the platform's traits().admits_with names, recorded with it
};

[[nodiscard]] incoming to_incoming(recording request);

// One row of a manifest: a recording with what it must be replayed with.
struct manifest_row {
  std::string platform;
  std::string name;
  account_settings account;  // empty secrets where neither row nor configuration has one
  std::chrono::sys_seconds now;
  recording request;
};

// A request as it came over the wire: request line, headers, an empty line, then the body to the end of the file, or
// as much of it as Content-Length says. not_found, or malformed with the reason.
[[nodiscard]] result<recording> read_http_file(const std::filesystem::path& file);

// All rows of a manifest; files are named relative to it. Settings come from its "config" by platform. malformed or
// not_found, naming the row, when anything of it cannot be read.
[[nodiscard]] result<std::vector<manifest_row>> read_manifest(const std::filesystem::path& file);

// What the account makes of the request, as one JSON object without a line feed. A platform that this program does not
// have is an outcome, too. malformed when the account's settings cannot work.
[[nodiscard]] result<std::string> replay(std::string_view platform, std::string_view name,
                                         const account_settings& account, recording request,
                                         std::chrono::sys_seconds now);

}  // namespace stillholds
