#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "intake/key_rules.h"

// The first line is what a key is bound to, the rest an Origin or a Referer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::intake;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = text.find('\n');
  const std::string_view pattern = text.substr(0, end);
  const auto origin =
      read_origin(end == std::string_view::npos ? std::string_view() : text.substr(end + 1));

  const auto normal = normal_origin(pattern);
  if (!normal) return 0;
  PENSTOCK_CHECK(normal_origin(*normal) == normal);
  const auto wanted = read_origin_pattern(*normal);
  PENSTOCK_CHECK(wanted.has_value());
  if (origin && matches(*wanted, *origin)) {
    PENSTOCK_CHECK(origin->port == wanted->port);
    PENSTOCK_CHECK(origin->host.size() >= wanted->host.size());
  }
  return 0;
}
