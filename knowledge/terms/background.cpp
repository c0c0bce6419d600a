#include "knowledge/terms/background.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

#include "knowledge/terms/word_list.hpp"

namespace stillholds {

// Made from knowledge/background by deploy/embed.cmake.
extern const std::string_view english_background_text;
extern const std::string_view chinese_background_text;

namespace {

// Written by hand for this project: the English of talk by how often it turns up in short posts, from habit of reading.
// Definitions and examples hold such words less often than people do. Topic words ("compute", "patent") are absent on
// purpose.
struct tier {
  double share;
  std::string_view words;
};
constexpr auto tiers = std::to_array<tier>({
    {0.03, R"(
say says said saying think thinks thought know knows knew mean means get gets got getting go goes going went gone make makes
made making take takes took come comes came see sees saw seen look looks want wants need needs thing things stuff people
person someone anyone everyone everybody nobody anybody something anything everything nothing time times day days year years
good bad new old great big true false right wrong correct incorrect accurate real fake fact facts claim claims claimed
claiming one two first last many way part lot still like just believe sure tell tells told ask asked asking read heard hear
let back long little small different next another number)"},
    {0.012, R"(
use used uses using find found give gives gave given show shows showed shown try tried keep keeps kept put puts call called
work works worked working seem seems feel feels happen happens happened become becomes became begin began start starts started
stop stopped leave left run runs running turn turned help helps helped live lives move moved bring brought hold holds held
write wrote written set sets change changes changed changing turns point points question questions answer answers reason
case cases place world country state states city home house life man men woman women child children kid kids family friend
week weeks month months hour hours night today yesterday tomorrow recent recently ago later early late soon past future
name names word words story article post comment news report reports reported source sources link page
more less least better best worse worst higher high low lower large larger largest huge whole half full several every
possible likely probably maybe certain clear actually exactly simply far near around across away together alone almost
nearly about roughly least enough instead between among percent share end ends idea problem problems group side hand
again always often sometimes usually once twice thanks thank love hate nice happy sorry stupid dumb crazy
anymore nobody care cares wonder mind matter matters talk talking talked wait check checked checking remember forget)"},
    {0.005, R"(
lead leads leader leading ahead behind grow grows growing grew growth rise rises rising rose fall falls falling fell fallen
increase increases increased increasing decrease reduce reduced cut cuts raise raised build builds building built buy buys
bought sell sells selling sold pay pays paid spend spends spending spent cost costs money price prices cheap expensive
company companies business firm firms market industry government president law rule rules court police public private
plan plans planned planning expect expects expected allow allowed follow followed produce produces produced create created
develop develops developed development provide open close closed win wins won lose loses lost beat beats pass passed catch
catching caught join reach reached remain remains stay stays stand include includes add added send sent return break broke
compare compared comes depend depends prove proved proof evidence support supports supported according based
top rank ranked level rate rates size amount total average major main important main common general special local global
international national american foreign own owns owned owner control controls controlled power force forces
example kind type sort form area region center system systems program project service services product products
team member members person worker workers job jobs school student students study studies university research
book movie film video photo picture image show music game games food water car cars phone computer internet online website
free true strong weak hard easy simple quick fast slow short difference current currently total version result results
agree disagree believe suggest claim explain explained describe described mention mentioned discuss argue argued
self human body head face eye eyes hair heart hand dead die died death kill killed health medical doctor
already anyway somehow everywhere anywhere somewhere nowhere forward further apart quickly slowly easily completely totally
basically definitely certainly obviously clearly honestly seriously supposedly apparently allegedly
bit pretty whole half third second fourth hundred thousand million billion dollar dollars
latest newest update updated updates piece note author wrote writer reader readers statement statements)"},
});

using share_table = std::unordered_map<std::string_view, double>;

// Rows of a share and the words that have it; '#' begins a comment.
void read_rows(std::string_view rows, share_table& into) {
  while (!rows.empty()) {
    const auto end = std::min(rows.find('\n'), rows.size());
    const auto row = rows.substr(0, end);
    rows.remove_prefix(std::min(end + 1, rows.size()));
    const auto space = row.find(' ');
    double share = 0;
    if (row.starts_with('#') || space == std::string_view::npos) continue;
    const auto number = row.substr(0, space);
    if (std::from_chars(number.data(), number.data() + number.size(), share).ec != std::errc{}) continue;
    each_word(row.substr(space), [&](std::string_view word) { into.try_emplace(word, share); });
  }
}

const share_table& shares() {
  static const auto table = [] {
    constexpr std::size_t words_about = 50'000;
    share_table made;
    made.reserve(words_about);
    read_rows(english_background_text, made);
    read_rows(chinese_background_text, made);
    for (const auto& [share, words] : tiers) {
      each_word(words, [&](std::string_view word) {
        auto& known = made[word];
        known = std::max(known, share);
      });
    }
    return made;
  }();
  return table;
}

}  // namespace

double background_share(std::string_view word) noexcept {
  const auto found = shares().find(word);
  return found == shares().end() ? rare_share : std::max(rare_share, found->second);
}

std::vector<common_word> common_words(double share_least) {
  std::vector<common_word> found;
  for (const auto& [word, share] : shares()) {
    if (share >= share_least && static_cast<unsigned char>(word.front()) < 0x80) found.push_back({word, share});
  }
  return found;
}

bool is_ordinary_word(std::string_view word) noexcept { return shares().contains(word); }

}  // namespace stillholds
