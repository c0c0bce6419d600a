#include <doctest/doctest.h>

#include "bot/http/client.hpp"

using namespace stillholds;

TEST_CASE("private, special and malformed addresses are told from public ones") {
  for (const auto* address : {"127.0.0.1",
                              "10.1.2.3",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "169.254.169.254",
                              "100.64.0.1",
                              "0.0.0.0",
                              "224.0.0.1",
                              "255.255.255.255",
                              "::1",
                              "::",
                              "fe80::1",
                              "fc00::1",
                              "fd12::1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "64:ff9b::7f00:1",
                              "ff02::1",
                              "nonsense",
                              ""}) {
    CAPTURE(address);
    CHECK(is_private_address(address));
  }
  for (const auto* address : {"1.1.1.1", "172.15.0.1", "172.32.0.1", "100.128.0.1", "192.169.0.1", "2606:4700::1111",
                              "::ffff:8.8.8.8", "64:ff9b::808:808"}) {
    CAPTURE(address);
    CHECK_FALSE(is_private_address(address));
  }
}

TEST_CASE("host_of reads what is an absolute web address and nothing else") {
  CHECK(host_of("https://Hooks.Example.org/a?b").value() == "hooks.example.org");
  CHECK(host_of("http://127.0.0.1:8360").value() == "127.0.0.1");
  CHECK(host_of("http://[::1]:80/").value() == "::1");
  CHECK(host_of("https://user@example.org/").value() == "example.org");
  for (const auto* text :
       {"", "example.org", "ftp://example.org/", "https://", "javascript:alert(1)", "//example.org/x"}) {
    CAPTURE(text);
    CHECK_FALSE(host_of(text).has_value());
  }
}
