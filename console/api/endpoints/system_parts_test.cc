#include "console/api/endpoints/system_parts.h"

#include <fstream>

#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;

using SystemParts = testing::StoredEvents;

TEST_F(SystemParts, ProgramsThatAreNotThereHaveCountedNothingKnown) {
  const Answer answer = get("/system/programs");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(answer.says(R"({"name":"penstock-worker","state":"absent","not_ready":[],)"
                          R"("version":null,"started_at":null,"resident_bytes":null,)"))
      << answer.body;
  EXPECT_TRUE(answer.says(R"("received":null)")) << answer.body;
  EXPECT_TRUE(answer.says(R"("stored":null)")) << answer.body;
}

TEST_F(SystemParts, TheStoreIsToldByDay) {
  const Answer answer = get("/system/store");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(answer.says(R"("days":[{"day":"2027-01-15","bytes":)")) << answer.body;
  EXPECT_TRUE(answer.says(R"("events":10})")) << answer.body;
  EXPECT_TRUE(answer.says(R"("outlook":{"bytes":)")) << answer.body;
}

TEST_F(SystemParts, ADayThatCannotBeReadHasNoNumberOfEvents) {
  const std::string day = console_.settings().store_path + "/2027-01-15.db";
  std::ofstream(day, std::ios::trunc) << std::string(8'192, 'x');
  const Answer answer = get("/system/store");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(answer.says(R"("events":null})")) << answer.body;
}

// What only administrators may see.
TEST_F(SystemParts, ConfigurationAndBundleAreNotForAll) {
  EXPECT_EQ(get("/system/configuration").status, 403);
  EXPECT_EQ(get("/system/bundle").status, 403);
  console_.add_user("root@x", Role::kAdmin);
  visitor_ = console_.sign_in("root@x");
  EXPECT_EQ(get("/system/configuration").body, R"({"settings":[]})");
  const Answer bundle = get("/system/bundle");
  EXPECT_EQ(bundle.status, 200) << bundle.body;
  EXPECT_EQ(bundle.header("Content-Disposition"),
            "attachment; filename=\"penstock-2027-01-15.json\"");
  for (const char* part : {"\"kernel\":\"Linux ", "\"programs\":[", "\"counts\":{", "\"queue\":{",
                           "\"store\":{", "\"settings\":["}) {
    EXPECT_TRUE(bundle.says(part)) << part << bundle.body;
  }
}

}  // namespace
}  // namespace penstock::console
