#include "knowledge/encoding/weights.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <system_error>

namespace stillholds {
namespace {

static_assert(std::endian::native == std::endian::little, "the weights' file is little-endian and used where it lies");

constexpr std::size_t alignment = 64;
constexpr std::uint32_t version = 3;
constexpr std::uint32_t vocabulary_entries = 8000;
constexpr std::size_t embedding_rows = 8002;

struct file_head {
  std::array<char, 8> magic{};
  std::uint32_t version{0};
  std::uint32_t vocabulary_entries{0};
  std::uint64_t file_bytes{0};
  std::uint64_t checksum{0};
  std::uint32_t piece_bytes{0};
  std::array<std::byte, 28> unused{};
};
static_assert(sizeof(file_head) == alignment);

constexpr std::uint32_t mixed(std::uint32_t state, std::uint32_t word) noexcept {
  return std::rotl(state ^ word, 13) * 0x9E3779B1U;
}

// Eight lanes over 32-bit words, so that the compiler can do them side by side: every start reads the whole file.
std::uint64_t checksum_of(std::span<const std::byte> bytes) noexcept {
  std::array<std::uint32_t, 8> lanes{};
  for (std::size_t at = 0; at + sizeof lanes <= bytes.size(); at += sizeof lanes) {
    std::array<std::uint32_t, 8> words{};
    std::memcpy(words.data(), bytes.data() + at, sizeof words);
    for (std::size_t i = 0; i < lanes.size(); ++i) lanes[i] = mixed(lanes[i], words[i]);
  }
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    low = mixed(low, lanes[i]);
    high = mixed(high, lanes[lanes.size() - 1 - i]);
  }
  return std::uint64_t{high} << 32U | low;
}

// Hands out the sections in the order of the file. Says by `whole` whether they filled it exactly.
class section_reader {
 public:
  explicit section_reader(std::span<const std::byte> bytes) : rest_(bytes) {}

  [[nodiscard]] std::span<const std::byte> bytes(std::size_t count) {
    const auto padded = (count + alignment - 1) / alignment * alignment;
    if (padded > rest_.size()) {
      short_ = true;
      return {};
    }
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(padded);
    return taken;
  }
  template <class Number>
  [[nodiscard]] std::span<const Number> numbers(std::size_t count) {
    const auto taken = bytes(count * sizeof(Number));
    return {reinterpret_cast<const Number*>(taken.data()), taken.size() / sizeof(Number)};
  }
  [[nodiscard]] norm_weights norm(std::size_t width) {
    const auto* const scale = numbers<float>(width).data();
    return {scale, numbers<float>(width).data()};
  }
  [[nodiscard]] linear_weights linear(std::size_t rows, std::size_t columns) {
    const auto* const panels = numbers<std::int16_t>(rows * columns).data();
    const packed_matrix matrix{panels, numbers<float>(columns).data(), rows, columns};
    return {matrix, numbers<float>(columns).data()};
  }
  [[nodiscard]] bool whole() const noexcept { return !short_ && rest_.empty(); }

