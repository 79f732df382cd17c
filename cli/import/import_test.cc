#include "cli/import/import.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/shared/run_testing.h"

namespace penstock::cli {
namespace {

using ::testing::HasSubstr;

constexpr AddVerb kVerbs[] = {add_import};
constexpr const char* kLine =
    "192.0.2.7 - - [26/Nov/2024:12:43:04 +0000] \"GET /a HTTP/1.1\" 200 5 \"-\" \"UA\"\n";

TEST(ImportVerb, TellsWhatIsMisused) {
  EXPECT_THAT(run_tool(kVerbs, {"import", "what", "-"}).err, HasSubstr("there is no format what"));
  EXPECT_EQ(run_tool(kVerbs, {"import", "what", "-"}).code, 2);
  EXPECT_EQ(run_tool(kVerbs, {"import", "combined"}).code, 2);
  EXPECT_EQ(run_tool(kVerbs, {"import", "access-log", "-"}).code, 2);
  EXPECT_EQ(run_tool(kVerbs, {"import", "combined", "-", "--timezone", "No/Where"}).code, 2);
  EXPECT_EQ(run_tool(kVerbs, {"import", "combined", "-", "--project", ""}).code, 2);
}

TEST(ImportVerb, TriesWithoutWriting) {
  const Ran ran =
      run_tool(kVerbs, {"import", "COMBINED", "-", "--dry-run"}, std::string(kLine) + "nonsense\n");
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("\"url\":\"/a\""));
  EXPECT_THAT(ran.out, HasSubstr("would import 1 event of 2 rows, from 2024-11-26T12:43:04.000Z"));
  EXPECT_THAT(ran.err, HasSubstr("standard input: line 2: is not of the format"));
  EXPECT_EQ(run_tool(kVerbs, {"import", "combined", "-", "--dry-run"}, "nonsense\n").code, 1);
  EXPECT_THAT(run_tool(kVerbs, {"import", "combined", "/", "--dry-run"}).err,
              HasSubstr("cannot read /: open: Is a directory"));
}

}  // namespace
}  // namespace penstock::cli
