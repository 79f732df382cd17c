// The first byte says how the text is cut on its way in, and of which frames it is; the second how
// long one may be. Put together again the pieces are the text, as far as nothing is passed over,
// and each piece's frames are counted where they stand.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapter/drain/logplex.h"
#include "adapter/drain/msgpack_head.h"
#include "base/check.h"
#include "intake/frame_cutter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock;
  if (size < 2) return 0;
  const std::size_t bytes = 1 + data[0] / 2;
  const bool is_logplex = data[0] % 2 == 0;
  // A head must have room.
  const std::size_t max = adapter::kFrameHeadBytesMax + data[1];
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);

  intake::FrameCutter cutter(is_logplex ? adapter::read_logplex_head : adapter::read_msgpack_head);
  std::string buffer;
  std::string joined;
  bool has_skipped = false;
  for (std::string_view rest = text; !rest.empty();) {
    buffer += rest.substr(0, bytes);
    rest.remove_prefix(std::min(bytes, rest.size()));
    cutter.look_at(buffer);
    PENSTOCK_CHECK(cutter.cut() <= buffer.size());
    if (cutter.cut() > 0) {
      const std::uint64_t before = cutter.frames_before();
      const std::size_t piece_bytes = cutter.close_piece(buffer);
      joined += std::string_view(buffer).substr(0, piece_bytes);
      cutter.drop_piece(buffer);
      PENSTOCK_CHECK(cutter.frames_before() >= before);
      has_skipped |= cutter.is_skipping();
    } else if (buffer.size() > max) {
      cutter.skip_event(buffer);
      has_skipped = true;
    }
    PENSTOCK_CHECK(buffer.size() <= max + bytes);
  }
  PENSTOCK_CHECK(has_skipped || joined + buffer == text);
  return 0;
}
