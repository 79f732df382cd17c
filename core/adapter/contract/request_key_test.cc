#include "adapter/contract/request_key.h"

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

std::string user_of(std::string_view value) {
  const http::Header headers[] = {{"authorization", value}};
  http::Request request;
  request.headers = headers;
  std::string scratch = "before";
  return std::string(basic_user(request, scratch));
}

TEST(RequestKey, IsTheUserOfBasic) {
  EXPECT_EQ(user_of("Basic cGtfMTo="), "pk_1");
  EXPECT_EQ(user_of("basic cGtfMTpzZWNyZXQ"), "pk_1");
  EXPECT_EQ(user_of("Basic cGtfMQ=="), "pk_1");
  for (const std::string_view none :
       {"", "Basic", "Basic ", "Basic {}", "Bearer cGtfMTo=", "Basic Og=="}) {
    EXPECT_EQ(user_of(none), "") << none;
  }
}

std::string key_of(std::string_view value) {
  const http::Header headers[] = {{"authorization", value}};
  http::Request request;
  request.headers = headers;
  std::string scratch;
  return std::string(basic_key(request, scratch));
}

TEST(RequestKey, IsTheUserOrThePasswordOfBasic) {
  EXPECT_EQ(key_of("Basic cGtfMTp4"), "pk_1");          // pk_1:x
  EXPECT_EQ(key_of("Basic cGtfMTpwa18y"), "pk_1");      // pk_1:pk_2
  EXPECT_EQ(key_of("Basic dXNlcjpwa18x"), "pk_1");      // user:pk_1
  EXPECT_EQ(key_of("Basic OnNlY3JldA=="), "secret");    // :secret
  EXPECT_EQ(key_of("Basic dXNlcjpzZWNyZXQ="), "user");  // user:secret
  EXPECT_EQ(key_of("Basic dXNlcg=="), "user");
  EXPECT_EQ(key_of("Bearer x"), "");
}

TEST(RequestKey, StandsInTheQuery) {
  http::Request request;
  request.query = "a=1&api%5Fkey=p%6B+1&api_key=2";
  std::string scratch;
  EXPECT_EQ(query_value(request, "api_key", scratch), "pk 1");
  EXPECT_EQ(query_value(request, "b", scratch), "");
}

TEST(RequestKey, TakesASiteThatIsAKey) {
  static constexpr Rule kRules[] = {{"site", Place::kSeen}};
  constexpr Rules kTable(kRules);
  Workspace workspace{Random(1)};
  Item item(kTable, workspace, workspace.draft);
  item.take_pair("site", "shop.example");
  take_key_of_site(item, "site");
  EXPECT_EQ(item.text(Place::kKey), "");
  EXPECT_EQ(item.text_at("site"), "shop.example");
  item.start();
  item.take_pair("site", "pk_1");
  take_key_of_site(item, "site");
  EXPECT_EQ(item.text(Place::kKey), "pk_1");
  EXPECT_EQ(item.text_at("site"), "");
}

}  // namespace
}  // namespace penstock::adapter
