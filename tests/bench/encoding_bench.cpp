// How long the sentence encoder takes by the length of the text, what its products cost beside OpenBLAS in the same
// run, and what an index of many vectors takes. encoding_bench WEIGHTS [CLAIMS…]: sizes of the index (default 1000
// 10000 50000 60000; above 50000 it is a graph).
#include <cblas.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/encoding/cross_encoder.hpp"
#include "knowledge/encoding/encoder.hpp"
#include "knowledge/encoding/product.hpp"
#include "knowledge/encoding/sheet.hpp"
#include "knowledge/encoding/vector_index.hpp"

namespace {

using namespace stillholds;
using clock_type = std::chrono::steady_clock;

double milliseconds_since(clock_type::time_point begin) {
  return std::chrono::duration<double, std::milli>(clock_type::now() - begin).count();
}

// One value of /proc/self/status in MiB, from the kernel's own account.
double status_mib(std::string_view key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key)) return std::stod(line.substr(key.size() + 1)) / 1024;
  }
  return 0;
}

std::string resident() {
  return fmt::format("{:.1f} MiB resident, {:.1f} of it our own", status_mib("VmRSS:"), status_mib("RssAnon:"));
}

// The median of many runs, in milliseconds.
template <class Work>
double median_ms(int runs, Work work) {
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) {
    const auto begin = clock_type::now();
    work();
    times.push_back(milliseconds_since(begin));
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

struct shape {
  std::size_t inner, columns;
};
// The products by weights of one text, in their order.
constexpr std::array shapes{shape{256, 768},  shape{256, 512}, shape{256, 512},  shape{512, 1536}, shape{1536, 512},
                            shape{512, 1536}, shape{512, 512}, shape{512, 1536}, shape{1536, 512}};

// One matrix after the other, as the weights lie; 64 bytes aligned.
template <class Number>
class some_weights {
 public:
  explicit some_weights(Number each) {
    std::size_t count = 0;
    for (const auto& [inner, columns] : shapes) count += inner * columns;
    numbers_.reset(static_cast<Number*>(std::aligned_alloc(64, count * sizeof(Number))));
    std::fill_n(numbers_.get(), count, each);
  }
  template <class Each>
  void for_each(Each each) const {
    auto* at = numbers_.get();
    for (const auto& [inner, columns] : shapes) {
      each(at, inner, columns);
      at += inner * columns;
    }
  }

 private:
  struct release {
    void operator()(Number* memory) const noexcept { std::free(memory); }
  };
  std::unique_ptr<Number, release> numbers_;
};

// Ours scale their left side first, as the encoder does; OpenBLAS multiplies floats.
void print_products() {
  const some_weights<float> floats(0.01F);
  const some_weights<std::int16_t> whole(100);
  std::vector<float> left(128 * 1536, 0.01F);
  std::vector<float> out(128 * 1536);
  const std::vector<float> factors(1536, 1e-4F);
  scaled_sheet scaled_left;
  std::cout << fmt::format("products of one text, p50 in ms; OpenBLAS takes this processor for: {}\n",
                           openblas_get_corename());
  std::cout << fmt::format("{:>8}{:>12}", "tokens", "OpenBLAS");
  for (const auto& variant : multiply_variants()) std::cout << fmt::format("{:>10}", variant.name);
  std::cout << '\n';
  for (const std::size_t rows : {8U, 16U, 32U, 64U, 128U}) {
    const auto blas = median_ms(30, [&] {
      floats.for_each([&](const float* matrix, std::size_t inner, std::size_t columns) {
        const auto k = static_cast<int>(inner);
        const auto n = static_cast<int>(columns);
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<int>(rows), n, k, 1, left.data(), k, matrix,
                    n, 0, out.data(), n);
      });
    });
    std::cout << fmt::format("{:>8}{:>12.2f}", rows, blas);
    for (const auto& variant : multiply_variants()) {
      const auto ours = median_ms(30, [&] {
        whole.for_each([&](const std::int16_t* matrix, std::size_t inner, std::size_t columns) {
          scaled_left.take(rows, {left.data(), inner}, inner);
          variant.run(rows, scaled_left.from_column(0), {matrix, factors.data(), inner, columns}, nullptr,
                      {out.data(), columns});
        });
      });
      std::cout << fmt::format("{:>10.2f}", ours);
    }
    std::cout << '\n';
  }
}

