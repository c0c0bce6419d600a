#include "bot/cli/recording.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "knowledge/json.hpp"
#include "knowledge/text.hpp"

namespace stillholds {
namespace {

namespace fs = std::filesystem;

constexpr json_limits manifest_limits{.bytes = std::size_t{64} * 1024 * 1024, .depth = 32};
// A manifest knows nothing of our side of the API; replaying posts nothing, so that these are never used.
constexpr std::string_view unused_token = "replay";
constexpr std::string_view unused_address = "https://replay.invalid";
constexpr std::string_view unused_setting = "replay";

result<std::string> read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(errc::not_found, "cannot read " + file.string());
  std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad()) return fail(errc::not_found, "cannot read " + file.string());
  return bytes;
}

// The next line without its end (LF or CRLF), taken off the text.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::pair<std::string, std::string> split_target(std::string_view target) {
  const auto mark = std::min(target.find('?'), target.size());
  return {std::string(target.substr(0, mark)), std::string(target.substr(std::min(mark + 1, target.size())))};
}

// How much of the rest is body; nothing when the header is no number or claims more than there is.
std::optional<std::size_t> body_size(const headers& all, std::size_t there) {
  const auto claimed = find_header(all, "content-length");
  if (!claimed) return there;
  std::size_t size = 0;
  const auto [end, fault] = std::from_chars(claimed->data(), claimed->data() + claimed->size(), size);
  const bool whole = fault == std::errc{} && end == claimed->data() + claimed->size();
  return whole && size <= there ? std::optional{size} : std::nullopt;
}

void add_headers(const json& from, headers& into) {
  for (const auto& [name, value] : from.items()) {
    if (value.is_string()) into.emplace_back(name, value.get<std::string>());
    if (!value.is_array()) continue;  // a header that stands more than once
    for (const auto& one : value) {
      if (one.is_string()) into.emplace_back(name, one.get<std::string>());
    }
  }
}

// A list becomes one text, parted by commas.
std::optional<std::string> setting_in(const json& own, std::string_view key) {
  const auto* value = at_path(own, key);
  if (value == nullptr || !value->is_array()) return get_id(own, key);
  std::string all;
  for (const auto& one : *value) {
    if (!one.is_string()) return std::nullopt;
    all += (all.empty() ? "" : ",") + one.get<std::string>();
  }
  return all;
}

account_settings settings_of(const platform_entry& entry, const json& manifest, const json& row) {
  account_settings made;
  made.account = "replay";
  made.token = unused_token;
  made.api_url = unused_address;
  const json none;
  const auto* found = at_path(manifest, "config." + std::string(entry.manifest_name));
  const auto& own = found == nullptr ? none : *found;
  for (const auto& rule : entry.settings) {
    auto value = setting_in(own, rule.key);
    if (value || rule.required) made.settings.emplace(rule.key, value.value_or(std::string(unused_setting)));
  }
  auto secret = get_string(row, "secret.value");
  for (const std::string_view key : {"secret", "path_secret", "token", "public_key_hex"}) {
    if (!secret) secret = get_string(own, key);
  }
  if (secret) made.secrets.push_back(std::move(*secret));
  return made;
}

result<manifest_row> read_row(const json& manifest, const json& row, const fs::path& folder) {
  manifest_row made;
  const auto platform = get_string(row, "platform");
  const auto name = get_string(row, "name");
  const auto now = get_integer(row, "now");
  const auto file = get_string(row, "file");
  const auto headers_file = get_string(row, "headers_file");
  if (!platform || !name || !now || !file || !headers_file) {
    return fail(errc::malformed, "platform, name, now, file and headers_file are needed");
  }
  made.platform = *platform;
  made.name = *name;
  made.now = std::chrono::sys_seconds{std::chrono::seconds{*now}};
  auto body = read_file(folder / *file);
  if (!body) return std::unexpected(body.error());
  const auto text = read_file(folder / *headers_file);
  if (!text) return std::unexpected(text.error());
  const auto head = parse_json(*text, manifest_limits);
  if (!head || !head->is_object()) return fail(errc::malformed, *headers_file + " is not a JSON object");
  made.request.method = get_string(*head, "method").value_or("POST");
  made.request.path = get_string(*head, "path").value_or("/");
  made.request.query = get_string(*head, "query").value_or("");
  if (const auto* all = at_path(*head, "headers"); all != nullptr && all->is_object()) {
    add_headers(*all, made.request.headers);
  }
  made.request.body = std::move(*body);
  made.request.answers_our_call = get_string(row, "transport").value_or("webhook") != "webhook";
  if (const auto keys = get_string(row, "secret.file")) {
    // Without it the request is judged as it would be where the keys cannot be had.
    made.request.provision = read_file(folder / *keys).value_or("");
  }
  if (const auto* entry = find_platform(made.platform)) made.account = settings_of(*entry, manifest, row);
  return made;
}

// The question that is asked anew; nullptr where there is none, or only questions that were edited or deleted.
const mention* asked_in(const admission& what) {
  const auto found = std::ranges::find(what.mentions, mention_change::created, &mention::change);
  return found == what.mentions.end() ? nullptr : &*found;
}

