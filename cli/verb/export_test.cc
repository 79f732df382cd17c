#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "cli/verb/verb_testing.h"
#include "event/id.h"
#include "store/backends.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

constexpr std::int64_t kNoonMs = 1'795'521'600'000;  // 2026-11-24T12:00:00Z.

class Export : public ::testing::Test {
 protected:
  // Three events, an hour apart, of two projects.
  Export() {
    store::StoreOptions options;
    options.path = dir_.path("events");
    const ManualClock clock(kNoonMs + 3 * 3'600'000);
    auto store = store::open_event_store(options, clock);
    EXPECT_TRUE(store);
    event::IdMaker ids{Random(1)};
    std::vector<event::Row> rows(3);
    const char* names[] = {"first", "=second", "third"};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      event::Record& record = rows[i].record;
      record.occurred_at_ms = kNoonMs + static_cast<std::int64_t>(i) * 3'600'000;
      record.received_at_ms = record.occurred_at_ms;
      record.id = ids.make(record.occurred_at_ms);
      record.project = i == 2 ? "shop" : "default";
      record.source = "events";
      record.name = names[i];
      record.properties = R"({"a":1})";
    }
    EXPECT_TRUE((*store)->store(rows));
  }

  Ran run_export(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"export", "--data", dir_.path()});
    return run_tool(arguments);
  }

  const testing::TempDir dir_;
};

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// What can be read is written; that it is not all is told, and is no success.
TEST_F(Export, NamesTheDaysThatCannotBeRead) {
  std::ofstream(dir_.path("events/2026-11-23.db")) << "hello";
  const Ran ran = run_export({});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(lines_of(ran.out), 3u) << ran.out;
  EXPECT_NE(ran.err.find("2026-11-23"), std::string::npos) << ran.err;
  EXPECT_EQ(run_export({"--from", "2026-11-24"}).code, 0);
}

TEST_F(Export, WritesEverythingOldestFirst) {
  const Ran ran = run_export({});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(lines_of(ran.out), 3u) << ran.out;
  EXPECT_LT(ran.out.find("\"first\""), ran.out.find("\"=second\""));
  EXPECT_LT(ran.out.find("\"=second\""), ran.out.find("\"third\""));
}

TEST_F(Export, KeepsToARangeAndAProject) {
  const Ran range = run_export({"--from", "2026-11-24T13:00:00Z", "--to", "2026-11-24T14:00:00Z"});
  EXPECT_EQ(lines_of(range.out), 1u) << range.out;
  EXPECT_NE(range.out.find("=second"), std::string::npos) << range.out;
  const Ran project = run_export({"--project", "shop"});
  EXPECT_EQ(lines_of(project.out), 1u) << project.out;
  EXPECT_EQ(lines_of(run_export({"--from", "2026-11-25"}).out), 0u);
}

TEST_F(Export, WritesCsvThatASpreadsheetMayOpen) {
  const Ran ran = run_export({"--format", "csv"});
  EXPECT_EQ(lines_of(ran.out), 4u) << ran.out;
  EXPECT_EQ(ran.out.substr(0, 11), "id,project,");
  EXPECT_NE(ran.out.find(",'=second,"), std::string::npos) << ran.out;
}

TEST_F(Export, LeavesAWholeFileThatOnlyItsOwnerReads) {
  const std::string file = dir_.path("out.ndjson");
  EXPECT_EQ(run_export({"--output", file}).code, 0);
  std::ifstream in(file);
  EXPECT_EQ(lines_of({std::istreambuf_iterator<char>(in), {}}), 3u);
  struct stat info {};
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(Export, MarksTheByteOrderForExcel) {
  const Ran ran = run_export({"--format", "csv", "--excel"});
  EXPECT_EQ(ran.out.substr(0, 14), "\xef\xbb\xbfid,project,");
  EXPECT_EQ(run_export({"--excel"}).code, 2);
}

TEST_F(Export, SaysWhereItCannotWrite) {
  const Ran ran = run_export({"--output", dir_.path("no/such/folder/out")});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("No such file"), std::string::npos) << ran.err;
}

// An export of nothing must not pass for one of everything.
TEST(ExportOfNothing, FailsAndSaysSo) {
  const testing::TempDir dir;
  const Ran ran = run_tool({"export", "--data", dir.path()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err.find(dir.path("events") + " is not there yet: penstock-worker makes it"),
            std::string::npos)
      << ran.err;
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

}  // namespace
}  // namespace penstock::cli
