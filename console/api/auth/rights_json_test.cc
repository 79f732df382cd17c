#include "console/api/auth/rights_json.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace penstock::console {
namespace {

Result<std::vector<ProjectRole>> read(std::string text) {
  reserve_padding(text);
  Result<std::vector<ProjectRole>> projects = std::vector<ProjectRole>();
  json::Reader reader;
  const auto done = reader.read(text, [&](json::Value& root) -> Result<void> {
    projects = read_project_roles(root);
    if (!projects) return fail(projects.error());
    return {};
  });
  if (!done) return fail(done.error());
  return projects;
}

TEST(RightsJson, ReadsWhatItWrites) {
  const Rights rights = *rights_in({{"b\"l\\og", Role::kViewer}, {"shop", Role::kAdmin}});
  const std::string text = projects_json(rights);
  EXPECT_EQ(text, R"([{"project":"b\"l\\og","role":"viewer"},{"project":"shop","role":"admin"}])");
  EXPECT_EQ(read_projects(text), rights);
  EXPECT_EQ(projects_json(Role::kViewer), "null");
}

// A file that somebody else has written to opens nothing.
TEST(RightsJson, WhatItDidNotWriteGivesNoRights) {
  for (const char* text :
       {"", "null", "[]", "{}", "[1]", "[{}]", "shop", R"([{"project":"shop"}])",
        R"([{"project":"shop","role":"root"}])", R"([{"role":"admin"}])",
        R"([{"project":"shop","role":"none"}])", R"([{"project":7,"role":"admin"}])",
        R"([{"project":"a","role":"admin"},{"project":"a","role":"admin"}])"}) {
    EXPECT_EQ(read_projects(text), Rights()) << text;
  }
}

TEST(RightsJson, OtherMembersArePassedOver) {
  const auto projects = read(R"([{"project":"shop","since":[{"x":1}],"role":"editor"}])");
  ASSERT_TRUE(projects);
  ASSERT_EQ(projects->size(), 1u);
  EXPECT_EQ(projects->front(), (ProjectRole{"shop", Role::kEditor}));
  EXPECT_FALSE(read(R"([{"project":"shop","role":"editor"},)"));
}

TEST(RightsJson, ALongListIsReadNoFurtherThanIsNeededToRefuseIt) {
  std::string text = "[";
  for (int i = 0; i < 5'000; ++i) {
    text += (i == 0 ? "" : ",") + std::string(R"({"project":"p)") + std::to_string(i) +
            R"(","role":"viewer"})";
  }
  const auto projects = read(text + "]");
  ASSERT_TRUE(projects);
  EXPECT_EQ(projects->size(), kProjectRolesMax + 1);
  EXPECT_FALSE(rights_in(*projects));
}

}  // namespace
}  // namespace penstock::console