 private:
  std::span<const std::byte> rest_;
  bool short_{false};
};

layer_weights read_layer(section_reader& in, std::size_t width) {
  layer_weights layer;
  layer.width = width;
  layer.before_attention = in.norm(width);
  layer.question_key_value = in.linear(width, 3 * width);
  layer.attended = in.linear(width, encoder_weights::width);
  if (width != encoder_weights::width) layer.widened = in.linear(width, encoder_weights::width);
  layer.before_forward = in.norm(encoder_weights::width);
  layer.forward_in = in.linear(encoder_weights::width, encoder_weights::forward_width);
  layer.forward_out = in.linear(encoder_weights::forward_width, encoder_weights::width);
  return layer;
}

transformer_weights read_transformer(section_reader& in) {
  transformer_weights read;
  read.layers[0] = read_layer(in, encoder_weights::embedding_width);
  read.layers[1] = read_layer(in, encoder_weights::width);
  read.last = in.linear(encoder_weights::width, encoder_weights::width);
  return read;
}

std::vector<float> timing_of(std::span<const float> scales) {
  std::vector<float> timing;
  timing.reserve(encoder_weights::places * encoder_weights::embedding_width);
  for (std::size_t place = 0; place < encoder_weights::places; ++place) {
    for (const auto scale : scales) timing.push_back(std::sin(static_cast<float>(place) * scale));
    for (const auto scale : scales) timing.push_back(std::cos(static_cast<float>(place) * scale));
  }
  return timing;
}

std::vector<std::string_view> read_pieces(std::span<const std::byte> bytes) {
  std::vector<std::string_view> pieces;
  pieces.reserve(vocabulary_entries);
  while (!bytes.empty()) {
    const auto length = static_cast<std::size_t>(bytes.front());
    if (length + 1 > bytes.size()) break;
    pieces.emplace_back(reinterpret_cast<const char*>(bytes.data() + 1), length);
    bytes = bytes.subspan(length + 1);
  }
  return pieces;
}

// False when the sections are not what the head promises.
bool read_sections(std::span<const std::byte> body, std::size_t piece_bytes, encoder_weights& into) {
  section_reader in(body);
  into.scores = in.numbers<double>(vocabulary_entries);
  into.pieces = read_pieces(in.bytes(piece_bytes));
  into.embeddings = in.numbers<float>(embedding_rows * encoder_weights::embedding_width);
  into.timing = timing_of(in.numbers<float>(encoder_weights::embedding_width / 2));
  into.transformer = read_transformer(in);
  into.cross.transformer = read_transformer(in);
  into.cross.claim_shift = in.numbers<float>(encoder_weights::embedding_width);
  into.cross.penalties = in.numbers<float>(into.cross.transformer.layers.size() * encoder_weights::heads * 2);
  into.cross.judge = in.numbers<float>((2 * encoder_weights::width) + 1);
  return in.whole() && into.pieces.size() == vocabulary_entries;
}

class file_descriptor {
 public:
  explicit file_descriptor(int number) : number_(number) {}
  ~file_descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  file_descriptor(const file_descriptor&) = delete;
  file_descriptor& operator=(const file_descriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return number_; }

 private:
  int number_;
};

std::unexpected<error> broken(const std::filesystem::path& file, std::string_view why) {
  return fail(errc::corrupt, fmt::format("{} {}; make it anew with deploy/weights", file.string(), why));
}

}  // namespace

void mapped_weights::unmap::operator()(const std::byte* data) const noexcept {
  ::munmap(const_cast<std::byte*>(data), bytes);
}

result<mapped_weights> mapped_weights::open(const std::filesystem::path& file, accepted_weights which) {
  const file_descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      return fail(errc::not_found, fmt::format("there is no {}; deploy/weights makes it", file.string()));
    return broken(file, fmt::format("cannot be read ({})", std::generic_category().message(errno)));
  }
  struct stat status{};
  if (::fstat(in.get(), &status) != 0 || !S_ISREG(status.st_mode)) return broken(file, "is no file");
  const auto bytes = static_cast<std::size_t>(status.st_size);
  if (bytes < sizeof(file_head)) return broken(file, "is no encoder's weights");
  void* const mapped = ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, in.get(), 0);
  if (mapped == MAP_FAILED) return broken(file, "cannot be mapped into memory");
  mapped_weights made(mapping(static_cast<const std::byte*>(mapped), {bytes}));

  file_head head;
  std::memcpy(&head, mapped, sizeof head);
  if (std::string_view(head.magic.data(), head.magic.size()) != "STILLENC")
    return broken(file, "is no encoder's weights");
  const bool is_wanted = which == accepted_weights::any || head.checksum == weights_checksum;
  if (head.version != version || !is_wanted || head.vocabulary_entries != vocabulary_entries)
    return broken(file, "was made for another version of this program");
  const std::span body(made.mapped_.get() + sizeof head, bytes - sizeof head);
  if (head.file_bytes != bytes || checksum_of(body) != head.checksum) return broken(file, "is damaged");
  if (!read_sections(body, head.piece_bytes, made.weights_)) return broken(file, "is damaged");
  made.checksum_ = head.checksum;
  // Checking has read every page; most of them hold words that nobody here will ever use.
  ::madvise(mapped, bytes, MADV_DONTNEED);
  return made;
}

}  // namespace stillholds
