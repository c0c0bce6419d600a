// GitHub's two interfaces, REST and GraphQL: the calls that post, change and look for a reply, and what comes of them.
#pragma once

#include <string>
#include <string_view>

#include "handlers/port/call.hpp"
#include "handlers/port/platform.hpp"
#include "knowledge/error.hpp"
#include "knowledge/json.hpp"

namespace stillholds {

// The headers that GitHub wants with every call.
[[nodiscard]] call as_github_client(call made);

class github_api {
 public:
  // `address` without a slash at its end.
  explicit github_api(std::string address) : address_(std::move(address)) {}
  [[nodiscard]] const std::string& address() const noexcept { return address_; }

  // All by the notes of the question: {"at", "repo", "issue" | "pull" and "review_comment"} for REST, {"at",
  // "discussion", "comment", "top"} for GraphQL. corrupt when they say neither.
  [[nodiscard]] result<call> post(const reply& what, std::string_view token) const;
  [[nodiscard]] result<call> change(const reply& what, std::string_view reply_id, std::string_view token) const;
  [[nodiscard]] result<call> remove(const reply& what, std::string_view reply_id, std::string_view token) const;
  [[nodiscard]] result<call> look(const reply& what, std::string_view token) const;

  [[nodiscard]] static judgement judge(const call_result& response);
  // `own_login`: whose comments are ours.
  [[nodiscard]] static result<sighting> see(const reply& what, const call_result& response, std::string_view own_login);

  // How long a text may be, our invisible mark included.
  static constexpr std::size_t text_limit = 60000;  // GitHub takes 65,536 characters

 private:
  [[nodiscard]] call graphql(std::string_view query, const json& variables, std::string_view token) const;
  [[nodiscard]] result<call> alter(const reply& what, std::string_view reply_id, bool gone,
                                   std::string_view token) const;

  std::string address_;
};

}  // namespace stillholds
