// How the formats of Content-Encoding begin, what may stand behind their ends, and in which words
// either is refused. For the two decoders.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/error.h"

namespace penstock::http {

// Windows of zlib's inflate: the format is told by what is added or by the sign (zlib.h).
inline constexpr int kGzipWindow = 15 + 16;
inline constexpr int kZlibWindow = 15;
inline constexpr int kRawWindow = -15;

// RFC 9659: a sender of the zstd content coding stays within 8 MiB.
inline constexpr int kZstdWindowLogMax = 23;

// RFC 1952, 2.3.1. No text and no record of ours begins like it.
inline constexpr std::string_view kGzipMagic = "\x1f\x8b";

// RFC 1950, 2.2. What browsers and SDKs call deflate is sometimes the bare stream of RFC 1951.
bool looks_like_zlib(std::string_view body);

// RFC 8878, 3.1: a frame or a skippable one. The library as Debian builds it also knows the formats
// before version 1.0, whose decoders have no bound for the window that a frame asks for.
bool begins_zstd_frame(std::string_view body);

// What tapes, blocks and scripts fill up with behind the end.
bool is_padding(std::string_view text);

tl::unexpected<Error> fail_too_large();
tl::unexpected<Error> fail_broken(std::int64_t native);
tl::unexpected<Error> fail_followed();
// `result` is an error of ZSTD_decompressStream's.
tl::unexpected<Error> fail_zstd(std::size_t result);

}  // namespace penstock::http
