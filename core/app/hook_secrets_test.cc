#include "app/hook_secrets.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/process/run_file.h"
#include "support/temp_dir.h"

namespace penstock::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class HookSecretsTest : public ::testing::Test {
 protected:
  std::string file(const std::string& text) {
    std::ofstream(dir_.path("secret")) << text;
    return dir_.path("secret");
  }
  std::vector<adapter::Hook> read() {
    faults_.clear();
    return read_hooks(loaded_.config, faults_);
  }
  HookConfig& hook(const std::string& name) { return loaded_.config.hooks[name]; }

  const testing::TempDir dir_;
  LoadedConfig loaded_;
  std::vector<Contradiction> faults_;
};

TEST_F(HookSecretsTest, ReadsSecretsAsTheirSchemesWriteThem) {
  hook("a") = {"svix", "whsec_a2l0LXN2aXg=", "", ""};
  hook("b") = {"stripe", "whsec_a2l0LXN2aXg=", "", "shop"};
  hook("c") = {"github", "", file("in a file \r\n"), ""};
  const auto hooks = read();
  ASSERT_EQ(hooks.size(), 3u);
  EXPECT_EQ(hooks[0].secret, "kit-svix");
  EXPECT_EQ(hooks[1].secret, "whsec_a2l0LXN2aXg=");
  EXPECT_EQ(hooks[1].project, "shop");
  EXPECT_EQ(hooks[1].scheme, adapter::HookScheme::kStripe);
  EXPECT_EQ(hooks[2].secret, "in a file ");
  EXPECT_TRUE(faults_.empty());
}

TEST_F(HookSecretsTest, TellsWhatCannotBeUsedWithoutShowingIt) {
  hook("a") = {"github", "", dir_.path("absent"), ""};
  hook("b") = {"github", "", file("\n"), ""};
  hook("c") = {"svix", "whsec_not!base64", "", ""};
  EXPECT_TRUE(read().empty());
  ASSERT_EQ(faults_.size(), 3u);
  EXPECT_EQ(faults_[0].setting, "hooks.a.secret_file");
  EXPECT_THAT(faults_[0].what, HasSubstr("No such file"));
  EXPECT_EQ(faults_[1].what, "hooks.b.secret_file is empty");
  EXPECT_EQ(faults_[2].setting, "hooks.c.secret");
  EXPECT_THAT(faults_[2].what, Not(HasSubstr("not!base64")));
}

TEST_F(HookSecretsTest, AreTheIntakesAlone) {
  hook("a") = {"github", "", dir_.path("absent"), ""};
  loaded_.set_at["hooks.a.secret_file"] = "penstock.toml:3";
  for (const std::string_view program : {kWorkerProgram, kConsoleProgram}) {
    check_hook_secrets(program, loaded_);
  }
  EXPECT_TRUE(loaded_.faults.empty());
  check_hook_secrets(kIngestProgram, loaded_);
  check_hook_secrets("", loaded_);
  ASSERT_EQ(loaded_.faults.size(), 2u);
  EXPECT_EQ(loaded_.faults[0].where, "penstock.toml:3");
}

}  // namespace
}  // namespace penstock::app
