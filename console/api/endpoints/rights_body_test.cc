#include "console/api/endpoints/rights_body.h"

#include <string>

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace penstock::console {
namespace {

std::optional<Rights> read(std::string body, http::Response* refusal = nullptr) {
  reserve_padding(body);
  http::Response unread;
  return read_rights(body, refusal != nullptr ? *refusal : unread);
}

TEST(RightsBody, IsARoleOrProjects) {
  EXPECT_EQ(read(R"({"email":"x","role":"editor"})"), Rights(Role::kEditor));
  EXPECT_EQ(read(R"({"role":"viewer","projects":null})"), Rights(Role::kViewer));
  EXPECT_EQ(read(R"({"role":null,"projects":[{"project":"shop","role":"admin"}]})"),
            *rights_in({{"shop", Role::kAdmin}}));
}

TEST(RightsBody, SaysWhatIsWrong) {
  const auto fault = [](std::string body) {
    http::Response refusal;
    EXPECT_FALSE(read(std::move(body), &refusal));
    EXPECT_EQ(refusal.status, 400);
    return refusal.body;
  };
  EXPECT_NE(fault("{}").find("role: it is missing"), std::string::npos);
  EXPECT_NE(fault(R"({"role":"root"})").find("role: viewer, editor or admin"), std::string::npos);
  EXPECT_NE(fault(R"({"role":["viewer"]})").find("role: viewer"), std::string::npos);
  EXPECT_NE(fault(R"({"projects":[]})").find("name a project at least"), std::string::npos);
  EXPECT_NE(fault(R"({"projects":["shop"]})").find("projects: expected [{"), std::string::npos);
  EXPECT_NE(fault(R"({"role":"viewer","projects":[{"project":"a","role":"viewer"}]})")
                .find("a role is one everywhere, or"),
            std::string::npos);
  EXPECT_NE(fault(R"({"role":"viewer")").find("invalid_json"), std::string::npos);
  EXPECT_NE(fault("[]").find("invalid_json"), std::string::npos);
}

}  // namespace
}  // namespace penstock::console
