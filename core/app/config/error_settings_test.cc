#include "app/config/error_settings.h"

#include <gtest/gtest.h>

namespace penstock::app {
namespace {

TEST(ErrorSettings, AreNamedByProjects) {
  EXPECT_EQ(error_project_of_name("errors.projects.shop"), "shop");
  EXPECT_EQ(error_project_of_name("errors.projects.a.b"), "a.b");
  for (const char* other : {"", "errors", "errors.projects", "errors.projects.", "hooks.a.b"}) {
    EXPECT_FALSE(error_project_of_name(other)) << other;
  }
  EXPECT_EQ(error_project_of_variable("projects_my_shop"), "my_shop");
  for (const char* other : {"", "projects", "projects_", "fingerprint_rules"}) {
    EXPECT_FALSE(error_project_of_variable(other)) << other;
  }
}

TEST(ErrorSettings, AreNumbersOfRulesThatThereAre) {
  Config config;
  const auto fault = [&](std::string_view project, Value value) {
    return assign_error_project(project, value, config);
  };
  EXPECT_EQ(fault("shop", std::int64_t{2}), "");
  EXPECT_EQ(fault("old", error_rules_of_text("1")), "");
  EXPECT_EQ(fault("new", std::int64_t{3}), "errors.projects.new is 3; it must be 1 to 2");
  EXPECT_EQ(fault("new", std::int64_t{0}), "errors.projects.new is 0; it must be 1 to 2");
  EXPECT_EQ(fault("new", error_rules_of_text("two")),
            "errors.projects.new must be a whole number, that of its rules: 1 to 2");
  EXPECT_EQ(fault("a b", std::int64_t{2}),
            "the name of a project in [errors.projects] holds spaces or control characters");
  EXPECT_EQ(fault("", std::int64_t{2}),
            "the name of a project in [errors.projects] must not be empty");
  EXPECT_EQ(fault(std::string(65, 'p'), std::int64_t{2}),
            "the name of a project in [errors.projects] is longer than 64 bytes");
  EXPECT_EQ(config.errors.projects,
            (std::map<std::string, std::int64_t, std::less<>>{{"old", 1}, {"shop", 2}}));
}

}  // namespace
}  // namespace penstock::app