std::string_view outcome_of(const admission& what) {
  switch (what.kind) {
    case admission_kind::mention: return asked_in(what) == nullptr ? "ignore" : "mention";
    case admission_kind::ignored: return "ignore";
    case admission_kind::challenge: return "challenge";
    case admission_kind::not_genuine: return "reject-signature";
    case admission_kind::stale: return "reject-stale";
    case admission_kind::malformed: return "malformed";
    case admission_kind::outdated_keys: return "reject-signature";
  }
  return "malformed";
}

std::string line_of(std::string_view platform, std::string_view name, std::string_view outcome, const admission* what) {
  using ordered = nlohmann::ordered_json;
  const auto or_null = [](const std::string& text) { return text.empty() ? ordered{} : ordered(text); };
  const mention* asked = what == nullptr ? nullptr : asked_in(*what);
  ordered line;
  line["platform"] = platform;
  line["name"] = name;
  line["outcome"] = outcome;
  line["question"] = asked == nullptr ? ordered{} : ordered(asked->question);
  line["thread_id"] = asked == nullptr ? ordered{} : or_null(asked->thread_id);
  line["message_id"] = asked == nullptr ? ordered{} : or_null(asked->message_id);
  line["author_id"] = asked == nullptr ? ordered{} : or_null(asked->author_id);
  line["dedupe_key"] = what == nullptr ? ordered{} : or_null(what->delivery_key);
  line["message_key"] = asked == nullptr ? ordered{} : or_null(asked->message_key);
  line["ack"] = ordered{};
  if (what != nullptr) {
    line["ack"] = ordered::object();
    line["ack"]["status"] = what->acknowledge.status;
    line["ack"]["body"] = what->acknowledge.body;
  }
  return line.dump(-1, ' ', false, ordered::error_handler_t::replace);
}

}  // namespace

incoming to_incoming(recording request) {
  return {.method = std::move(request.method),
          .path = std::move(request.path),
          .query = std::move(request.query),
          .headers = std::move(request.headers),
          .body = sealed_body(std::move(request.body)),
          .answers_our_call = request.answers_our_call,
          .provision = std::move(request.provision)};
}

result<recording> read_http_file(const std::filesystem::path& file) {
  const auto bytes = read_file(file);
  if (!bytes) return std::unexpected(bytes.error());
  const auto bad = [&](std::string_view why) { return fail(errc::malformed, file.string() + ": " + std::string(why)); };
  std::string_view rest = *bytes;
  const auto start = take_line(rest).value_or("");
  const auto first = start.find(' ');
  const auto last = start.rfind(' ');
  if (first == std::string_view::npos || first == last || !start.substr(last + 1).starts_with("HTTP/")) {
    return bad("the first line is no request line, such as POST /hooks/… HTTP/1.1");
  }
  recording made;
  made.method = start.substr(0, first);
  std::tie(made.path, made.query) = split_target(start.substr(first + 1, last - first - 1));
  for (auto line = take_line(rest);; line = take_line(rest)) {
    if (!line) return bad("there is no empty line after the headers");
    if (line->empty()) break;
    const auto colon = line->find(':');
    if (colon == std::string_view::npos) return bad("a header has no colon");
    made.headers.emplace_back(line->substr(0, colon), trim(line->substr(colon + 1)));
  }
  const auto size = body_size(made.headers, rest.size());
  if (!size) return bad("Content-Length is not the length of what follows");
  made.body = rest.substr(0, *size);
  return made;
}

result<std::vector<manifest_row>> read_manifest(const std::filesystem::path& file) {
  const auto text = read_file(file);
  if (!text) return std::unexpected(text.error());
  const auto manifest = parse_json(*text, manifest_limits);
  if (!manifest) return fail(errc::malformed, file.string() + ": " + manifest.error().detail);
  const auto* rows = at_path(*manifest, "fixtures");
  if (rows == nullptr || !rows->is_array())
    return fail(errc::malformed, file.string() + ": there is no list \"fixtures\"");
  std::vector<manifest_row> made;
  for (const auto& row : *rows) {
    auto one = read_row(*manifest, row, file.parent_path());
    if (!one) {
      const auto where = file.string() + ": row " + std::to_string(made.size() + 1) + ": ";
      return fail(one.error().code, where + one.error().detail);
    }
    made.push_back(std::move(*one));
  }
  return made;
}

result<std::string> replay(std::string_view platform, std::string_view name, const account_settings& account,
                           recording request, std::chrono::sys_seconds now) {
  const auto* entry = find_platform(platform);
  if (entry == nullptr) return line_of(platform, name, "unsupported-platform", nullptr);
  const auto on = entry->make(account);
  if (!on) return fail(on.error().code, std::string(platform) + ": " + on.error().detail);
  const auto what = (*on)->admit(to_incoming(std::move(request)), now);
  return line_of(platform, name, outcome_of(what), &what);
}

}  // namespace stillholds
