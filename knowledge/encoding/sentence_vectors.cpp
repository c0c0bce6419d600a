#include "knowledge/encoding/sentence_vectors.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "knowledge/encoding/casing.hpp"
#include "knowledge/encoding/cross_encoder.hpp"
#include "knowledge/encoding/vector_cache.hpp"

namespace stillholds {
namespace {

constexpr std::size_t appended_at_once = 256;  // what a crash may lose: less than a second of encoding

// The cache may hold so many more records than are in use before it is rewritten.
constexpr std::size_t unused_max(std::size_t used) noexcept { return used + 4096; }

struct wanted {
  text_key key;
  std::size_t place{0};  // in the caller's list
};

// All who want one key lie side by side.
std::vector<wanted> wanted_by_key(std::span<const std::string_view> texts) {
  std::vector<wanted> all;
  all.reserve(texts.size());
  for (std::size_t place = 0; place < texts.size(); ++place) all.push_back({key_of(texts[place]), place});
  std::ranges::sort(all, {}, [](const wanted& one) { return std::pair(one.key, one.place); });
  return all;
}

}  // namespace

struct sentence_vectors::parts {
  parts(encoder opened, const std::filesystem::path& file)
      : model(std::move(opened)), cross(model.weights()), cache(file, model.weights()->checksum()) {}

  // Adds the keys to those in use, and says how many these are.
  std::size_t note_used(std::span<const wanted> keys) {
    std::vector<text_key> now;
    now.reserve(keys.size());
    for (const auto& one : keys) now.push_back(one.key);
    const std::scoped_lock lock(mutex);
    std::vector<text_key> both;
    both.reserve(used.size() + now.size());
    std::ranges::set_union(used, now, std::back_inserter(both));
    const auto repeated = std::ranges::unique(both);
    both.erase(repeated.begin(), repeated.end());
    used = std::move(both);
    return used.size();
  }

  // Drops from the file what nobody has asked for since this process started.
  void drop_unused() {
    std::vector<text_key> keys;
    {
      const std::scoped_lock lock(mutex);
      keys = used;
    }
    (void)cache.keep_only([&](const text_key& key) { return std::ranges::binary_search(keys, key); });
  }

  encoder model;
  cross_encoder cross;
  vector_cache cache;
  std::mutex mutex;
  std::vector<text_key> used;  // since the start, ascending; guarded by the mutex
};

sentence_vectors::sentence_vectors(std::unique_ptr<parts> opened) noexcept : parts_(std::move(opened)) {}
sentence_vectors::~sentence_vectors() = default;

result<std::shared_ptr<const sentence_vectors>> sentence_vectors::open(const std::filesystem::path& weights,
                                                                       const std::filesystem::path& cache,
                                                                       accepted_weights which) {
  auto model = encoder::open(weights, which);
  if (!model) return std::unexpected(std::move(model.error()));
  return std::shared_ptr<const sentence_vectors>(
      new sentence_vectors(std::make_unique<parts>(std::move(*model), cache)));
}

encoded_question sentence_vectors::of(std::string_view question) const {
  const auto& model = parts_->model;
  auto tokens = model.tokens_of(in_known_case(std::string(question), model.cut()));
  const auto vector = pack(model.encode(tokens));
  return {.vector = vector, .tokens = std::move(tokens)};
}

std::vector<tokenizer::token> sentence_vectors::tokens_of(std::string_view text) const {
  auto tokens = parts_->model.tokens_of(text);
  tokens.resize(std::min(tokens.size(), cross_encoder::claim_tokens_max));
  return tokens;
}

float sentence_vectors::log_odds(std::span<const tokenizer::token> question,
                                 std::span<const tokenizer::token> claim) const {
  return parts_->cross.log_odds(question, claim);
}

std::vector<packed_vector> sentence_vectors::of_all(std::span<const std::string_view> texts) const {
  std::vector<packed_vector> vectors(texts.size());
  const auto all = wanted_by_key(texts);
  std::vector<bool> is_known(texts.size());
  const auto give = [&](const remembered& one) {
    for (const auto& who : std::ranges::equal_range(all, one.key, {}, &wanted::key)) {
      vectors[who.place] = one.vector;
      is_known[who.place] = true;
    }
  };
  auto records = parts_->cache.read(give);

  std::vector<remembered> fresh;
  bool has_grown = false;
  const auto write_down = [&] {
    if (parts_->cache.append(fresh)) {
      records += fresh.size();
      has_grown = true;
    }
    fresh.clear();
  };
  for (const auto& who : all) {
    if (is_known[who.place]) continue;
    fresh.push_back({who.key, pack(parts_->model.encode(texts[who.place]))});
    give(fresh.back());
    if (fresh.size() == appended_at_once) write_down();
  }
  if (!fresh.empty()) write_down();
  const auto used = parts_->note_used(all);
  if (has_grown && records > used + unused_max(used)) parts_->drop_unused();
  return vectors;
}

}  // namespace stillholds
