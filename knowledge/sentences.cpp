// The part of text.hpp that knows where a sentence ends.
#include <algorithm>
#include <array>
#include <optional>

#include "knowledge/text.hpp"
#include "knowledge/utf8.hpp"

namespace stillholds {
namespace {

// Never the end of a sentence.
constexpr std::array titles{std::string_view{"mr"},  std::string_view{"mrs"},    std::string_view{"ms"},
                            std::string_view{"dr"},  std::string_view{"prof"},   std::string_view{"st"},
                            std::string_view{"vs"},  std::string_view{"cf"},     std::string_view{"e.g"},
                            std::string_view{"i.e"}, std::string_view{"approx"}, std::string_view{"gen"},
                            std::string_view{"sen"}, std::string_view{"rep"},    std::string_view{"gov"}};
// Not the end when a number follows: "No. 5", "Jan. 13", "Fig. 2".
constexpr std::array before_numbers{
    std::string_view{"no"},   std::string_view{"nos"}, std::string_view{"fig"}, std::string_view{"sec"},
    std::string_view{"eq"},   std::string_view{"vol"}, std::string_view{"pp"},  std::string_view{"ca"},
    std::string_view{"jan"},  std::string_view{"feb"}, std::string_view{"mar"}, std::string_view{"apr"},
    std::string_view{"jun"},  std::string_view{"jul"}, std::string_view{"aug"}, std::string_view{"sep"},
    std::string_view{"sept"}, std::string_view{"oct"}, std::string_view{"nov"}, std::string_view{"dec"}};
// May stand inside a name ("Nvidia Corp. China") or end the sentence; then the next word decides.
constexpr std::array in_names{std::string_view{"inc"}, std::string_view{"corp"}, std::string_view{"ltd"},
                              std::string_view{"co"},  std::string_view{"etc"},  std::string_view{"al"}};
// After "U.S." or "Inc." these begin a new sentence; any other capital is taken as part of a name ("U.S. Department").
constexpr std::array openers{
    std::string_view{"the"},    std::string_view{"a"},     std::string_view{"an"},    std::string_view{"it"},
    std::string_view{"its"},    std::string_view{"this"},  std::string_view{"that"},  std::string_view{"these"},
    std::string_view{"those"},  std::string_view{"in"},    std::string_view{"on"},    std::string_view{"at"},
    std::string_view{"by"},     std::string_view{"as"},    std::string_view{"for"},   std::string_view{"but"},
    std::string_view{"and"},    std::string_view{"so"},    std::string_view{"no"},    std::string_view{"not"},
    std::string_view{"there"},  std::string_view{"they"},  std::string_view{"we"},    std::string_view{"he"},
    std::string_view{"she"},    std::string_view{"while"}, std::string_view{"since"}, std::string_view{"both"},
    std::string_view{"only"},   std::string_view{"what"},  std::string_view{"some"},  std::string_view{"most"},
    std::string_view{"however"}};

bool listed(const auto& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

bool is_space(char32_t c) noexcept {
  return c == U' ' || (c >= 0x9 && c <= 0xD) || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F;
}
bool is_wide_stop(char32_t c) noexcept { return c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0xFF61; }
bool is_narrow_stop(char32_t c) noexcept { return c == U'.' || c == U'!' || c == U'?' || c == 0x2026; }
bool is_stop(char32_t c) noexcept { return is_wide_stop(c) || is_narrow_stop(c); }
bool is_closer(char32_t c) noexcept {
  return c == U'"' || c == U'\'' || c == U')' || c == U']' || c == 0x2019 || c == 0x201D || c == 0xBB || c == 0x300D ||
         c == 0x300F || c == 0xFF09 || c == 0x3011 || c == 0x300B;
}
bool is_opener(char32_t c) noexcept {
  return c == U'"' || c == U'\'' || c == U'(' || c == U'[' || c == 0x2018 || c == 0x201C || c == 0xAB || c == 0x300C ||
         c == 0xFF08;
}
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::size_t skip_while(std::string_view text, std::size_t at, bool (*wanted)(char32_t)) {
  while (at < text.size()) {
    const auto c = utf8_at(text, at);
    if (!wanted(c.point)) break;
    at += c.size;
  }
  return at;
}

// The word that ends right before `end`, back to the last blank or opening mark; not before `from`.
std::string_view word_before(std::string_view text, std::size_t from, std::size_t end) {
  auto start = end;
  while (start > from && std::string_view{" \t\n\r\"'([/"}.find(text[start - 1]) == std::string_view::npos) --start;
  return text.substr(start, end - start);
}

std::string_view word_after(std::string_view text, std::size_t start) {
  auto end = start;
  while (end < text.size() && is_letter(text[end])) ++end;
  return text.substr(start, end - start);
}

// "U.S", "a.m": single letters with stops between them.
bool is_dotted(std::string_view word) {
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (i % 2 == 0 ? !is_letter(word[i]) : word[i] != '.') return false;
  }
  return word.size() >= 3 && word.size() % 2 == 1;
}

// Whether a full stop after `word` is only an abbreviation's, given what comes next.
bool only_abbreviates(std::string_view word, bool first_word, std::string_view rest) {
  const auto low = ascii_lower(word);
  if (listed(titles, low)) return true;
  const bool number_next = !rest.empty() && is_digit(rest[0]);
  if (listed(before_numbers, low)) return number_next;
  if (first_word && !word.empty() && std::ranges::all_of(word, is_digit)) return true;  // "1. First point"
  const bool initial = word.size() == 1 && word[0] >= 'A' && word[0] <= 'Z';
  if (!initial && !is_dotted(word) && !listed(in_names, low)) return false;
  return !rest.empty() && !listed(openers, ascii_lower(word_after(rest, 0)));
}

// Where the sentence ends that has its first stop at `stop`; nothing when that stop ends no sentence.
std::optional<std::size_t> end_at(std::string_view text, std::size_t start, std::size_t stop) {
  const auto first = utf8_at(text, stop);
  auto end = skip_while(text, stop, is_stop);
  const bool single = end == stop + first.size;
  const bool wide = is_wide_stop(first.point) || is_wide_stop(utf8_at(text, end - (end - stop >= 3 ? 3 : 1)).point);
  end = skip_while(text, end, is_closer);
  if (wide || end == text.size()) return end;
  auto next = utf8_at(text, end).point;
  if (!is_space(next)) return next >= 0x3000 && first.point != U'.' ? std::optional{end} : std::nullopt;
  const auto blanks_end = skip_while(text, end, is_space);
  const auto rest_start = skip_while(text, blanks_end, is_opener);
  const auto rest = text.substr(rest_start);
  if (rest.empty()) return end;
  if (rest[0] >= 'a' && rest[0] <= 'z') return std::nullopt;
  if (first.point != U'.' || !single) return end;
  const auto word = word_before(text, start, stop);
  if (only_abbreviates(word, word.data() == text.data() + start, rest)) return std::nullopt;
  return end;
}

}  // namespace

std::vector<std::string_view> sentences(std::string_view text) {
  std::vector<std::string_view> found;
  auto start = skip_while(text, 0, is_space);
  const auto close = [&](std::size_t end) {
    const auto one = trim(text.substr(start, end - start));
    if (!one.empty()) found.push_back(one);
    start = skip_while(text, end, is_space);
    return start;
  };
  for (auto at = start; at < text.size();) {
    const auto c = utf8_at(text, at);
    if (is_stop(c.point)) {
      if (const auto end = end_at(text, start, at)) {
        at = close(*end);
        continue;
      }
      // The whole run of stops is judged at once; judging each of them again would take forever on a long one.
      at = skip_while(text, at, is_stop);
      continue;
    } else if (c.point == U'\n' && text.substr(at).starts_with("\n\n")) {
      at = close(at);  // an empty line ends what stands before it, full stop or not
      continue;
    }
    at += c.size;
  }
  if (start < text.size()) close(text.size());
  return found;
}

std::string_view cut_at_sentence(std::string_view text, std::size_t max_code_points) {
  if (code_points(text) <= max_code_points) return text;
  std::size_t end = 0;
  std::size_t used = 0;
  for (const auto one : sentences(text)) {
    const auto its_end = static_cast<std::size_t>(one.data() + one.size() - text.data());
    used += code_points(text.substr(end, its_end - end));
    if (used > max_code_points) break;
    end = its_end;
  }
  return text.substr(0, end);
}

}  // namespace stillholds
