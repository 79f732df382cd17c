#include "console/api/endpoints/error_answers.h"

#include <gtest/gtest.h>

#include "console/api/errors/error_testing.h"
#include "console/api/errors/group_state.h"

namespace penstock::console {
namespace {

std::string text_of(const ErrorGroup& group, const GroupInRange* in_range) {
  std::string text;
  json::Writer writer(text);
  write_group(writer, group, in_range);
  return text;
}

TEST(ErrorAnswers, SayNullForWhatIsUnknown) {
  const ErrorGroup group = new_group(testing::error_at(7, "f"));
  const std::string text = text_of(group, nullptr);
  for (const char* name : {"level", "first_release", "state_at", "state_by", "after_release",
                           "mute_until_count", "mute_hour_max", "reopened_at", "assignee"}) {
    EXPECT_NE(text.find(str_cat("\"", name, "\":null")), std::string::npos) << name << text;
  }
  EXPECT_EQ(text.find("\"events\""), std::string::npos);
  const GroupInRange nothing;
  EXPECT_NE(text_of(group, &nothing).find(R"("events":null,"users":null,"trend":null)"),
            std::string::npos);
  GroupInRange counted;
  counted.events = 4;
  EXPECT_NE(text_of(group, &counted).find(R"("events":4,"users":null)"), std::string::npos);
  counted.trend = GroupTrend{{60}, {5}, {2}, 5, 2};
  EXPECT_NE(text_of(group, &counted)
                .find(R"("events":5,"users":2,"trend":{"t":[60],"events":[5],"users":[2]})"),
            std::string::npos);
}

}  // namespace
}  // namespace penstock::console
