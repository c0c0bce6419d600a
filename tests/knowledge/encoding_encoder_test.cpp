#include "knowledge/encoding/encoder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "knowledge/encoding/tokenizer.hpp"
#include "knowledge/encoding/weights.hpp"
#include "knowledge/json.hpp"
#include "tests/knowledge/encoder_weights.hpp"

using namespace stillholds;
namespace fs = std::filesystem;

namespace {

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What tests/encoder/original.js wrote down of the JavaScript original.
json original() {
  auto parsed = parse_json(bytes_of(SOURCE_DIR "/tests/encoder/original.json"));
  REQUIRE(parsed);
  return *parsed;
}

std::string text_of(const json& row) {
  std::string text;
  for (int i = 0; i < row["times"].get<int>(); ++i) text += row["text"].get<std::string>();
  return text;
}

double dot(const sentence_vector& a, const sentence_vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * double{b[i]};
  return sum;
}

// A copy of the weights with a change in it.
class changed_weights {
 public:
  template <class Change>
  explicit changed_weights(Change change) : file_(fs::temp_directory_path() / "stillholds-changed-weights.bin") {
    auto bytes = bytes_of(weights_file());
    change(bytes);
    std::ofstream(file_, std::ios::binary) << bytes;
  }
  ~changed_weights() {
    std::error_code code;
    fs::remove(file_, code);
  }
  changed_weights(const changed_weights&) = delete;
  changed_weights& operator=(const changed_weights&) = delete;
  [[nodiscard]] const fs::path& file() const { return file_; }

 private:
  fs::path file_;
};

}  // namespace

TEST_CASE("tokens: the most probable cut, the later of equal pieces, one unknown for a run of unknowns") {
  const std::vector<std::string_view> pieces{"?", "r", "r", "r", "r", "r", "▁a", "b", "ab", "▁ab", "b", "▁", "好"};
  const std::vector<double> scores{0, 0, 0, 0, 0, 0, -2, -3, -3, -6, -2.5, -1, -4};
  const tokenizer cut(scores, pieces);
  using tokens = std::vector<tokenizer::token>;
  CHECK(cut.encode("").empty());
  CHECK(cut.encode("ab") == tokens{11, 8});           // -1 -3 beats -2 -2.5 and -6
  CHECK(cut.encode("a b") == tokens{11, 0, 11, 10});  // what begins no piece costs nothing, as in the original
  CHECK(cut.encode("xyzb") == tokens{11, 0, 10});
  CHECK(cut.encode("ａｂ") == tokens{11, 8});  // full width
  CHECK(cut.encode("a\xFF\xFE好") == tokens{11, 0, 12});
}

TEST_CASE("tokens and vectors are those of the JavaScript original" * doctest::skip(no_weights())) {
  const auto mapped = mapped_weights::open(weights_file());
  REQUIRE(mapped);
  const tokenizer cut(mapped->get().scores, mapped->get().pieces);
  const auto model = encoder::open(weights_file());
  REQUIRE(model);
  const auto rows = original();
  CHECK(rows.size() == 24);
  double worst = 0;
  for (const auto& row : rows) {
    const auto text = text_of(row);
    CAPTURE(text);
    CHECK(cut.encode(text) == row["tokens"].get<std::vector<tokenizer::token>>());
    const auto vector = model->encode(text);
    CHECK(std::abs(dot(vector, vector) - 1) < 1e-5);
    double alternating = 0;
    for (std::size_t i = 0; i < vector.size(); ++i) alternating += i % 2 == 0 ? double{vector[i]} : -double{vector[i]};
    CHECK(std::abs(alternating - row["alternating"].get<double>()) < 3e-3);
    REQUIRE(row["every16th"].size() == vector.size() / 16);
    for (std::size_t i = 0; i < vector.size(); i += 16)
      worst = std::max(worst, std::abs(vector[i] - row["every16th"][i / 16].get<double>()));
  }
  CHECK(worst < 3e-4);  // we compute with whole numbers of 16 bits, the original with floats
  MESSAGE("farthest from the original: ", worst);
}

TEST_CASE("what is meant alike lies closer than what is not" * doctest::skip(no_weights())) {
  const auto model = encoder::open(weights_file());
  REQUIRE(model);
  const auto claim = model->encode("The United States holds about 90 percent of the world's AI computing power.");
  const auto asked = model->encode("how much of the world's AI compute does America have");
  const auto other = model->encode("The bakery on the corner closes early on Sundays.");
  CHECK(dot(claim, asked) > 0.6);
  CHECK(dot(claim, other) < 0.3);
  CHECK(std::abs(double{cosine(pack(claim), pack(asked))} - dot(claim, asked)) < 2e-3);
  CHECK(std::abs(double{cosine(pack(claim), pack(other))} - dot(claim, other)) < 2e-3);
}

TEST_CASE("only the first 128 tokens count" * doctest::skip(no_weights())) {
  const auto model = encoder::open(weights_file());
  REQUIRE(model);
  std::string text;
  for (int i = 0; i < 130; ++i) text += "word ";
  CHECK(model->encode(text) == model->encode(text + "and something altogether different"));
}

TEST_CASE("weights that are missing, cut off, damaged or others are told apart" * doctest::skip(no_weights())) {
  const auto missing = encoder::open("/nowhere/at/all.bin");
  REQUIRE(!missing);
  CHECK(missing.error().code == errc::not_found);
  CHECK(missing.error().detail == "there is no /nowhere/at/all.bin; deploy/weights makes it");

  const auto folder = encoder::open(fs::temp_directory_path());
  REQUIRE(!folder);
  CHECK(folder.error().code == errc::corrupt);

  struct trial {
    std::string says;
    void (*change)(std::string&);
  };
  for (const auto& [says, change] : {
           trial{"is no encoder's weights", [](std::string& bytes) { bytes.clear(); }},
           trial{"is no encoder's weights", [](std::string& bytes) { bytes[0] = 'X'; }},
           trial{"was made for another version", [](std::string& bytes) { bytes[8] = 1; }},
           trial{"was made for another version", [](std::string& bytes) { bytes[24] ^= 1; }},
           trial{"is damaged", [](std::string& bytes) { bytes.resize(bytes.size() - 64); }},
           trial{"is damaged", [](std::string& bytes) { bytes += std::string(64, '\0'); }},
           trial{"is damaged", [](std::string& bytes) { bytes[bytes.size() / 2] ^= 1; }},
           trial{"is damaged", [](std::string& bytes) { bytes.back() ^= '\x80'; }},
           trial{"is damaged", [](std::string& bytes) { bytes[32] ^= 1; }},
       }) {
    const changed_weights changed(change);
    const auto opened = encoder::open(changed.file());
    REQUIRE(!opened);
    CHECK(opened.error().code == errc::corrupt);
    CHECK(opened.error().detail.find(changed.file().string() + " " + says) == 0);
    CHECK(opened.error().detail.ends_with("; make it anew with deploy/weights"));
  }
}
