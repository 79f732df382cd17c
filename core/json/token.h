// The grammar of JSON's scalars (RFC 8259, sections 3, 6 and 7), each as a whole token.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::json {

bool is_number(std::string_view token);

// How the text between a string's quotes may be used.
enum class StringForm : std::uint8_t {
  kPlain,          // As it stands: it has no escapes.
  kEscaped,        // After unescape().
  kLoneSurrogate,  // As kEscaped, with a \u escape of half a pair, which is no character.
  kInvalid,        // An escape that JSON does not know.
};

StringForm string_form(std::string_view body);

// Appends `body` with its escapes undone; half a surrogate pair becomes U+FFFD. Requires a valid
// one. Never appends more bytes than `body` has.
void append_unescaped(std::string& out, std::string_view body);

// Appends `body`, still escaped, with \ufffd in place of each half of a surrogate pair: databases
// refuse those. Requires a valid one. Appends as many bytes as `body` has.
void append_paired(std::string& out, std::string_view body);

}  // namespace penstock::json
