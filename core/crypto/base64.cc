#include "crypto/base64.h"

#include <sodium.h>

namespace penstock::crypto {

bool decode_base64(std::string_view text, std::string& out) {
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
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  out.resize(text.size() / 4 * 3 + 3);
  // The library takes a NUL for one of the characters that it passes over.
  std::size_t bytes = 0;
  const bool is_good = text.find('\0') == std::string_view::npos &&
                       sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(),
                                         text.data(), text.size(), "\r\n\t", &bytes, nullptr,
                                         sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0;
  out.resize(is_good ? bytes : 0);
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
