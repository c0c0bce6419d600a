#include "knowledge/encoding/cross_encoder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/encoding/encoder.hpp"
#include "knowledge/encoding/token_lists.hpp"
#include "knowledge/json.hpp"
#include "tests/knowledge/encoder_weights.hpp"

using namespace stillholds;
using tokens = std::vector<tokenizer::token>;

namespace {

json rows_of(const char* file) {
  std::ifstream in(file, std::ios::binary);
  auto parsed = parse_json(std::string(std::istreambuf_iterator<char>(in), {}));
  REQUIRE(parsed);
  return *parsed;
}

}  // namespace

TEST_CASE("the odds of two texts are those that PyTorch computes" * doctest::skip(no_weights())) {
  const auto model = encoder::open(weights_file());
  REQUIRE(model);
  const cross_encoder cross(model->weights());
  const auto texts = rows_of(SOURCE_DIR "/tests/encoder/original.json");
  const auto wanted = rows_of(SOURCE_DIR "/tests/encoder/cross.json");
  CHECK(wanted.size() > 20);
  double worst = 0;
  for (const auto& row : wanted) {
    const auto question = texts[row["question"].get<std::size_t>()]["tokens"].get<tokens>();
    const auto claim = texts[row["claim"].get<std::size_t>()]["tokens"].get<tokens>();
    worst = std::max(worst, std::abs(cross.log_odds(question, claim) - row["log_odds"].get<double>()));
  }
  CHECK(worst < 2e-2);  // we compute with whole numbers of 16 bits, PyTorch with floats
  MESSAGE("farthest from PyTorch: ", worst);
}

TEST_CASE("a claim that answers the question goes together with it better than one that does not" *
          doctest::skip(no_weights())) {
  const auto model = encoder::open(weights_file());
  REQUIRE(model);
  const cross_encoder cross(model->weights());
  const auto odds = [&](std::string_view question, std::string_view claim) {
    return cross.log_odds(model->tokens_of(question), model->tokens_of(claim));
  };
  constexpr std::string_view question = "does America really own nine tenths of the computing power for AI";
  const auto right = odds(question, "The United States holds about 90 percent of the world's AI computing power.");
  CHECK(right > 0);
  CHECK(right > odds(question, "American AI companies raised 90 percent of the world's venture capital.") + 1);
  CHECK(odds(question, "The bakery on the corner closes early on Sundays.") < -1);
}

TEST_CASE("of both texts only the first tokens count" * doctest::skip(no_weights())) {
  const auto model = encoder::open(weights_file());
  REQUIRE(model);
  const cross_encoder cross(model->weights());
  std::string text;
  for (int i = 0; i < 70; ++i) text += "word ";
  auto question = model->tokens_of(text);
  auto claim = question;
  REQUIRE(question.size() > cross_encoder::question_tokens_max);
  const auto before = cross.log_odds(question, claim);
  question[cross_encoder::question_tokens_max] = claim[cross_encoder::claim_tokens_max] = 77;
  CHECK(cross.log_odds(question, claim) == before);
  auto other = question;
  other[cross_encoder::question_tokens_max - 1] = 77;
  CHECK(cross.log_odds(other, claim) != before);
  other = claim;
  other[cross_encoder::claim_tokens_max - 1] = 77;
  CHECK(cross.log_odds(question, other) != before);
}

TEST_CASE("token lists give back what was added") {
  token_lists lists;
  CHECK(lists.size() == 0);
  const std::vector<tokens> all{{1, 2, 3}, {}, {65535}, {}};
  for (const auto& next : all) lists.add(next);
  REQUIRE(lists.size() == all.size());
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(std::ranges::equal(lists[i], all[i]));
}
