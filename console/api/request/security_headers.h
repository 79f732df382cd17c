// The headers that every answer of the console carries, the page's and the API's.
#pragma once

#include <cstdint>

#include "http/message.h"

namespace penstock::console {

enum class Content : std::uint8_t { kPage, kApi };

// An answer of the API may not be kept by caches; what a page's file says of that stays. With
// `hsts_seconds`, which is for answers by TLS alone, browsers come back by TLS alone for that long.
void add_security_headers(http::Response& response, Content content, std::int64_t hsts_seconds = 0);

}  // namespace penstock::console
