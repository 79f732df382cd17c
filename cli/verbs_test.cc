#include "cli/verbs.h"

#include <gtest/gtest.h>

#include "app/config/version.h"
#include "cli/shared/run_testing.h"

namespace penstock::cli {
namespace {

TEST(Verbs, AreToldByHelp) {
  const Ran help = run_tool(verbs(), {"--help"});
  EXPECT_EQ(help.code, 0);
  for (const char* verb :
       {"up", "status", "tail", "send", "export", "user", "key", "queue", "store", "protocols"}) {
    EXPECT_NE(help.out.find(std::string("  ") + verb + " "), std::string::npos) << help.out;
  }
  EXPECT_EQ(run_tool(verbs(), {"--version"}).out, "penstock " + std::string(app::kVersion) + "\n");
}

TEST(Verbs, CallBadUsageBadUsage) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {},
           {"nonsense"},
           {"up", "surplus"},
           {"send", "--count", "0"},
           {"send", "--count", "x"},
           {"send", "--rate", "-1"},
           {"tail", "--count", "-1"},
           {"export", "--format", "xml"},
           {"export", "--from", "yesterday"},
           {"export", "--from", "2026-11-24", "--to", "2026-11-23"},
           {"user"},
           {"user", "add"},
           {"user", "add", "a@b.test", "--role", "owner"},
           {"key"},
           {"key", "create"},
           {"key", "revoke"},
           {"queue"},
           {"queue", "peek", "--count", "0"},
           {"queue", "dead", "--count", "x"},
           {"queue", "retry"},
           {"queue", "retry", "f1", "--all"},
           {"queue", "purge"},
           {"queue", "purge", "--yes"},
           {"queue", "purge", "--all"},
           {"status", "--set", "ingest.nonsense=1"},
           {"status", "--config", "/nonexistent/penstock.toml"}}) {
    const Ran ran = run_tool(verbs(), arguments);
    EXPECT_EQ(ran.code, 2) << (arguments.empty() ? "nothing" : arguments.back());
    EXPECT_NE(ran.err, "") << (arguments.empty() ? "nothing" : arguments.back());
  }
}

}  // namespace
}  // namespace penstock::cli
