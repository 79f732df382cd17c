// Undoes Content-Encoding (gzip, deflate, zstd) with a hard bound on what comes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::http {

enum class Encoding : std::uint8_t { kIdentity, kGzip, kDeflate, kZstd, kUnknown };

// From a Content-Encoding header's value; "" is identity; a list of several is kUnknown.
Encoding encoding_of(std::string_view header);

// Keeps the libraries' state between bodies. One thread.
class BodyDecoder {
 public:
  BodyDecoder();
  ~BodyDecoder();

  // Replaces `out`'s content and keeps kReadablePadding bytes of capacity behind it. Never holds
  // more than inflated_bytes_max. kOverloaded where the limit is passed (413), kRejected for
  // broken or truncated input or bytes behind its end (400).
  Result<void> decode(Encoding encoding, std::string_view body, std::size_t inflated_bytes_max,
                      std::string& out);

  // Between bodies. Gives back the libraries' state if it is more than `keep_bytes`; returns how
  // much it was. A zstd frame may have asked for a window of 8 MiB.
  std::size_t shrink(std::size_t keep_bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::http
