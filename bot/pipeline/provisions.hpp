// What platforms hand out for a while (access tokens, public keys): fetched when first needed, kept until it ends.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "bot/core/async.hpp"
#include "bot/core/log.hpp"
#include "bot/http/client.hpp"
#include "bot/pipeline/accounts.hpp"
#include "bot/store/store.hpp"

namespace stillholds {

using service_clock = std::function<instant()>;

// Was a call turned down because its provision is no longer good? Precondition: the call was answered, not with 2xx.
[[nodiscard]] bool turns_down_provision(const platform& on, const call_result& response);

// One thread: the network's.
class provisions {
 public:
  provisions(asio::any_io_executor on, http_client& http, logger& journal, service_clock now)
      : on_(std::move(on)), http_(http), journal_(journal), now_(std::move(now)) {}

  // The account's provision of that name, good now; "" for the empty name. Fetched once however many wait for it; a
  // failure stands for a few seconds, so that a broken account does not hammer its platform. Errors as read_provision.
  [[nodiscard]] asio::awaitable<result<std::string>> get(const account& at, std::string name);

  // The platform turned this value down, or it knows too little: the next get() fetches anew, if this is still the one
  // that is kept and it is not fresher than `youngest`.
  void renew(const account& at, const std::string& name, const std::string& value,
             std::chrono::seconds youngest = std::chrono::seconds{0});

 private:
  struct entry {
    result<std::string> value{std::string{}};
    instant fetched{};
    instant good_until{};
    bool fetching{false};
    std::vector<std::shared_ptr<bell>> waiting;
  };
  using key = std::tuple<std::string, std::string, std::string>;  // platform, account, name

  [[nodiscard]] asio::awaitable<void> fetch(const account& at, std::string name, key which);

  asio::any_io_executor on_;
  http_client& http_;
  logger& journal_;
  service_clock now_;
  std::map<key, entry> kept_;
};

}  // namespace stillholds
