// What leaves us: within the platform's length, our links intact, and nothing in it that the platform would act on.
#include <doctest/doctest.h>

#include <algorithm>

#include "handlers/port/encoding.hpp"
#include "handlers/port/escape.hpp"
#include "knowledge/text.hpp"
#include "tests/conformance/fixtures.hpp"

using namespace stillholds;
using namespace stillholds::conformance;

namespace {

std::string without_all(std::string text, std::string_view gone) {
  for (auto at = text.find(gone); at != std::string::npos; at = text.find(gone, at)) text.erase(at, gone.size());
  return text;
}

// Nothing that a reader cannot see, but for the joiners that we put in and those inside emoji.
bool is_visible(const std::string& text) {
  auto plain = without_all(text, word_joiner);
  const auto clean = tidy(plain);
  std::erase_if(plain, [](char c) { return c == ' ' || c == '\n'; });
  auto kept = clean;
  std::erase_if(kept, [](char c) { return c == ' ' || c == '\n'; });
  return plain == kept;
}

// Puts the text into one part of the answer after another.
std::vector<reply> with_text_everywhere(const platform_fixtures& of, const mention& question, const std::string& text) {
  std::vector<reply> all;
  for (const auto part : {&answer::lead, &answer::gloss, &answer::status, &answer::body, &answer::heading,
                          &answer::link_label, &answer::footer}) {
    all.push_back(sample_reply(of, question));
    all.back().answer.*part = text;
  }
  for (const auto part : {&answer_item::label, &answer_item::text}) {
    all.push_back(sample_reply(of, question));
    all.back().answer.items[0].*part = text;
  }
  return all;
}

bool links_beside_text(const platform_fixtures& of) {
  return get_bool(of.account, "reply.links_beside_text").value_or(false);
}

// `text` is what the platform made of the reply.
bool has_link(const platform_fixtures& of, const platform& on, const reply& what, const std::string& text) {
  return links_beside_text(of) ? rendered_body(on, what).contains(our_link) : text.contains(our_link);
}

void check_text(const platform_fixtures& of, const platform& on, const reply& what) {
  const auto text = rendered_text(of, on, what);
  CHECK(is_utf8(text));
  CHECK(is_visible(text));
  CHECK(length_of(of, text) <= on.traits().reply_limit);
  // A link is never cut, its words included: where they alone are too long there is none.
  if (what.answer.link_label.size() < on.traits().reply_limit / 2) CHECK(has_link(of, on, what, text));
  const auto foreign = without_all(without_all(text, our_link), source_link);
  for (const auto& never : of.account.at("reply").at("never")) {
    CAPTURE(never);
    CHECK(!foreign.contains(never.get<std::string>()));
  }
}

}  // namespace

TEST_CASE("text is escaped exactly as the vectors say") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto on = make_platform(of);
    REQUIRE(of.escapes.size() > 0);
    for (const auto& vector : of.escapes) {
      CAPTURE(vector.at("name"));
      reply what = sample_reply(of, sample_mention(of, *on));
      what.answer = answer{};
      what.answer.body = vector.at("input").get<std::string>();
      CHECK_EQ(rendered_text(of, *on, what), vector.at("output").get<std::string>());
    }
  }
}

TEST_CASE("hostile text in any part of an answer does nothing") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto on = make_platform(of);
    const auto question = sample_mention(of, *on);
    for (const auto& hostile : hostile_texts()) {
      CAPTURE(hostile);
      for (const auto& what : with_text_everywhere(of, question, hostile.get<std::string>())) check_text(of, *on, what);
    }
  }
}

TEST_CASE("a link that is no web address does not become one") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto on = make_platform(of);
    for (const std::string url : {"javascript:alert(1)", "", "//evil.com", "x", "http:/evil.com", "data:text/html,x"}) {
      auto what = sample_reply(of, sample_mention(of, *on));
      what.answer.items[0].url = url;
      check_text(of, *on, what);
    }
  }
}

