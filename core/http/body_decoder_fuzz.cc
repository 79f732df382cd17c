// The first byte picks the encoding. Whatever follows, the bound holds and a second pass agrees.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/check.h"
#include "http/body_decoder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock;
  constexpr std::size_t kBytesMax = 65'536;
  static http::BodyDecoder decoder;
  if (size == 0) return 0;
  const auto encoding = static_cast<http::Encoding>(data[0] % 5);
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);

  std::string out;
  const auto result = decoder.decode(encoding, body, kBytesMax, out);
  PENSTOCK_CHECK(out.size() <= kBytesMax);
  PENSTOCK_CHECK(out.capacity() <= kBytesMax + kReadablePadding);
  if (!result) {
    PENSTOCK_CHECK(result.error().code == ErrorCode::kRejected ||
                   result.error().code == ErrorCode::kOverloaded);
    return 0;
  }
  PENSTOCK_CHECK(out.capacity() >= out.size() + kReadablePadding);
  // What an earlier body left in the decoder must not matter, and the exact size is enough.
  std::string again;
  PENSTOCK_CHECK(decoder.decode(encoding, body, out.size(), again).has_value());
  PENSTOCK_CHECK(again == out);
  return 0;
}
