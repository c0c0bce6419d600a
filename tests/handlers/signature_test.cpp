// Proofs: known answers from the standards, and that nothing else is taken.
#include <doctest/doctest.h>

#include "handlers/port/encoding.hpp"
#include "handlers/port/signature.hpp"

using namespace stillholds;

namespace {

std::string hex(std::string_view text) { return decode_hex(text).value(); }

hmac_keys mac_keys(std::vector<std::string> keys) {
  auto made = hmac_keys::make(keys);
  REQUIRE(made.has_value());
  return std::move(*made);
}

std::string text_of(const mac_bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace

TEST_CASE("HMAC-SHA256: the known answers of RFC 4231") {
  struct vector {
    std::string key, message;
    std::string_view answer;
  };
  const vector known[]{
      {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
  };
  for (const auto& [key, message, answer] : known) {
    const auto keys = mac_keys({key});
    CHECK_EQ(text_of(keys.sign({message}).value()), hex(answer));
    CHECK_EQ(text_of(keys.sign({message.substr(0, 3), "", message.substr(3)}).value()), hex(answer));
    CHECK(keys.accept({message}, "", hex(answer)));
    CHECK(keys.accept({message.substr(0, 3)}, message.substr(3), hex(answer)));
    CHECK(!keys.accept({message}, " ", hex(answer)));
    CHECK(!keys.accept({message}, "", hex(answer).substr(1)));
    CHECK(!keys.accept({message}, "", hex(answer) + "x"));
    CHECK(!keys.accept({message}, "", ""));
  }
}

TEST_CASE("several keys are accepted, the first one signs") {
  const auto both = mac_keys({"new", "old"});
  const auto by_new = text_of(mac_keys({"new"}).sign({"x"}).value());
  const auto by_old = text_of(mac_keys({"old"}).sign({"x"}).value());
  CHECK(both.accept({"x"}, "", by_new));
  CHECK(both.accept({"x"}, "", by_old));
  CHECK(!both.accept({"x"}, "", text_of(mac_keys({"other"}).sign({"x"}).value())));
  CHECK_EQ(text_of(both.sign({"x"}).value()), by_new);
}

TEST_CASE("no key, or an empty one, is no key") {
  CHECK(!hmac_keys::make({}).has_value());
  CHECK(!hmac_keys::make(std::vector<std::string>{""}).has_value());
  CHECK(!hmac_keys::make(std::vector<std::string>{"a", ""}).has_value());
  CHECK(!ed25519_keys::make({}).has_value());
  CHECK(!ed25519_keys::make(std::vector<std::string>{std::string(31, 'x')}).has_value());
  CHECK(!shared_secrets::make({}).has_value());
  CHECK(!shared_secrets::make(std::vector<std::string>{""}, 0).has_value());
  CHECK(!shared_secrets::make(std::vector<std::string>{"fifteen letters"}).has_value());
  CHECK(shared_secrets::make(std::vector<std::string>{"sixteen letters!"}).has_value());
}

TEST_CASE("Ed25519: the known answers of RFC 8032") {
  struct vector {
    std::string_view key, message, signature;
  };
  const vector known[]{
      {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe2"
       "4655141438e7a100b"},
      {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302ae"
       "eb00d291612bb0c00"},
  };
  for (const auto& [key, message, signature] : known) {
    const auto keys = ed25519_keys::make(std::vector<std::string>{hex(key)});
    REQUIRE(keys.has_value());
    CHECK(keys->accept(hex(message), hex(signature)));
    CHECK(!keys->accept(hex(message) + "x", hex(signature)));
    CHECK(!keys->accept(hex(message), hex(signature).substr(1)));
    CHECK(!keys->accept(hex(message), ""));
    for (std::size_t i = 0; i < 64; ++i) {
      auto touched = hex(signature);
      touched[i] = static_cast<char>(touched[i] ^ 1);
      CHECK(!keys->accept(hex(message), touched));
    }
  }
  CHECK(ed25519_keys::make(std::vector<std::string>{hex(known[0].key), hex(known[1].key)})
            ->accept(hex(known[1].message), hex(known[1].signature)));
}

TEST_CASE("a sealed body opens after its check only") {
  const sealed_body body{"the body"};
  const auto keys = mac_keys({"key"});
  const auto proof = text_of(keys.sign({"before", "the body"}).value());
  CHECK_EQ(seal::open(body, keys, {"be", "fore"}, proof), "the body");
  CHECK(!seal::open(body, keys, {"before", "x"}, proof));
  CHECK(!seal::open(body, keys, {}, proof));
  const auto secrets = shared_secrets::make(std::vector<std::string>{"sixteen letters!", "sixteen letters?"});
  CHECK_EQ(seal::open(body, *secrets, "sixteen letters?"), "the body");
  CHECK(!seal::open(body, *secrets, "sixteen letters"));
  CHECK(!seal::open(body, *secrets, "sixteen letters!x"));
  CHECK(!seal::open(body, *secrets, ""));
}

TEST_CASE("times") {
  using std::chrono::seconds;
  using std::chrono::sys_seconds;
  const sys_seconds now{seconds{1795500000}};
  CHECK(parse_unix_seconds("1795500000") == now);
  CHECK(parse_unix_seconds("0") == sys_seconds{});
  CHECK(parse_unix_seconds("999999999999").has_value());
  for (const auto* bad : {"", "-1", "+1", " 1", "1 ", "1.0", "1e9", "abc", "0x1", "9999999999999"})
    CHECK(!parse_unix_seconds(bad));
  CHECK(is_fresh(now - seconds{300}, now));
  CHECK(is_fresh(now + seconds{300}, now));
  CHECK(!is_fresh(now - seconds{301}, now));
  CHECK(!is_fresh(now + seconds{301}, now));
  CHECK(is_recent_event(now - std::chrono::hours{24}, now));
  CHECK(!is_recent_event(now - std::chrono::hours{24} - seconds{1}, now));
  CHECK(!is_recent_event(now + std::chrono::hours{24} + seconds{1}, now));
}
