#include "tests/conformance/fixtures.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "handlers/port/encoding.hpp"
#include "knowledge/text.hpp"

namespace stillholds::conformance {
namespace {

namespace fs = std::filesystem;

constexpr json_limits limits{.bytes = std::size_t{16} * 1024 * 1024, .depth = 32};

fs::path folder() { return fs::path(SOURCE_DIR) / "tests" / "fixtures"; }

std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file.string() + " cannot be read");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

json read_json(const fs::path& file) {
  auto value = parse_json(read_text(file), limits);
  if (!value) throw std::runtime_error(file.string() + ": " + value.error().detail);
  return std::move(*value);
}

platform_fixtures read_platform(const platform_entry& entry) {
  const auto own = folder() / entry.name;
  if (!fs::is_directory(own))
    throw std::runtime_error("no fixtures for " + std::string(entry.name) + " in " + own.string());
  platform_fixtures made;
  made.entry = &entry;
  made.account = read_json(own / "account.json");
  made.answers = read_json(own / "answers.json");
  made.escapes = read_json(own / "escape.json");
  if (fs::exists(own / "sightings.json")) made.sightings = read_json(own / "sightings.json");
  if (fs::exists(own / "probes.json")) made.probes = read_json(own / "probes.json");
  if (fs::exists(own / "provisions.json")) made.provisions = read_json(own / "provisions.json");
  const auto keys = get_string(made.account, "keys_file");
  const auto known_keys = keys ? read_text(own / *keys) : std::string{};
  for (const auto& file : fs::directory_iterator(own)) {
    if (file.path().extension() != ".http") continue;
    auto request = read_http_file(file.path());
    if (!request) throw std::runtime_error(request.error().detail);
    auto expect = file.path();
    expect.replace_extension(".json");
    row one{file.path().stem().string(), std::move(*request), read_json(expect)};
    one.request.answers_our_call = get_bool(one.expect, "answers_our_call").value_or(false);
    if (get_bool(one.expect, "without_keys") != true) one.request.provision = known_keys;
    made.rows.push_back(std::move(one));
  }
  std::ranges::sort(made.rows, {}, &row::name);
  return made;
}

}  // namespace

std::chrono::sys_seconds row::now() const {
  return std::chrono::sys_seconds{std::chrono::seconds{get_integer(expect, "now").value()}};
}

const row& platform_fixtures::find(std::string_view name) const {
  const auto found = std::ranges::find(rows, name, &row::name);
  if (found == rows.end()) throw std::runtime_error("no recorded request " + std::string(name));
  return *found;
}

const row& platform_fixtures::sample() const { return find(get_string(account, "proof.sample").value()); }

const std::vector<platform_fixtures>& all_fixtures() {
  static const auto all = [] {
    std::vector<platform_fixtures> made;
    for (const auto& entry : known_platforms()) made.push_back(read_platform(entry));
    return made;
  }();
  return all;
}

const json& hostile_texts() {
  static const json texts = read_json(folder() / "hostile.json");
  return texts;
}

account_settings settings_from(const json& account) {
  account_settings made;
  made.account = "test";
  made.secrets = account.at("secrets").get<std::vector<std::string>>();
  made.token = account.at("token").get<std::string>();
  made.api_url = account.at("api_url").get<std::string>();
  for (const auto& [key, value] : account.at("settings").items()) made.settings.emplace(key, value.get<std::string>());
  return made;
}

std::unique_ptr<platform> make_platform(const platform_fixtures& of, const json& instead) {
  auto account = of.account.at("account");
  for (const auto* key : {"secrets", "settings"}) {
    if (instead.contains(key)) account[key] = instead.at(key);
  }
  auto made = of.entry->make(settings_from(account));
  if (!made) throw std::runtime_error(std::string(of.entry->name) + ": " + made.error().detail);
  return std::move(*made);
}

admission admit(const platform& on, recording request, std::chrono::sys_seconds now) {
  return on.admit(to_incoming(std::move(request)), now);
}

std::string_view outcome_name(admission_kind kind) {
  switch (kind) {
    case admission_kind::mention: return "mention";
    case admission_kind::ignored: return "ignore";
    case admission_kind::challenge: return "challenge";
    case admission_kind::not_genuine: return "reject-signature";
    case admission_kind::stale: return "reject-stale";
    case admission_kind::malformed: return "malformed";
    case admission_kind::outdated_keys: return "outdated-keys";
  }
  return "";
}

