#include "console/api/auth/password_rules.h"

#include <algorithm>

#include "base/text.h"
#include "console/api/auth/accounts.h"

namespace penstock::console {

namespace {

constexpr std::size_t kEmailBytesMax = 254;  // RFC 5321, 4.5.3.1.3, less the angle brackets.

// Of 12 and more characters, from public lists of leaked passwords, and ones that this product's
// name suggests. Compared in lower case.
constexpr std::string_view kTriedFirst[] = {
    "123456789012",     "1234567890123",   "12345678901234", "123456789123",     "111111111111",
    "000000000000",     "password1234",    "password12345",  "password123456",   "passwordpassword",
    "qwertyuiop12",     "qwertyuiop123",   "qwerty123456",   "qwertyqwerty",     "administrator",
    "administrator1",   "adminadminadmin", "admin1234567",   "letmeinletmein",   "iloveyou1234",
    "changemechangeme", "changeme1234",    "changeme12345",  "welcome12345",     "abcdefghijkl",
    "1q2w3e4r5t6y",     "1qaz2wsx3edc",    "q1w2e3r4t5y6",   "penstockpenstock", "penstock1234",
};

bool is_one_character(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return c == text.front(); });
}

}  // namespace

const char* password_fault(std::string_view password, std::string_view email) {
  if (password.size() < kPasswordBytesMin) return "the password has fewer than 12 characters";
  if (password.size() > kPasswordBytesMax) return "the password has more than 128 bytes";
  if (!is_valid_utf8(password)) return "the password is not UTF-8 text";
  const std::string lower = to_lower(password);
  if (lower == to_lower(email)) return "the password is the e-mail address";
  if (is_one_character(lower) ||
      std::find(std::begin(kTriedFirst), std::end(kTriedFirst), lower) != std::end(kTriedFirst)) {
    return "the password is one that attackers try first";
  }
  return nullptr;
}

std::optional<std::string> normal_email(std::string_view text) {
  if (text.size() > kEmailBytesMax || !is_valid_utf8(text)) return std::nullopt;
  const std::size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == text.size()) return std::nullopt;
  if (text.find('@', at + 1) != std::string_view::npos) return std::nullopt;
  const bool has_odd = std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7F || c == '"' || c == '<' || c == '>' || c == ',' || c == ';';
  });
  if (has_odd) return std::nullopt;
  return to_lower(text);
}

}  // namespace penstock::console
