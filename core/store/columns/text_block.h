// Short texts as a block: of each its length in two bytes, then its bytes.
//
// A whole block may be packed: a zstd frame (RFC 8878) of it. The frame's magic number would be the
// length of a first text that is over kTextBytesMax, so that a reader tells one from the other.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/function_ref.h"

namespace penstock::store {

inline constexpr std::size_t kTextBytesMax = 32'767;
// What a packed block may come to; a reader needs as much memory for the call.
inline constexpr std::size_t kUnpackedTextsBytesMax = 65'536;

// A text of at most kTextBytesMax.
void append_text(std::string_view text, std::string& out);

// Stays as it is where it would not become shorter, and over kUnpackedTextsBytesMax.
void pack_texts(std::string& block);

// Calls `visit` with each text of a block, packed or not, lent for the call. kCorrupt where the
// last one is cut, or the frame is not one of pack_texts().
Result<void> visit_texts(std::string_view bytes, FunctionRef<void(std::string_view text)> visit);

}  // namespace penstock::store