std::string proof_of(const platform_fixtures& of) { return get_string(of.account, "proof.of").value(); }

std::string_view judgement_name(judgement_kind kind) {
  switch (kind) {
    case judgement_kind::delivered: return "delivered";
    case judgement_kind::retry: return "retry";
    case judgement_kind::refused: return "refused";
    case judgement_kind::unknown: return "unknown";
  }
  return "";
}

call_result response_from(const json& described) {
  call_result made;
  made.status = described.at("status").get<unsigned>();
  for (const auto& [name, value] : described.at("headers").items())
    made.headers.emplace_back(name, value.get<std::string>());
  const auto& body = described.at("body");
  made.body = body.is_string() ? body.get<std::string>() : body.dump();
  return made;
}

mention sample_mention(const platform_fixtures& of, const platform& on) {
  return admit(on, of.sample().request, of.sample().now()).mentions.at(0);
}

reply sample_reply(const platform_fixtures& of, const mention& question) {
  reply made;
  made.question = question;
  made.provision = get_string(of.account, "provision").value_or("");
  made.decided = std::chrono::sys_seconds{std::chrono::seconds{1795500001}};
  made.key = "11111111-2222-5333-8444-555555555555";
  made.now = std::chrono::sys_seconds{std::chrono::seconds{1795500001}};
  auto& said = made.answer;
  said.kind = answer_kind::claim;
  said.lead = "Claim (Computing power, Jan 2025): \"The U.S. holds 90% of global AI computing power\"";
  said.gloss = "That is: the United States hold about nine tenths of it.";
  said.status = "Status: never well supported, reviewed 23 Nov 2026";
  said.body = "No published estimate puts the US share at 90 percent. The lead is large; the number is not.";
  said.heading = "Newer evidence";
  said.items = {{"Apr 2026, Epoch AI", "Five companies own about 71% of it.", std::string(source_link)},
                {"Apr 2025, Epoch AI", "75% US, 15% China across 500 machines.", std::string(source_link)}};
  said.link_label = "Full history";
  said.link = our_link;
  said.footer = "Not what you meant? Reply \"other\"";
  said.article_id = "us-china-ai-gap";
  said.claim_id = "compute-us-90pct";
  said.status_word = "unsupported";
  return made;
}

bool answers_in_response(const platform_fixtures& of) {
  return get_bool(of.account, "reply.in_response").value_or(false);
}

std::string rendered_body(const platform& on, const reply& what) {
  if (what.question.answer_in_response) {
    auto made = on.render_response(what);
    return std::move(made.body);
  }
  auto made = on.render(what);
  if (!made) throw std::runtime_error("not rendered: " + made.error().detail);
  return std::move(made->body);
}

std::string text_in(const platform_fixtures& of, const std::string& body) {
  std::string text;
  if (const auto field = get_string(of.account, "reply.form_field")) {
    const auto form = parse_form(body);
    const auto value = form ? form_value(*form, *field) : std::nullopt;
    if (!value) throw std::runtime_error("the call's body has no field " + *field);
    text = *value;
  } else {
    const auto read = parse_json(body, limits);
    if (!read) throw std::runtime_error("the call's body is not JSON: " + read.error().detail);
    text = read->at(json::json_pointer(get_string(of.account, "reply.text_at").value())).get<std::string>();
  }
  const auto before = get_string(of.account, "reply.before").value_or("");
  if (!text.starts_with(before)) throw std::runtime_error("the text does not begin with " + before + ": " + text);
  const auto after = get_string(of.account, "reply.after").value_or("");
  if (!text.ends_with(after)) throw std::runtime_error("the text does not end with " + after + ": " + text);
  return text.substr(before.size(), text.size() - before.size() - after.size());
}

std::string rendered_text(const platform_fixtures& of, const platform& on, const reply& what) {
  return text_in(of, rendered_body(on, what));
}

std::size_t length_of(const platform_fixtures& of, std::string_view text) {
  const auto unit = get_string(of.account, "reply.unit").value_or("code-points");
  if (unit == "bytes") return text.size();
  std::size_t count = code_points(text);
  if (unit == "utf-16")
    count += static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0xF0; }));
  for (const auto* key : {"reply.before", "reply.after"})
    count += code_points(get_string(of.account, key).value_or(""));
  return count;
}

}  // namespace stillholds::conformance