TEST_CASE("a link cannot break out of its markup, and leads where it should") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto on = make_platform(of);
    for (const std::string tail :
         {"a)b", "a>b", "a|b", "a b", "a\nb", "a](https://evil.com)", "a\"b", "a`b", "a\\b", "\u00e4", "a<b>c",
          "a\u202eb", "a*b*", "a&copy;b", "a[b]", "a&amp;b", "a'b", "a{b}", "a^b"}) {
      CAPTURE(tail);
      auto what = sample_reply(of, sample_mention(of, *on));
      what.answer.items.resize(1);
      what.answer.items[0].url = std::string(source_link) + "?" + tail;
      const auto text = links_beside_text(of) ? rendered_body(*on, what) : rendered_text(of, *on, what);
      const auto begin = text.find(source_link);
      // Where little fits, evidence goes before the rest.
      if (begin == std::string::npos) CHECK(on->traits().reply_limit <= 500);
      if (begin == std::string::npos) continue;
      const auto written = text.substr(begin, text.find_first_of(" )>|\n\"", begin) - begin);
      CHECK_EQ(written.find_first_of("()<>[]\\`|*"), std::string::npos);
      const bool entities = get_bool(of.account, "reply.entities").value();
      CHECK_EQ(percent_decode(entities ? decode_entities(written) : written, false), what.answer.items[0].url);
    }
  }
}

TEST_CASE("answers of every length around the limit fit, and keep their link") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto on = make_platform(of);
    const auto question = sample_mention(of, *on);
    const auto limit = on->traits().reply_limit;
    // A link is never cut, its words included: where they alone are too long the rest must do without it.
    const auto fits = [&](const reply& what, bool with_link = true) {
      const auto text = rendered_text(of, *on, what);
      return length_of(of, text) <= limit && is_utf8(text) && (!with_link || has_link(of, *on, what, text));
    };
    constexpr std::string_view sentence = "中 <b> & *x*. ";
    const auto whole = length_of(of, rendered_text(of, *on, sample_reply(of, question)));
    const auto first = limit > whole + 40 ? limit - whole - 40 : 0;
    for (std::size_t length = first; length < first + 160; ++length) {
      CAPTURE(length);
      auto in_lead = sample_reply(of, question);
      in_lead.answer.lead += std::string(length, 'x');
      CHECK(fits(in_lead));
      if (length % sentence.size() != 0) continue;
      auto in_body = sample_reply(of, question);
      in_body.answer.body.clear();
      while (in_body.answer.body.size() < length) in_body.answer.body += sentence;
      CHECK(fits(in_body));
    }
    for (const auto& word : {std::string(100'000, 'w'), std::string(100'000, '<'), std::string(100'000, '*'),
                             std::string(100'000, '.'), std::string(100'000, '/')}) {
      for (const auto& what : with_text_everywhere(of, question, word)) {
        CHECK(fits(what, what.answer.link_label != word));
      }
    }
  }
}

TEST_CASE("an empty answer and many items render") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto on = make_platform(of);
    auto what = sample_reply(of, sample_mention(of, *on));
    for (int i = 0; i < 500; ++i) what.answer.items.push_back(what.answer.items.front());
    check_text(of, *on, what);
    what.answer = answer{};
    CHECK_EQ(rendered_text(of, *on, what), "");
  }
}

TEST_CASE("a call goes to the configured place, with secrets in headers only, and the same for every attempt") {
  for (const auto& of : all_fixtures()) {
    CAPTURE(of.entry->name);
    const auto on = make_platform(of);
    if (answers_in_response(of)) continue;
    const auto what = sample_reply(of, sample_mention(of, *on));
    const auto call = on->render(what);
    REQUIRE(call.has_value());
    CHECK(call->url.starts_with("https://"));
    CHECK_EQ(call->method, get_string(of.account, "reply.method").value_or("POST"));
    const auto again = on->render(what);
    CHECK_EQ(again->body, call->body);
    CHECK(again->headers == call->headers);
    const auto account = settings_from(of.account.at("account"));
    auto hidden = account.secrets;
    if (!account.token.empty()) hidden.push_back(account.token);
    if (!what.provision.empty()) hidden.push_back(what.provision);
    for (const auto& secret : hidden) {
      CHECK((call->url_is_secret || !call->url.contains(secret)));
      CHECK(!call->body.contains(secret));
    }
    auto broken = what;
    broken.question.reply_to = "not JSON";
    const auto refused = on->render(broken);
    if (!refused) CHECK(refused.error().code == errc::corrupt);
  }
}
