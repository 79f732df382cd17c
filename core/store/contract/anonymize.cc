#include "store/contract/anonymize.h"

#include <algorithm>
#include <cstdint>

#include <arpa/inet.h>

namespace penstock::store {
namespace {

constexpr std::size_t kKeptBytesOfV6 = 6;

std::string text_of(int family, const void* address) {
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(family, address, text, sizeof text) != nullptr ? text : "";
}

}  // namespace

std::string anonymized_ip(std::string_view ip) {
  if (ip.empty() || ip.size() >= INET6_ADDRSTRLEN) return {};
  const std::string text(ip);

  std::uint8_t v4[4];
  if (inet_pton(AF_INET, text.c_str(), v4) == 1) {
    v4[3] = 0;
    return text_of(AF_INET, v4);
  }
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return {};
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    v6.s6_addr[15] = 0;
  } else {
    std::fill(std::begin(v6.s6_addr) + kKeptBytesOfV6, std::end(v6.s6_addr), std::uint8_t{0});
  }
  return text_of(AF_INET6, &v6);
}

}  // namespace penstock::store
