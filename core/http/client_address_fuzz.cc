// An address that was read is written in a form that reads as itself, and a walk through any header
// ends at an address that is not trusted, or at the end.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "http/client_address.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock;
  using http::Address;
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  if (const auto address = Address::parse(text)) {
    const auto again = Address::parse(address->text());
    PENSTOCK_CHECK(again && *again == *address);
  }

  static const auto trusted = http::NetworkList::parse({"127.0.0.0/8", "10.0.0.0/9", "fd00::/8"});
  PENSTOCK_CHECK(trusted.has_value());
  const Address peer = *Address::parse("127.0.0.1");
  const Address client = http::client_address(peer, text, *trusted);
  const bool is_at_end = trusted->contains(client);
  PENSTOCK_CHECK(is_at_end || text.find_first_of(".:") != std::string_view::npos);

  const auto list = http::NetworkList::parse({std::string(text)});
  if (list && !text.empty()) (void)list->contains(peer);
  return 0;
}
