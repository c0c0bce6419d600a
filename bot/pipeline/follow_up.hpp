// Threads that follow a claim get one line when its status has changed and stayed changed. Pure: rows in, steps out.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/store/store.hpp"
#include "knowledge/snapshot/snapshot.hpp"

namespace stillholds {

// What one follow row wants done: the row as it is to be noted, and the mention that tells the thread, if it is time.
struct follow_step {
  follow_row noted;
  std::optional<mention> tell;
};

// Compares each row with the claim's status in force today. A change is told once it has been the same for `stable`;
// one that is taken back within that time is never told. Rows without a step, and claims that are gone, are left out.
[[nodiscard]] std::vector<follow_step> follow_steps(const std::vector<follow_row>& rows, const snapshot& whole,
                                                    instant now, std::chrono::milliseconds stable);

// Takes the steps in the store, inside one job; returns how many threads are to be told.
[[nodiscard]] result<int> take_follow_steps(store& on, const snapshot& whole, instant now,
                                            std::chrono::milliseconds stable);

// What the telling mention carries in place of a reader's question.
struct follow_note {
  std::string claim_id;
  std::string language;
};
[[nodiscard]] std::string write_follow_note(const follow_note& note);
// Empty parts where the text is not a note.
[[nodiscard]] follow_note read_follow_note(std::string_view text);

}  // namespace stillholds
