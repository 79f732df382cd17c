#include "console/api/request/security_headers.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace penstock::console {
namespace {

bool has(const http::Response& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& header) { return header.first == name; });
}

TEST(SecurityHeaders, AreOnPagesAndOnAnswers) {
  for (const Content content : {Content::kPage, Content::kApi}) {
    http::Response response;
    add_security_headers(response, content);
    for (const char* name : {"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy",
                             "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"}) {
      EXPECT_TRUE(has(response, name)) << name;
    }
    EXPECT_EQ(has(response, "Cache-Control"), content == Content::kApi);
  }
}

}  // namespace
}  // namespace penstock::console
