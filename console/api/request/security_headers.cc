#include "console/api/request/security_headers.h"

#include <algorithm>

#include "base/text.h"

namespace penstock::console {

namespace {

// Scripts, styles and data from here and from nowhere else; nothing inline.
constexpr const char* kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

}  // namespace

void add_security_headers(http::Response& response, Content content, std::int64_t hsts_seconds) {
  auto& headers = response.headers;
  headers.emplace_back("Content-Security-Policy", kContentPolicy);
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  headers.emplace_back("Referrer-Policy", "no-referrer");
  headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  headers.emplace_back("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  if (hsts_seconds > 0) {
    headers.emplace_back("Strict-Transport-Security", str_cat("max-age=", hsts_seconds));
  }
  const bool says_caching = std::any_of(headers.begin(), headers.end(), [](const auto& header) {
    return header.first == "Cache-Control";
  });
  if (content == Content::kApi && !says_caching) headers.emplace_back("Cache-Control", "no-store");
}

}  // namespace penstock::console
