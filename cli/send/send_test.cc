#include "cli/send/send.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "app/process/run_file.h"
#include "cli/shared/run_testing.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

Ran run_send(const std::vector<std::string>& arguments) {
  static constexpr AddVerb kVerb[] = {add_send};
  return run_tool(kVerb, arguments);
}

TEST(Send, WritesEventsInsteadOfSendingThem) {
  const testing::TempDir dir;
  const Ran first = run_send({"send", "--count", "50", "--seed", "7", "--output", "-"});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(std::count(first.out.begin(), first.out.end(), '\n'), 50);
  EXPECT_NE(first.out.find("\"user_agent\":"), std::string::npos);

  const std::string file = dir.path("events.ndjson");
  EXPECT_EQ(run_send({"send", "--count", "50", "--seed", "7", "--output", file}).code, 0);
  std::ifstream in(file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), first.out);
}

TEST(Send, IsDifferentWithoutASeed) {
  const std::vector<std::string> arguments = {"send", "--count", "5", "--output", "-"};
  EXPECT_NE(run_send(arguments).out, run_send(arguments).out);
}

TEST(Send, FailsWhereNobodyListensAndSaysWhere) {
  const Ran ran = run_send({"send", "--count", "1", "--url", "http://127.0.0.1:1"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("http://127.0.0.1:1/v1/events"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("penstock status"), std::string::npos) << ran.err;
  EXPECT_NE(ran.out.find("accepted 0 of 1"), std::string::npos) << ran.out;
}

TEST(Send, GoesToTheIntakeOfItsStateDirectory) {
  const testing::TempDir dir;
  app::RunFile file;
  file.listen = {"127.0.0.1:1"};
  ASSERT_TRUE(app::write_run_file(dir.path(), app::kIngestProgram, file));
  const Ran ran = run_send({"send", "--count", "1", "--data", dir.path()});
  EXPECT_NE(ran.err.find("http://127.0.0.1:1/v1/events"), std::string::npos) << ran.err;
}

TEST(Send, SaysWhereItCannotWrite) {
  const Ran ran = run_send({"send", "--count", "1", "--output", "/nonexistent/folder/file"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("/nonexistent/folder/file"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace penstock::cli
