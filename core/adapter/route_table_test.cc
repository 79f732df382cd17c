#include "adapter/route_table.h"

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

using http::Method;
using Kind = http::Match::Kind;

std::string_view protocol_at(const RouteTable& table, Method method, std::string_view path) {
  const RouteTable::Found found = table.find(method, path);
  return found.kind == Kind::kFound ? protocols()[found.protocol]->name : "";
}

TEST(RouteTable, FindsARouteBySeveralPaths) {
  const RouteTable table(default_switches());
  for (const char* path :
       {"/v1/events", "/v1/events/", "/events/v1/events", "/events/v1/events/"}) {
    EXPECT_EQ(protocol_at(table, Method::kPost, path), "events") << path;
  }
  EXPECT_EQ(protocol_at(table, Method::kHead, "/v1/pixel.gif"), "pixel");
  for (const char* path : {"", "/", "//", "/v1", "/v1/events//", "/pixel/v1/events",
                           "/events/events/v1/events", "v1/events", "/V1/events"}) {
    EXPECT_EQ(table.find(Method::kPost, path).kind, Kind::kNoSuchPath) << path;
  }
}

TEST(RouteTable, KnowsTheSecondRouteOfAPath) {
  const RouteTable table(default_switches());
  EXPECT_EQ(table.find(Method::kGet, "/v1/collect").route, 0u);
  EXPECT_EQ(table.find(Method::kPost, "/collect/v1/collect/").route, 1u);
}

TEST(RouteTable, SaysWhatAPathTakes) {
  const RouteTable table(default_switches());
  for (const char* path : {"/v1/collect", "/v1/collect/", "/collect/v1/collect"}) {
    const RouteTable::Found found = table.find(Method::kPut, path);
    EXPECT_EQ(found.kind, Kind::kWrongMethod) << path;
    EXPECT_EQ(found.allow, "GET, HEAD, POST, OPTIONS");
    EXPECT_EQ(table.options_of(path).methods, "GET, HEAD, POST, OPTIONS");
  }
  EXPECT_EQ(table.options_of("/v1/events").methods, "POST, OPTIONS");
  EXPECT_EQ(table.options_of("/v1/events").headers, kCorsHeaders);
  EXPECT_EQ(table.options_of("/nowhere").methods, "GET, HEAD, POST, OPTIONS");
}

TEST(RouteTable, HasNoRouteOfAProtocolThatIsOff) {
  ProtocolSwitches switches = default_switches();
  switches[1] = false;
  const RouteTable table(switches);
  EXPECT_EQ(table.find(Method::kGet, "/v1/pixel.gif").kind, Kind::kNoSuchPath);
  EXPECT_EQ(table.find(Method::kGet, "/pixel/v1/pixel.gif").kind, Kind::kNoSuchPath);
  EXPECT_EQ(protocol_at(table, Method::kPost, "/v1/events"), "events");
}

}  // namespace
}  // namespace penstock::adapter
