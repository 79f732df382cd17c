// PROXY protocol, versions 1 and 2 (HAProxy's proxy-protocol.txt, 2020): the address of the real
// client, sent by a proxy ahead of the first request.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "http/client_address.h"

namespace penstock::http {

struct ProxyHeader {
  std::size_t bytes;              // Length of the header; the request follows.
  std::optional<Address> client;  // Nullopt for LOCAL and UNKNOWN: use the socket's peer.
};

// A v1 line has at most 107 bytes; a v2 header is read up to this, TLVs included.
inline constexpr std::size_t kProxyHeaderBytesMax = 2048;

// Nullopt while more bytes are needed. kRejected for bytes that begin no such header or break it.
Result<std::optional<ProxyHeader>> parse_proxy_header(std::string_view bytes);

}  // namespace penstock::http
