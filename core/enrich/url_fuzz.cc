// Parts of any URL are views of known memory, of bounded length, and free of what they may not
// hold.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "enrich/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using penstock::enrich::kUtmBytesMax;
  const std::string_view url(reinterpret_cast<const char*>(data), size);
  penstock::enrich::TextArena arena;
  const auto parts = penstock::enrich::split_url(url, arena);
  PENSTOCK_CHECK(parts.host.size() <= 253);
  PENSTOCK_CHECK(parts.host.find_first_of("/?#@ \\ABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
                 std::string_view::npos);
  PENSTOCK_CHECK(parts.path.find_first_of("?#") == std::string_view::npos);
  PENSTOCK_CHECK(parts.path.size() <= size + 1);
  for (const auto value : {parts.utm_source, parts.utm_medium, parts.utm_campaign}) {
    PENSTOCK_CHECK(value.size() <= kUtmBytesMax);
  }
  return 0;
}
