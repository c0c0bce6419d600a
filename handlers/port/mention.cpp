#include "handlers/port/mention.hpp"

namespace stillholds {

std::string_view name_of(mention_change change) noexcept {
  switch (change) {
    case mention_change::created: return "created";
    case mention_change::edited: return "edited";
    case mention_change::deleted: return "deleted";
    case mention_change::followed: return "followed";
  }
  return "created";
}

}  // namespace stillholds
