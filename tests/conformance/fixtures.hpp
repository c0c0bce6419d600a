// What every platform must have in tests/fixtures/<name>/, read once: its account, its recorded requests with what each
// must become, answers of its API, and threads as its API shows them. See tests/fixtures/README.md.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bot/cli/recording.hpp"
#include "handlers/port/registry.hpp"
#include "knowledge/json.hpp"

namespace stillholds::conformance {

struct row {
  std::string name;
  recording request;
  json expect;
  [[nodiscard]] std::chrono::sys_seconds now() const;
};

struct platform_fixtures {
  const platform_entry* entry{nullptr};
  json account;     // account.json
  json answers;     // answers.json: a list
  json sightings;   // sightings.json: an object; null where the platform cannot look
  json probes;      // probes.json: a list; null where there is nothing to ask
  json provisions;  // provisions.json: a list; null where the platform hands out nothing
  json escapes;     // escape.json: a list
  std::vector<row> rows;

  [[nodiscard]] const row& find(std::string_view name) const;
  [[nodiscard]] const row& sample() const;  // the genuine mention that the trials start from
};

// One for each known platform. A platform without its folder, or with a broken file in it, throws with a sentence.
[[nodiscard]] const std::vector<platform_fixtures>& all_fixtures();
[[nodiscard]] const json& hostile_texts();

[[nodiscard]] account_settings settings_from(const json& account);
// The platform as account.json configures it, with "secrets" and "settings" of `instead` where it has them.
[[nodiscard]] std::unique_ptr<platform> make_platform(const platform_fixtures& of,
                                                      const json& instead = json::object());

[[nodiscard]] admission admit(const platform& on, recording request, std::chrono::sys_seconds now);
// What vouches for a request: "body", "token", "body-token", "address" or "own-call".
[[nodiscard]] std::string proof_of(const platform_fixtures& of);
[[nodiscard]] std::string_view outcome_name(admission_kind kind);
[[nodiscard]] std::string_view judgement_name(judgement_kind kind);

// The call's result that a row of answers.json or sightings.json describes; a body that is no text is sent as JSON.
[[nodiscard]] call_result response_from(const json& described);

// A reply to the mention with every part filled, under a fixed key, with the account's provision.
[[nodiscard]] reply sample_reply(const platform_fixtures& of, const mention& question);
[[nodiscard]] mention sample_mention(const platform_fixtures& of, const platform& on);
inline constexpr std::string_view our_link = "https://bot.example.org/c";
inline constexpr std::string_view source_link = "https://source.example.org/s";
// The text of the reply as the reader gets it, out of the rendered call or the rendered response; without what
// account.json says stands before it.
[[nodiscard]] std::string rendered_text(const platform_fixtures& of, const platform& on, const reply& what);
// The same out of a call of `render` or `amend`.
[[nodiscard]] std::string text_in(const platform_fixtures& of, const std::string& body);
// Everything that leaves us for this reply, where links may stand beside the text.
[[nodiscard]] std::string rendered_body(const platform& on, const reply& what);
// The text's length in the platform's unit: "code-points", "utf-16", "bytes".
[[nodiscard]] std::size_t length_of(const platform_fixtures& of, std::string_view text);
// Does this platform answer in the HTTP response alone?
[[nodiscard]] bool answers_in_response(const platform_fixtures& of);

}  // namespace stillholds::conformance
