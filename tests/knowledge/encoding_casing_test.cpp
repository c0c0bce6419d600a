#include "knowledge/encoding/casing.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "knowledge/encoding/encoder.hpp"
#include "knowledge/encoding/sentence_vectors.hpp"
#include "tests/knowledge/encoder_weights.hpp"

using namespace stillholds;

namespace {

// Knows single letters, "China", "banned", both "Apple" and "apple", and "US".
tokenizer small_vocabulary() {
  std::vector<std::string> pieces{"?", "r", "r", "r", "r", "r", "▁", "▁China", "▁banned", "▁Apple", "▁apple", "▁US"};
  std::vector<double> scores{0, 0, 0, 0, 0, 0, -3, -9, -9, -10, -9, -9};
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    pieces.emplace_back(1, letter);
    scores.push_back(-5);
    pieces.emplace_back(1, static_cast<char>(letter - 'a' + 'A'));
    scores.push_back(-8);
  }
  return {scores, std::vector<std::string_view>(pieces.begin(), pieces.end())};
}

}  // namespace

TEST_CASE("casing: words are written as the encoder knows them") {
  const auto cut = small_vocabulary();
  struct row {
    std::string_view written, known;
  };
  const std::vector<row> rows{
      {"", ""},
      {"is china banned", "is China banned"},
      {"Is China Banned", "is China banned"},
      {"IS CHINA BANNED?!", "is China banned?!"},
      // Known both ways, each stays; the shout becomes the likelier one.
      {"Apple, apple and APPLE", "Apple, apple and apple"},
      {"US us", "US us"},
      {"Qwen QWEN qwen qWen", "qwen qwen qwen qwen"},  // in pieces either way: all are one
      {"I A x", "I A x"},                              // one letter has no case of its own
      {"china’s (CHINA) ban-BANNED", "China’s (China) ban-banned"},
      {"CHINA'S isn'T WE’LL 'S", "China's isn't we’ll 'S"},
      {"中国China中国", "中国China中国"},  // no English word
      {"CAFÉ ÉTÉ", "CAFÉ ÉTÉ"},
      {"\xFF CHINA\xE4", "\xFF China\xE4"},  // broken bytes are no letters
      {"H100 vs GB200", "H100 vs gb200"},
  };
  for (const auto& [written, known] : rows) {
    CAPTURE(written);
    CHECK(in_known_case(std::string(written), cut) == known);
    CHECK(in_known_case(std::string(known), cut) == known);  // once is enough
  }
}

TEST_CASE("casing: a shout, a headline and small letters mean what the plain question means" *
          doctest::skip(no_weights())) {
  const auto vectors = sentence_vectors::open(weights_file(), "");
  REQUIRE(vectors);
  const auto model = encoder::open(weights_file());
  REQUIRE(model);
  const auto plain = (*vectors)->of("Is the gap between the US and China widening in AI research?").vector;
  for (const std::string written : {"IS THE GAP BETWEEN THE US AND CHINA WIDENING IN AI RESEARCH?",
                                    "Is The Gap Between The US And China Widening In AI Research?",
                                    "is the gap between the us and china widening in ai research?"}) {
    CAPTURE(written);
    const auto known = cosine((*vectors)->of(written).vector, plain);
    MESSAGE("as written ", cosine(pack(model->encode(written)), plain), ", in known case ", known);
    CHECK(known > 0.8F);
    CHECK(known > cosine(pack(model->encode(written)), plain));
  }
}
