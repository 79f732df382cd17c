#include "adapter/drain/vercel.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "base/text.h"
#include "crypto/hmac.h"

namespace penstock::adapter {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kProxy =
    R"("proxy":{"timestamp":1795603461123,"method":"GET","scheme":"https","host":"shop.example",)"
    R"("path":"/api/cart?x=1","userAgent":["Own/1.0"],"referer":"https://ref.example/",)"
    R"("statusCode":200,"clientIp":"203.0.113.9","region":"fra1"})";

std::string line_of(std::string_view message) {
  return str_cat(R"({"id":"5970fc7c","source":"lambda","host":"shop.example",)"
                 R"("timestamp":1795603461123,"path":"/api/cart","level":"error",)"
                 R"("statusCode":200,)",
                 message, kProxy, "}");
}

std::string signed_with(std::string_view secret, std::string_view body) {
  std::string hex;
  append_hex(hex, crypto::hmac_sha1(secret, body));
  return hex;
}

class VercelTest : public ::testing::Test {
 protected:
  VercelTest() { probe_.origin.is_server_side = true; }
  event::Record only(std::string_view body) {
    const auto got = probe_.post("/drain/vercel", body);
    EXPECT_EQ(got.events.size(), 1u) << body;
    return got.events.empty() ? event::Record() : got.events[0];
  }

  ProtocolProbe probe_{kVercelProtocol};
};

TEST_F(VercelTest, WantsASignatureWhereOneIsConfigured) {
  OneHook hooks;
  hooks.hook = {"vercel", HookScheme::kVercel, "secret", "shop"};
  probe_.hooks = &hooks;
  const std::string body = "[" + line_of(R"("message":"a",)") + "]";
  const std::string good = signed_with("secret", body);
  for (const std::string path : {"/drain/vercel", "/drain/vercel/vercel"}) {
    const auto got = probe_.post(path, body, {{"x-vercel-signature", good}});
    EXPECT_EQ(got.outcome.status, 200) << path;
    EXPECT_EQ(got.events.size(), 1u) << path;
  }
  EXPECT_EQ(hooks.projects, (std::vector<std::string>{"shop", "shop"}));
  for (const std::string& bad : {signed_with("other", body), std::string()}) {
    const auto got = probe_.post("/drain/vercel", body, {{"x-vercel-signature", bad}});
    EXPECT_EQ(got.outcome.status, 401);
    EXPECT_EQ(got.outcome.error, "bad_signature");
    EXPECT_TRUE(got.events.empty());
  }
  EXPECT_EQ(hooks.projects.size(), 2u);
}

TEST_F(VercelTest, WantsNoSignatureOfANameThatIsNotConfigured) {
  OneHook hooks;
  hooks.hook = {"gh", HookScheme::kGithub, "secret", ""};
  probe_.hooks = &hooks;
  const std::string body = "[" + line_of(R"("message":"a",)") + "]";
  EXPECT_EQ(probe_.post("/drain/vercel/other", body).events.size(), 1u);
  const auto of_another_scheme = probe_.post("/drain/vercel/gh", body);
  EXPECT_EQ(of_another_scheme.outcome.status, 404);
  EXPECT_TRUE(of_another_scheme.events.empty());
}

TEST_F(VercelTest, ReadsALineOfAFunction) {
  const event::Record record = only("[" + line_of(R"("message":"START ü",)") + "]");
  EXPECT_EQ(record.source, "vercel");
  EXPECT_EQ(record.kind, "log");
  EXPECT_EQ(record.name, "lambda");
  EXPECT_EQ(record.url, "https://shop.example/api/cart?x=1");
  EXPECT_EQ(record.referrer, "https://ref.example/");
  EXPECT_EQ(record.ip, "203.0.113.9");
  EXPECT_EQ(record.user_agent, "Own/1.0");
  EXPECT_EQ(record.occurred_at_ms, 1'795'603'461'123);
  EXPECT_THAT(record.properties, HasSubstr(kProxy));
  for (const char* kept : {R"("id":"5970fc7c")", R"("level":"error")", R"("message":"START ü")",
                           R"("host":"shop.example")", R"("source":"lambda")"}) {
    EXPECT_THAT(record.properties, HasSubstr(kept));
  }
  EXPECT_EQ(record.id, only(line_of("")).id);
}

TEST_F(VercelTest, TellsRequestsFromLines) {
  EXPECT_EQ(only(line_of("")).name, "request");
  EXPECT_EQ(only(line_of(R"("message":"",)")).kind, "event");
  const event::Record build =
      only(R"({"id":"a","source":"build","host":"shop.example","timestamp":1795603461143,)"
           R"("message":"m","type":"stdout"})");
  EXPECT_EQ(build.kind, "log");
  EXPECT_EQ(build.name, "build");
  EXPECT_EQ(build.url, "");
}

TEST_F(VercelTest, ReadsLines) {
  const auto got = probe_.post("/drain/vercel", line_of("") + "\n{\"id\":\n" + line_of("") + "\n");
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_EQ(got.events.size(), 2u);
  EXPECT_EQ(got.outcome.rejected.size(), 1u);
}

}  // namespace
}  // namespace penstock::adapter
