#include "bot/store/keyed_hash.hpp"

#include <bit>

namespace stillholds {
namespace {

// Little-endian whatever the machine: the hashes are stored.
std::uint64_t load(const unsigned char* from, std::size_t count) noexcept {
  std::uint64_t value = 0;
  for (std::size_t index = 0; index < count; ++index) value |= std::uint64_t{from[index]} << (8 * index);
  return value;
}

void save(std::uint64_t value, unsigned char* to) noexcept {
  for (int index = 0; index < 8; ++index) to[index] = static_cast<unsigned char>(value >> (8 * index));
}

struct sip_state {
  std::uint64_t a, b, c, d;

  void round() noexcept {
    a += b;
    c += d;
    b = std::rotl(b, 13) ^ a;
    d = std::rotl(d, 16) ^ c;
    a = std::rotl(a, 32);
    c += b;
    a += d;
    b = std::rotl(b, 17) ^ c;
    d = std::rotl(d, 21) ^ a;
    c = std::rotl(c, 32);
  }
  void rounds(int count) noexcept {
    for (int index = 0; index < count; ++index) round();
  }
  void take(std::uint64_t word) noexcept {
    d ^= word;
    rounds(2);
    a ^= word;
  }
  [[nodiscard]] std::uint64_t mixed() const noexcept { return a ^ b ^ c ^ d; }
};

}  // namespace

keyed_hash::keyed_hash(const secret_key& key) noexcept
    : first_(load(key.data(), 8)), second_(load(key.data() + 8, 8)) {}

keyed_hash::digest keyed_hash::over(std::string_view bytes) const noexcept {
  sip_state state{first_ ^ 0x736f6d6570736575U, second_ ^ 0x646f72616e646f6dU ^ 0xeeU, first_ ^ 0x6c7967656e657261U,
                  second_ ^ 0x7465646279746573U};
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const std::size_t whole = bytes.size() / 8 * 8;
  for (std::size_t at = 0; at < whole; at += 8) state.take(load(data + at, 8));
  state.take(load(data + whole, bytes.size() - whole) | std::uint64_t{bytes.size() & 0xffU} << 56);
  digest out{};
  state.c ^= 0xeeU;
  state.rounds(4);
  save(state.mixed(), out.data());
  state.b ^= 0xddU;
  state.rounds(4);
  save(state.mixed(), out.data() + 8);
  return out;
}

keyed_hash::digest keyed_hash::wide(char purpose, std::initializer_list<std::string_view> parts) const {
  std::string bytes(1, purpose);
  for (const std::string_view part : parts) {
    unsigned char length[8];
    save(part.size(), length);
    bytes.append(reinterpret_cast<const char*>(length), sizeof length);
    bytes.append(part);
  }
  return over(bytes);
}

std::int64_t keyed_hash::narrow(char purpose, std::initializer_list<std::string_view> parts) const {
  return std::bit_cast<std::int64_t>(load(wide(purpose, parts).data(), 8));
}

}  // namespace stillholds
