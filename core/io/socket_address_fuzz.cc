#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "io/socket_address.h"

// What is read is written back so that it reads the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using penstock::io::parse_socket_address;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto address = parse_socket_address(text);
  if (!address) return 0;
  const auto again = parse_socket_address(address->text());
  PENSTOCK_CHECK(again && again->text() == address->text() && again->port() == address->port());
  return 0;
}
