#include "app/config/hook_settings.h"

#include <gtest/gtest.h>

namespace penstock::app {
namespace {

std::string key_text(const std::optional<HookKey>& key) { return key ? key->name() : "none"; }

TEST(HookSettings, HaveNamesOfThreeParts) {
  EXPECT_EQ(key_text(hook_key_of_name("hooks.my-shop.secret")), "hooks.my-shop.secret");
  EXPECT_EQ(hook_key_of_name("hooks.a.secret")->table(), "hooks.a");
  for (const char* other : {"", "hooks", "hooks.a", "ingest.a.b", ".a.b"}) {
    EXPECT_EQ(key_text(hook_key_of_name(other)), "none") << other;
  }
}

TEST(HookSettings, AreToldByTheEndOfAVariable) {
  EXPECT_EQ(key_text(hook_key_of_variable("my_shop_secret")), "hooks.my_shop.secret");
  EXPECT_EQ(key_text(hook_key_of_variable("a_secret_file")), "hooks.a.secret_file");
  EXPECT_EQ(key_text(hook_key_of_variable("secret_scheme")), "hooks.secret.scheme");
  for (const char* other : {"", "a", "_secret", "a_other"}) {
    EXPECT_EQ(key_text(hook_key_of_variable(other)), "none") << other;
  }
}

TEST(HookSettings, AreTextsThatAreChecked) {
  Config config;
  const auto fault = [&](const char* key, Value value) {
    return assign_hook({"a", key}, std::move(value), config);
  };
  EXPECT_EQ(fault("scheme", std::string("stripe")), "");
  EXPECT_EQ(fault("secret", std::string("s")), "");
  EXPECT_EQ(fault("project", std::string("shop")), "");
  EXPECT_EQ(config.hooks["a"], (HookConfig{"stripe", "s", "", "shop"}));
  EXPECT_EQ(fault("scheme", std::string("paypal")),
            R"(hooks.a.scheme must be "github", "stripe", "slack", "svix" or "vercel")");
  EXPECT_EQ(fault("secret", std::int64_t{7}), "hooks.a.secret must be a text in quotes");
  EXPECT_EQ(fault("secret", std::string(1025, 'x')), "hooks.a.secret is longer than 1024 bytes");
  EXPECT_NE(fault("secret_file", std::string()), "");
  EXPECT_NE(fault("project", std::string(65, 'p')), "");
  EXPECT_EQ(fault("shceme", std::string("x")),
            "unknown key 'hooks.a.shceme'; a hook has scheme, secret, secret_file and project");
}

TEST(HookSettings, NameWhatIsMissing) {
  Config config;
  config.hooks["a"] = {"github", "s", "", ""};
  EXPECT_TRUE(hook_contradictions(config).empty());
  config.hooks["a"] = {"github", "s", "/f", ""};
  config.hooks["b"] = {};
  const auto found = hook_contradictions(config);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].setting, "hooks.a.secret_file");
  EXPECT_EQ(found[1].what,
            R"(hooks.b needs a scheme: "github", "stripe", "slack", "svix" or "vercel")");
  EXPECT_EQ(found[2].what, "hooks.b needs a secret or a secret_file");
  EXPECT_EQ(fault_of_hook_name("a b"),
            "'a b' is no name of a hook: 1 to 64 letters, digits, - and _ are");
}

}  // namespace
}  // namespace penstock::app
