#include <gtest/gtest.h>

#include "console/api/endpoints/key_parts.h"
#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

class Projects : public testing::StoredEvents {};

TEST_F(Projects, AreThoseOfKeysAndOfEvents) {
  ASSERT_TRUE(change_own_keys(console_.settings(), [](intake::Keys& keys) {
    keys.push_back(intake::make_key("shop", false, 1).entry);
    keys.push_back(intake::make_key("old", false, 1).entry);
    keys.back().revoked_at_ms = 2;
    keys.push_back(intake::make_key("old", false, 1).entry);
    keys.back().rules.expires_at_ms = testing::kEventsNow;
    return intake::KeysChange::kMade;
  }));
  const testing::Answer answer = get("/projects");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.body, R"({"projects":[{"name":"default","keys":0,"events":10},)"
                         R"({"name":"old","keys":0,"events":0},)"
                         R"({"name":"shop","keys":1,"events":0}]})");
}

}  // namespace
}  // namespace penstock::console
