#include "adapter/drain/msgpack_head.h"

// The header is C's, and defines C++'s own word.
#define bool bool
extern "C" {
#include <mpack.h>
}
#undef bool

namespace penstock::adapter {

FrameHead read_msgpack_head(std::string_view text) {
  mpack_tokbuf_t buffer;
  mpack_tokbuf_init(&buffer);
  const char* at = text.data();
  std::size_t left = text.size();
  mpack_token_t token{};
  const int status = mpack_read(&buffer, &at, &left, &token);
  if (status == MPACK_EOF) return {};
  if (status != MPACK_OK) return {FrameHead::Kind::kBroken};
  FrameHead head{FrameHead::Kind::kHead, text.size() - left};
  switch (token.type) {
    case MPACK_TOKEN_STR:
    case MPACK_TOKEN_BIN:
    case MPACK_TOKEN_EXT:
      head.body_bytes = token.length;
      break;
    case MPACK_TOKEN_ARRAY:
      head.values = token.length;
      break;
    case MPACK_TOKEN_MAP:
      head.values = 2 * std::uint64_t{token.length};
      break;
    case MPACK_TOKEN_NIL:
    case MPACK_TOKEN_BOOLEAN:
    case MPACK_TOKEN_UINT:
    case MPACK_TOKEN_SINT:
    case MPACK_TOKEN_FLOAT:
    case MPACK_TOKEN_CHUNK:
      break;
  }
  return head;
}

}  // namespace penstock::adapter
