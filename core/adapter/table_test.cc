#include "adapter/table.h"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "event/limits.h"

namespace penstock::adapter {
namespace {

TEST(Table, HoldsProtocolsThatAreWhole) {
  std::set<std::string> names;
  std::set<std::string> routes;
  for (const Protocol* protocol : protocols()) {
    SCOPED_TRACE(protocol->name);
    EXPECT_TRUE(names.emplace(protocol->name).second);
    EXPECT_LE(protocol->name.size(), event::kSourceBytesMax);
    // It is a key of the configuration, a part of an environment variable's name and of a path.
    EXPECT_EQ(protocol->name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
              std::string_view::npos);
    EXPECT_NE(protocol->read, nullptr);
    EXPECT_NE(protocol->success, nullptr);
    EXPECT_NE(protocol->refusal, nullptr);
    EXPECT_FALSE(protocol->routes.empty());
    for (const Route& route : protocol->routes) {
      EXPECT_TRUE(route.pattern.starts_with('/') && !route.pattern.ends_with('/'));
      EXPECT_TRUE(
          routes.insert(std::string(to_text(route.method)) + " " + std::string(route.pattern))
              .second)
          << route.pattern;
    }
  }
}

}  // namespace
}  // namespace penstock::adapter
