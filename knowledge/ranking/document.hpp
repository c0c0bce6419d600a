// What is indexed of one claim.
#pragma once

#include <string>
#include <vector>

namespace stillholds {

// Its whole is all fields together; each phrasing is also compared on its own.
struct document {
  std::string id;
  std::vector<std::string> fields;
  std::vector<std::string> phrasings;
};

}  // namespace stillholds
