// Undoes Content-Encoding (gzip, deflate, zstd) with a hard bound on what comes out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::http {

enum class Encoding : std::uint8_t { kIdentity, kGzip, kDeflate, kZstd, kUnknown };

// More than anybody is known to apply to one body.
inline constexpr std::size_t kCodingsMax = 4;

// The codings of a body in the order in which they were applied, without identity.
struct Codings {
  std::array<Encoding, kCodingsMax> list{};
  std::size_t count = 0;
};

// From Content-Encoding, whose fields are joined by commas where there are several. Empty elements
// count for nothing (RFC 9110, 5.6.1.2). Nullopt: one is not known, or there are too many.
std::optional<Codings> codings_of(std::string_view header);

// Keeps the libraries' state between bodies. One thread.
class BodyDecoder {
 public:
  BodyDecoder();
  ~BodyDecoder();

  // Replaces `out`'s content and keeps kReadablePadding bytes of capacity behind it. Never holds
  // more than inflated_bytes_max. kOverloaded where the limit is passed (413), kRejected for
  // broken or truncated input (400), and for bytes behind its end other than zeros and white space,
  // with which tapes, blocks and scripts fill up.
  Result<void> decode(Encoding encoding, std::string_view body, std::size_t inflated_bytes_max,
                      std::string& out);
  // Undoes all of them, the last first, each within the bound.
  Result<void> decode(const Codings& codings, std::string_view body, std::size_t inflated_bytes_max,
                      std::string& out);

  // Between bodies. Gives back the libraries' state if it is more than `keep_bytes`; returns how
  // much it was. A zstd frame may have asked for a window of 8 MiB.
  std::size_t shrink(std::size_t keep_bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::http
