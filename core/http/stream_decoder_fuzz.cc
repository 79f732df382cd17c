// The first byte picks the encoding, the next two how the rest is cut. What comes out is what
// BodyDecoder makes of the whole, within the room that was given.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "http/body_decoder.h"
#include "http/stream_decoder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock;
  constexpr std::size_t kBytesMax = 65'536;
  if (size < 3) return 0;
  const auto encoding = static_cast<http::Encoding>(data[0] % 4);
  const std::size_t piece = 1 + data[1];
  const std::size_t room = 1 + 16 * std::size_t{data[2]};
  const std::string_view body(reinterpret_cast<const char*>(data) + 3, size - 3);

  http::StreamDecoder decoder(encoding);
  std::string text;
  bool is_good = true;
  for (std::size_t at = 0; at < body.size() && is_good && text.size() <= kBytesMax; at += piece) {
    std::string_view part = body.substr(at, piece);
    for (;;) {
      const std::size_t before = text.size();
      const auto taken = decoder.feed(part, room, text);
      PENSTOCK_CHECK(text.size() <= before + room);
      is_good = taken.has_value();
      if (!is_good || text.size() < before + room || text.size() > kBytesMax) break;
      part.remove_prefix(*taken);
    }
  }
  if (text.size() > kBytesMax) return 0;
  static http::BodyDecoder whole_decoder;
  std::string whole;
  if (!whole_decoder.decode(encoding, body, kBytesMax, whole)) return 0;
  // A bare stream that begins like a zlib header is only told by reading all of it; and what pads
  // may stand between members here.
  if (encoding == http::Encoding::kDeflate && !is_good) return 0;
  PENSTOCK_CHECK(is_good && decoder.is_whole() && text == whole);
  return 0;
}
