// A verdict must not change when more bytes come, except from "more" to another.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "http/proxy_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = http::parse_proxy_header(bytes);
  if (whole && *whole) {
    PENSTOCK_CHECK((*whole)->bytes <= size);
    PENSTOCK_CHECK((*whole)->bytes <= http::kProxyHeaderBytesMax);
  }
  for (std::size_t taken = 0; taken < size; ++taken) {
    const auto part = http::parse_proxy_header(bytes.substr(0, taken));
    if (!part) {
      PENSTOCK_CHECK(!whole);
      break;
    }
    if (!*part) continue;
    PENSTOCK_CHECK(whole && *whole && (*whole)->bytes == (*part)->bytes);
    PENSTOCK_CHECK((*whole)->client == (*part)->client);
    PENSTOCK_CHECK((*part)->bytes <= taken);
    break;
  }
  return 0;
}
