// Which characters a part of a message may have, as a table: one load a character.
#pragma once

#include <array>
#include <string_view>

namespace penstock::http {

class CharSet {
 public:
  constexpr CharSet(std::string_view marks, bool has_alphanumerics) {
    for (const char c : marks) table_[static_cast<unsigned char>(c)] = true;
    if (!has_alphanumerics) return;
    for (char c = '0'; c <= '9'; ++c) table_[static_cast<unsigned char>(c)] = true;
    for (char c = 'a'; c <= 'z'; ++c) table_[static_cast<unsigned char>(c)] = true;
    for (char c = 'A'; c <= 'Z'; ++c) table_[static_cast<unsigned char>(c)] = true;
  }

  constexpr bool has(char c) const { return table_[static_cast<unsigned char>(c)]; }

  constexpr bool has_all(std::string_view text) const {
    for (const char c : text) {
      if (!has(c)) return false;
    }
    return true;
  }

 private:
  std::array<bool, 256> table_{};
};

// RFC 9110, 5.6.2.
inline constexpr CharSet kTokenChars("!#$%&'*+-.^_`|~", true);
// Of uri-host and port (RFC 3986, 3.2.2).
inline constexpr CharSet kHostChars("-._~!$&'()*+,;=:[]%", true);

inline bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace penstock::http