void print_texts(const encoder& model) {
  std::cout << fmt::format("{:>8}{:>12}{:>12}\n", "tokens", "text p50/ms", "tokens/s");
  for (const std::size_t tokens : {1U, 8U, 16U, 24U, 32U, 64U, 128U}) {
    std::string text = "word";
    for (std::size_t i = 1; i < tokens; ++i) text += " word";
    const auto took = median_ms(60, [&] { (void)model.encode(text); });
    std::cout << fmt::format("{:>8}{:>12.2f}{:>12.0f}\n", tokens, took, static_cast<double>(tokens) / took * 1000);
  }
}

// A question and a claim of two thirds its length, as one text.
void print_pairs(const encoder& model) {
  const cross_encoder cross(model.weights());
  std::cout << fmt::format("{:>8}{:>12}\n", "tokens", "pair p50/ms");
  for (const std::size_t tokens : {8U, 16U, 32U, 64U}) {
    const std::vector<tokenizer::token> question(tokens, 100);
    const std::vector<tokenizer::token> claim(tokens * 2 / 3, 200);
    const auto took = median_ms(60, [&] { (void)cross.log_odds(question, claim); });
    std::cout << fmt::format("{:>8}{:>12.2f}\n", tokens + claim.size(), took);
  }
}

// Vectors that lie in clusters, as those of claims do.
class vector_maker {
 public:
  packed_vector near(const sentence_vector& centre, float how_far) {
    sentence_vector made{};
    float squares = 0;
    for (std::size_t i = 0; i < made.size(); ++i) {
      made[i] = centre[i] + (how_far * normal_(random_) / 22.6F);
      squares += made[i] * made[i];
    }
    for (auto& each : made) each /= std::sqrt(squares);
    return pack(made);
  }
  sentence_vector any() {
    sentence_vector made{};
    for (auto& each : made) each = normal_(random_) / 22.6F;
    return made;
  }
  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }

 private:
  std::mt19937 random_{11};
  std::normal_distribution<float> normal_;
};

void print_index(std::size_t size) {
  vector_maker make;
  std::vector<sentence_vector> centres;
  for (std::size_t i = 0; i < (size / 30) + 1; ++i) centres.push_back(make.any());
  std::vector<std::uint32_t> owners(size);
  std::vector<packed_vector> vectors(size);
  for (std::size_t i = 0; i < size; ++i) {
    owners[i] = static_cast<std::uint32_t>(i);
    vectors[i] = make.near(centres[make.below(centres.size())], 0.8F);
  }
  std::vector<packed_vector> questions;
  for (int i = 0; i < 100; ++i) questions.push_back(make.near(centres[make.below(centres.size())], 0.6F));

  const auto begin = clock_type::now();
  const vector_index index(owners, vectors);
  const auto built = milliseconds_since(begin);
  std::size_t at = 0;
  const auto took = median_ms(100, [&] { (void)index.nearest(questions[at++ % questions.size()], 20); });
  std::size_t found = 0;
  for (const auto& question : questions) {
    std::vector<float> all(size);
    cosines(question, vectors, all);
    std::ranges::nth_element(all, all.begin() + 19, std::ranges::greater{});
    for (const auto& one : index.nearest(question, 20)) found += one.cosine >= all[19] ? 1 : 0;
  }
  std::cout << fmt::format("{:>8}{:>12.0f}{:>14.2f}{:>12.3f}\n", size, built, took, static_cast<double>(found) / 2000);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::cerr << "encoding_bench WEIGHTS [CLAIMS...]\n";
    return 2;
  }
  const auto begin = clock_type::now();
  const auto model = encoder::open(arguments[1]);
  if (!model) {
    std::cerr << model.error().detail << '\n';
    return 2;
  }
  std::cout << fmt::format("open: {:.1f} ms; {}\n", milliseconds_since(begin), resident());
  print_texts(*model);
  print_pairs(*model);
  std::cout << fmt::format("after encoding: {}\n", resident());
  print_products();
  std::vector<std::size_t> sizes;
  for (int i = 2; i < count; ++i) sizes.push_back(std::strtoul(arguments[i], nullptr, 10));
  if (sizes.empty()) sizes = {1000, 10000, 50000, 60000};
  std::cout << fmt::format("{:>8}{:>12}{:>14}{:>12}\n", "vectors", "build/ms", "nearest 20/ms", "recall");
  for (const auto size : sizes) print_index(std::max<std::size_t>(size, 20));
  return 0;
}
