#include "handlers/port/jwt.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>

#include "handlers/port/encoding.hpp"

using namespace stillholds;

namespace {

struct key_pair {
  std::string pem;
  std::string key_set;  // one key, "k1"
};

std::string url_form(std::string_view bytes) {
  auto text = encode_base64({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()});
  for (auto& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  while (text.ends_with('=')) text.pop_back();
  return text;
}

key_pair make_pair(unsigned bits) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_RSA_gen(bits), EVP_PKEY_free};
  REQUIRE(key);
  const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), BIO_free};
  REQUIRE(PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &text);
  key_pair made{std::string(text, static_cast<std::size_t>(size)), {}};
  BIGNUM* modulus = nullptr;
  REQUIRE(EVP_PKEY_get_bn_param(key.get(), "n", &modulus) == 1);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(modulus)), '\0');
  BN_bn2bin(modulus, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(modulus);
  made.key_set =
      dump_json({{"keys", json::array({{{"kty", "RSA"}, {"kid", "k1"}, {"n", url_form(bytes)}, {"e", "AQAB"}}})}});
  return made;
}

const key_pair& pair_of_2048() {
  static const auto made = make_pair(2048);
  return made;
}

errc code_of(std::string_view token, std::string_view key_set) {
  const auto checked = verify_jwt(token, key_set);
  REQUIRE(!checked.has_value());
  return checked.error().code;
}

}  // namespace

TEST_CASE("what a key signs, its public half accepts, and the claims come back") {
  const auto key = rsa_key::from_pem(pair_of_2048().pem);
  REQUIRE(key.has_value());
  const auto token = key->make_jwt({{"iss", "42"}, {"text", "\u00e4 \u4e2d"}}, "k1");
  REQUIRE(token.has_value());
  const auto checked = verify_jwt(*token, pair_of_2048().key_set);
  REQUIRE(checked.has_value());
  CHECK(checked->claims().at("iss") == "42");
  CHECK(checked->claims().at("text") == "\u00e4 \u4e2d");
}

TEST_CASE("one flipped bit, a cut or another alphabet is noticed") {
  const auto key = rsa_key::from_pem(pair_of_2048().pem);
  const auto token = key->make_jwt({{"iss", "42"}}, "k1").value();
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto touched = token;
    touched[i] = static_cast<char>(touched[i] ^ (1 << i % 8));
    CAPTURE(i);
    CHECK(!verify_jwt(touched, pair_of_2048().key_set).has_value());
    CHECK(!verify_jwt(token.substr(0, i), pair_of_2048().key_set).has_value());
  }
  CHECK(code_of(token + "=", pair_of_2048().key_set) == errc::not_genuine);
  CHECK(code_of(token + ".x", pair_of_2048().key_set) == errc::not_genuine);
  CHECK(code_of("", pair_of_2048().key_set) == errc::not_genuine);
  CHECK(code_of(std::string(100'000, 'a'), pair_of_2048().key_set) == errc::not_genuine);
}

TEST_CASE("no algorithm but RS256, and the key must be known") {
  const auto key = rsa_key::from_pem(pair_of_2048().pem);
  const auto token = key->make_jwt({{"iss", "42"}}, "k2").value();
  CHECK(code_of(token, pair_of_2048().key_set) == errc::not_found);
  const auto with = [&](const json& head) {
    return url_form(dump_json(head)) + "." + url_form(R"({"iss":"42"})") + "." + url_form("signature");
  };
  CHECK(code_of(with({{"alg", "none"}, {"kid", "k1"}}), pair_of_2048().key_set) == errc::not_genuine);
  CHECK(code_of(with({{"alg", "HS256"}, {"kid", "k1"}}), pair_of_2048().key_set) == errc::not_genuine);
  CHECK(code_of(with({{"kid", "k1"}}), pair_of_2048().key_set) == errc::not_genuine);
  CHECK(code_of(with({{"alg", "RS256"}, {"kid", "k1"}}), pair_of_2048().key_set) == errc::not_genuine);
}

TEST_CASE("a broken key set, or a key that is too short, proves nothing") {
  const auto key = rsa_key::from_pem(pair_of_2048().pem);
  const auto token = key->make_jwt({{"iss", "42"}}, "k1").value();
  for (const auto* set : {"", "{}", "[]", R"({"keys":{}})"}) CHECK(code_of(token, set) == errc::corrupt);
  CHECK(code_of(token, R"({"keys":[]})") == errc::not_found);
  CHECK(code_of(token, R"({"keys":[{"kid":"k1"}]})") == errc::corrupt);
  CHECK(code_of(token, R"({"keys":[{"kid":"k1","n":"!","e":"AQAB"}]})") == errc::corrupt);
  const auto small = make_pair(1024);
  CHECK(!rsa_key::from_pem(small.pem).has_value());
  CHECK(code_of(token, small.key_set) == errc::corrupt);
  CHECK(!rsa_key::from_pem("-----BEGIN RSA PRIVATE KEY-----\nnonsense").has_value());
  CHECK(!rsa_key::from_pem("").has_value());
}
