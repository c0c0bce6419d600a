#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "bot/http/client.hpp"
#include "knowledge/text.hpp"

namespace stillholds {

namespace ip = boost::asio::ip;

namespace {

bool in_v4(const ip::address_v4& address, const char* network) {
  const auto range = ip::make_network_v4(network);
  return ip::network_v4(address, range.prefix_length()).canonical() == range.canonical();
}

bool in_v6(const ip::address_v6& address, const char* network) {
  const auto range = ip::make_network_v6(network);
  return ip::network_v6(address, range.prefix_length()).canonical() == range.canonical();
}

bool is_special_v4(const ip::address_v4& address) {
  for (const auto* network :
       {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"}) {
    if (in_v4(address, network)) return true;
  }
  return false;
}

}  // namespace

bool is_private_address(std::string_view address) {
  boost::system::error_code code;
  const auto parsed = ip::make_address(std::string(address), code);
  if (code) return true;
  if (parsed.is_v4()) return is_special_v4(parsed.to_v4());
  const auto v6 = parsed.to_v6();
  if (v6.is_v4_mapped()) return is_special_v4(ip::make_address_v4(ip::v4_mapped, v6));
  for (const auto* network :
       {"::/127", "64:ff9b:1::/48", "100::/64", "2001:2::/48", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"}) {
    if (in_v6(v6, network)) return true;
  }
  // NAT64 carries an IPv4 address in its last four bytes.
  if (in_v6(v6, "64:ff9b::/96")) {
    const auto bytes = v6.to_bytes();
    return is_special_v4(ip::address_v4({bytes[12], bytes[13], bytes[14], bytes[15]}));
  }
  return false;
}

result<std::string> host_of(std::string_view url) {
  const auto parsed = boost::urls::parse_uri({url.data(), url.size()});
  if (!parsed || (parsed->scheme() != "http" && parsed->scheme() != "https") || parsed->host().empty()) {
    return fail(errc::malformed, "not an absolute http or https address");
  }
  auto host = ascii_lower(std::string(parsed->host()));
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return host;
}

}  // namespace stillholds
