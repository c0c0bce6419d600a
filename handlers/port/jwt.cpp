#include "handlers/port/jwt.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "handlers/port/encoding.hpp"

namespace stillholds {
namespace {

constexpr int bits_min = 2048;
constexpr std::size_t token_max_bytes = 8192;
constexpr json_limits key_set_limits{.bytes = std::size_t{256} * 1024, .depth = 8};

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* what) const noexcept {
    Free(what);
  }
};
using pkey = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using digest_context = std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>>;
using number = std::unique_ptr<BIGNUM, freed_by<BN_free>>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string encode_url(std::string_view bytes) {
  auto text = encode_base64({bytes_of(bytes), bytes.size()});
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

// Strict: no padding, no blanks, no characters of the other alphabet.
std::optional<std::string> decode_url(std::string_view text) {
  if (text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
  std::string plain{text};
  std::ranges::replace(plain, '-', '+');
  std::ranges::replace(plain, '_', '/');
  plain.append((4 - plain.size() % 4) % 4, '=');
  return decode_base64(plain);
}

std::optional<json> decode_part(std::string_view part) {
  const auto text = decode_url(part);
  auto read = text ? parse_json(*text) : fail(errc::malformed, "");
  return read && read->is_object() ? std::optional{std::move(*read)} : std::nullopt;
}

number number_in(const json& key, std::string_view name) {
  const auto text = get_string(key, name);
  const auto bytes = text ? decode_url(*text) : std::nullopt;
  return number{bytes ? BN_bin2bn(bytes_of(*bytes), static_cast<int>(bytes->size()), nullptr) : nullptr};
}

// RFC 7518 section 6.3.1: the public key of modulus n and exponent e.
pkey public_key(const json& key) {
  const auto modulus = number_in(key, "n");
  const auto exponent = number_in(key, "e");
  if (!modulus || !exponent || BN_num_bits(modulus.get()) < bits_min) return nullptr;
  const std::unique_ptr<OSSL_PARAM_BLD, freed_by<OSSL_PARAM_BLD_free>> builder{OSSL_PARAM_BLD_new()};
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1) {
    return nullptr;
  }
  const std::unique_ptr<OSSL_PARAM, freed_by<OSSL_PARAM_free>> parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  const std::unique_ptr<EVP_PKEY_CTX, freed_by<EVP_PKEY_CTX_free>> context{
      EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr)};
  EVP_PKEY* made = nullptr;
  const bool good = parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                    EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
  ERR_clear_error();
  return pkey{good ? made : nullptr};
}

bool is_signed_by(EVP_PKEY* key, std::string_view message, std::string_view signature) {
  const digest_context context{EVP_MD_CTX_new()};
  const bool good =
      context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace

bool rsa_key::looks_like_pem(std::string_view text) noexcept { return text.starts_with("-----BEGIN "); }

result<rsa_key> rsa_key::from_pem(std::string_view pem) {
  const std::unique_ptr<BIO, freed_by<BIO_free>> in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  const auto no_passphrase = [](char*, int, int, void*) { return 0; };
  pkey read{in ? PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr) : nullptr};
  ERR_clear_error();
  if (!read) return fail(errc::malformed, "this is no private key in PEM without a passphrase");
  if (EVP_PKEY_is_a(read.get(), "RSA") != 1 || EVP_PKEY_get_bits(read.get()) < bits_min) {
    return fail(errc::malformed, "the private key must be an RSA key of 2048 bits or more");
  }
  rsa_key made;
  made.key_ = std::shared_ptr<EVP_PKEY>(read.release(), freed_by<EVP_PKEY_free>{});
  return made;
}

result<std::string> rsa_key::make_jwt(const json& claims, std::string_view key_id) const {
  json head{{"alg", "RS256"}, {"typ", "JWT"}};
  if (!key_id.empty()) head["kid"] = key_id;
  auto token = encode_url(dump_json(head)) + "." + encode_url(dump_json(claims));
  const digest_context context{EVP_MD_CTX_new()};
  std::size_t size = 0;
  std::string signature;
  const auto sign = [&](unsigned char* out) {
    return EVP_DigestSign(context.get(), out, &size, bytes_of(token), token.size()) == 1;
  };
  bool good =
      context && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 && sign(nullptr);
  signature.resize(size);
  good = good && sign(reinterpret_cast<unsigned char*>(signature.data()));
  ERR_clear_error();
  if (!good) return fail(errc::internal, "the token cannot be signed");
  signature.resize(size);
  return token + "." + encode_url(signature);
}

result<verified_token> verify_jwt(std::string_view token, std::string_view key_set) {
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (token.size() > token_max_bytes || first == last || token.find('.', first + 1) != last) {
    return fail(errc::not_genuine, "no token of three parts");
  }
  const auto head = decode_part(token.substr(0, first));
  auto claims = decode_part(token.substr(first + 1, last - first - 1));
  const auto signature = decode_url(token.substr(last + 1));
  if (!head || !claims || !signature) return fail(errc::not_genuine, "a part of the token cannot be read");
  if (get_string(*head, "alg") != "RS256") return fail(errc::not_genuine, "the token is not signed by RS256");
  const auto set = parse_json(key_set, key_set_limits);
  const auto* keys = set ? at_path(*set, "keys") : nullptr;
  if (keys == nullptr || !keys->is_array()) return fail(errc::corrupt, "the key set cannot be read");
  const auto key_id = get_string(*head, "kid").value_or("");
  const auto found = std::ranges::find_if(*keys, [&](const json& one) { return get_string(one, "kid") == key_id; });
  if (found == keys->end()) return fail(errc::not_found, "the token's key is not in the set");
  const auto key = public_key(*found);
  if (!key) return fail(errc::corrupt, "the token's key cannot be read");
  if (!is_signed_by(key.get(), token.substr(0, last), *signature)) return fail(errc::not_genuine, "wrong signature");
  return verified_token(std::move(*claims));
}

}  // namespace stillholds
