// UTF-8 text: checking, cleaning, measuring and cutting without breaking a character.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stillholds {

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

// Valid UTF-8 in any case: every broken byte becomes U+FFFD.
[[nodiscard]] std::string to_utf8(std::string_view text);

// Code points of valid UTF-8 (broken bytes count as one each).
[[nodiscard]] std::size_t code_points(std::string_view text) noexcept;

// UTF-16 code units the text would take; several platforms count in these.
[[nodiscard]] std::size_t utf16_units(std::string_view text) noexcept;

// The byte offset of the given UTF-16 offset; text.size() when past the end. Inside a surrogate pair: where it starts.
[[nodiscard]] std::size_t byte_at_utf16(std::string_view text, std::size_t units) noexcept;

// The longest prefix of at most `max` code points that ends at a grapheme border.
[[nodiscard]] std::string_view cut(std::string_view text, std::size_t max_code_points);

// The longest prefix of whole sentences that fits `max` code points; empty when not even the first one fits.
[[nodiscard]] std::string_view cut_at_sentence(std::string_view text, std::size_t max_code_points);

// The text's sentences, without surrounding blanks. English and Chinese full stops end one; "U.S. holds" and "5.2" do
// not.
[[nodiscard]] std::vector<std::string_view> sentences(std::string_view text);

// Without control characters (line feed and tab stay), bidi controls, zero-width and other invisible characters
// (joiners and variation selectors inside emoji stay), every kind of line end as LF and at most two in a row, runs of
// blanks as one, ends trimmed, broken bytes as U+FFFD. What people typed, as they see it. Tidying twice changes nothing
// more.
[[nodiscard]] std::string tidy(std::string_view text);

[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

// ASCII letters to lower case; other bytes unchanged.
[[nodiscard]] std::string ascii_lower(std::string_view text);

// Compares without regard to the case of ASCII letters.
[[nodiscard]] bool same_ascii(std::string_view a, std::string_view b) noexcept;

// NFKC, full case folding, quotes and dashes folded to ASCII ones, invisible characters dropped: the form in which
// texts are compared. Valid UTF-8 in any case.
[[nodiscard]] std::string fold(std::string_view text);

// "zh" when at least a third of the letters are Han ideographs, else "en": the two languages we have wording for.
[[nodiscard]] std::string_view guess_language(std::string_view text) noexcept;

}  // namespace stillholds
