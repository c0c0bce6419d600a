#include "knowledge/matching/evidence_search.hpp"

#include <algorithm>

namespace stillholds {
namespace {

constexpr std::size_t looked_at = 5;
constexpr double share_least = 0.6;
constexpr std::size_t terms_least = 2;
constexpr std::size_t telling_in_most = 2;  // documents

}  // namespace

std::optional<std::uint32_t> find_in_evidence(const claim_index& in, const asked& question,
                                              std::span<const std::uint8_t> allowed) {
  std::optional<std::uint32_t> best;
  double most = 0;
  for (const hit& found : in.search(question, looked_at, allowed)) {
    double held = 0;
    std::size_t terms = 0;
    bool telling = false;
    for (const asked_term& next : question.terms) {
      if (next.id == asked_term::unknown || !in.holds(found.document, next.id)) continue;
      held += next.idf;
      terms += next.place ? 0 : 1;
      telling = telling || in.documents_with(next.id) <= telling_in_most;
    }
    const double share = question.idf_sum > 0 ? held / question.idf_sum : 0;
    if (!telling || terms < terms_least || share < share_least || share <= most) continue;
    most = share;
    best = found.document;
  }
  return best;
}

}  // namespace stillholds
