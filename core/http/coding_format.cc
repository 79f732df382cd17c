#include "http/coding_format.h"

#include <algorithm>
#include <cstdint>

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

namespace penstock::http {

bool looks_like_zlib(std::string_view body) {
  if (body.size() < 2) return false;
  const unsigned first = static_cast<unsigned char>(body[0]);
  const unsigned second = static_cast<unsigned char>(body[1]);
  return (first & 0x0f) == Z_DEFLATED && first >> 4 <= 7 && (first * 256 + second) % 31 == 0;
}

bool begins_zstd_frame(std::string_view body) {
  if (body.size() < 4) return false;
  std::uint32_t magic = 0;
  for (std::size_t i = 4; i > 0; --i) magic = magic << 8 | static_cast<unsigned char>(body[i - 1]);
  return magic == ZSTD_MAGICNUMBER ||
         (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

bool is_padding(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\0' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
  });
}

tl::unexpected<Error> fail_too_large() {
  return fail(ErrorCode::kOverloaded, "inflate a body: too large");
}

tl::unexpected<Error> fail_broken(std::int64_t native) {
  return fail(ErrorCode::kRejected, native, "inflate a body: its encoding is broken");
}

tl::unexpected<Error> fail_followed() {
  return fail(ErrorCode::kRejected,
              "inflate a body: what stands behind its end belongs to no body");
}

tl::unexpected<Error> fail_zstd(std::size_t result) {
  const ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
  if (code == ZSTD_error_frameParameter_windowTooLarge) return fail_too_large();
  if (code == ZSTD_error_memory_allocation) {
    return fail(ErrorCode::kExhausted, code, "inflate a body");
  }
  return fail_broken(code);
}

}  // namespace penstock::http
