#include "http/owned_head.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

TEST(OwnedHeadTest, OutlivesWhatItWasMadeFrom) {
  std::string target = "/drain/x?key=a";
  std::string value = "a value that is longer than what a string holds in place";
  std::vector<Header> headers{{"Host", "h"}, {"X-Long", value}};
  Request request;
  request.method = Method::kPut;
  request.target = target;
  request.path = request.target.substr(0, 8);
  request.query = request.target.substr(9);
  request.headers = headers;
  request.body = "{}";

  const OwnedHead owned(request);
  target.assign(target.size(), '#');
  value.assign(value.size(), '#');
  headers.clear();

  EXPECT_EQ(owned.request().method, Method::kPut);
  EXPECT_EQ(owned.request().target, "/drain/x?key=a");
  EXPECT_EQ(owned.request().path, "/drain/x");
  EXPECT_EQ(owned.request().query, "key=a");
  EXPECT_EQ(owned.request().header("x-long"),
            "a value that is longer than what a string holds in place");
  EXPECT_EQ(owned.request().headers.size(), 2u);
  EXPECT_EQ(owned.request().body, "");
}

}  // namespace
}  // namespace penstock::http
