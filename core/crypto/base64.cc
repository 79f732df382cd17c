#include "crypto/base64.h"

#include <array>
#include <cstdint>

#include <sodium.h>

namespace penstock::crypto {
namespace {

constexpr std::uint8_t kNoDigit = 0xff;

// Of both alphabets, and of a form that made spaces of its pluses.
constexpr std::array<std::uint8_t, 256> digits() {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    digits[static_cast<unsigned char>(kDigits[i])] = static_cast<std::uint8_t>(i);
  }
  digits['-'] = digits[' '] = 62;
  digits['_'] = 63;
  return digits;
}
constexpr std::array<std::uint8_t, 256> kDigitOf = digits();

// Four characters at a time, which are three bytes, into `out`, up to the first that is no digit or
// begins the last few. Returns how many characters it took. The library, which takes one time for
// whatever it is given, is several times slower; what follows is left to it.
std::size_t decode_whole(std::string_view text, char* out) {
  std::size_t at = 0;
  for (; text.size() - at >= 4; at += 4) {
    const auto digit = [&](std::size_t i) {
      return std::uint32_t{kDigitOf[static_cast<unsigned char>(text[at + i])]};
    };
    const std::uint32_t a = digit(0);
    const std::uint32_t b = digit(1);
    const std::uint32_t c = digit(2);
    const std::uint32_t d = digit(3);
    if ((a | b | c | d) > 63) break;
    const std::uint32_t bits = a << 18 | b << 12 | c << 6 | d;
    *out++ = static_cast<char>(bits >> 16);
    *out++ = static_cast<char>(bits >> 8);
    *out++ = static_cast<char>(bits);
  }
  return at;
}

}  // namespace

bool decode_base64(std::string_view text, std::string& out) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  out.resize(text.size() / 4 * 3 + 3);
  const std::size_t taken = decode_whole(text, out.data());
  const std::size_t made = taken / 4 * 3;
  text.remove_prefix(taken);
  if (text.empty()) {
    out.resize(made);
    return true;
  }
  // One alphabet for the library: no text needs a repair but a form's, whose spaces were pluses.
  std::string repaired;
  if (text.find_first_of("-_ ") != std::string_view::npos) {
    repaired.assign(text);
    for (char& c : repaired) {
      if (c == '-' || c == ' ') c = '+';
      if (c == '_') c = '/';
    }
    text = repaired;
  }
  // The library takes a NUL for one of the characters that it passes over.
  std::size_t bytes = 0;
  const bool is_good =
      text.find('\0') == std::string_view::npos &&
      sodium_base642bin(reinterpret_cast<unsigned char*>(out.data() + made), out.size() - made,
                        text.data(), text.size(), "\r\n\t", &bytes, nullptr,
                        sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0;
  out.resize(is_good ? made + bytes : 0);
  return is_good;
}

std::string encode_base64(std::string_view bytes) {
  // The length counts a NUL at the end.
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

}  // namespace penstock::crypto
