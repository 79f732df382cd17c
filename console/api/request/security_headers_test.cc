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

TEST(SecurityHeaders, TellBrowsersToComeByTlsWhereThatIsWanted) {
  http::Response without;
  add_security_headers(without, Content::kPage, 0);
  EXPECT_FALSE(has(without, "Strict-Transport-Security"));
  http::Response with;
  add_security_headers(with, Content::kApi, 600);
  const auto header = std::find_if(with.headers.begin(), with.headers.end(), [](const auto& each) {
    return each.first == "Strict-Transport-Security";
  });
  ASSERT_NE(header, with.headers.end());
  EXPECT_EQ(header->second, "max-age=600");
}

}  // namespace
}  // namespace penstock::console
