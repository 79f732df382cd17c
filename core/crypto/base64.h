// Base64 as clients write it (RFC 4648). By libsodium.
#pragma once

#include <string>
#include <string_view>

namespace penstock::crypto {

// Replaces `out` by what `text` stands for. Takes both alphabets, with padding and without, with
// white space between, and a space for the plus that a form took away. False: `text` is not that,
// and `out` is empty.
bool decode_base64(std::string_view text, std::string& out);

// With padding, in the alphabet of "+" and "/".
std::string encode_base64(std::string_view bytes);

}  // namespace penstock::crypto
