#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::TestConsole;

TEST(Queue, SaysWhatWaitsAndWhatItTakesOnDisk) {
  TestConsole console;
  console.add_user("ada@x", Role::kViewer);
  console.start();
  const auto visitor = console.sign_in("ada@x");
  Answer answer = console.ask("GET", "/api/v1/queue", visitor.headers());
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.says(R"({"kind":"spool","reachable":true,"depth":0,)")) << answer.body;
  EXPECT_TRUE(answer.says("\"dead\":0")) << answer.body;
  EXPECT_TRUE(answer.says("\"warnings\":[]")) << answer.body;

  const std::string folder = console.settings().spool_path + "/elsewhere";
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/file") << std::string(12'345, 'x');
  answer = console.ask("GET", "/api/v1/queue", visitor.headers());
  const std::size_t at = answer.body.find("\"spool_bytes\":");
  ASSERT_NE(at, std::string::npos) << answer.body;
  EXPECT_GE(std::stoull(answer.body.substr(at + 14)), 12'345u) << answer.body;
}

TEST(Queue, UnreachableIsNotEmpty) {
  TestConsole console;
  console.add_user("ada@x", Role::kViewer);
  console.use_redis_at_closed_port();
  console.start();
  const auto visitor = console.sign_in("ada@x");
  const Answer answer = console.ask("GET", "/api/v1/queue", visitor.headers());
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.says(R"("kind":"redis","reachable":false,"depth":null)")) << answer.body;
  EXPECT_NE(answer.member("detail"), "");
}

}  // namespace
}  // namespace penstock::console
