#include "cli/import/run.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/hash.h"
#include "cli/import/bookmark.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

using ::testing::HasSubstr;

class RunTest : public ::testing::Test {
 protected:
  RunTest() { config_.state_dir = dir_.path(); }

  struct Ran {
    int code;
    std::string out;
    std::string err;
  };
  Ran run(const std::string& path) {
    ImportRun run;
    run.format = importing::format_named("combined");
    run.options.now_ms = SystemClock().wall_ms();
    run.files = {path};
    auto input = Input::open(path);
    EXPECT_TRUE(input);
    run.inputs.push_back(std::move(*input));
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = import_into_queue(std::move(run), config_);
    return {code, ::testing::internal::GetCapturedStdout(),
            ::testing::internal::GetCapturedStderr()};
  }
  std::string log(int lines) const {
    const std::string path = config_.state_dir + "/access.log";
    std::ofstream file(path);
    for (int i = 0; i < lines; ++i) {
      file << "192.0.2.7 - - [26/Nov/2024:12:43:04 +0000] \"GET /" << i
           << " HTTP/1.1\" 200 5 \"-\" \"UA\"\n";
    }
    return path;
  }
  Bookmark bookmark(const std::string& path) const {
    return Bookmark(config_.spool_path(), {"combined", "default", "", path});
  }

  testing::TempDir dir_;
  app::Config config_;
};

TEST_F(RunTest, ImportsAFileAndLeavesNoBookmark) {
  const std::string path = log(10);
  const Ran ran = run(path);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("imported 10 events of 10 rows"));
  EXPECT_FALSE(std::filesystem::exists(bookmark(path).path()));
}

TEST_F(RunTest, GoesOnFromItsBookmark) {
  const std::string path = log(10);
  ASSERT_EQ(run(path).code, 0);
  const std::string line =
      "192.0.2.7 - - [26/Nov/2024:12:43:04 +0000] \"GET /3 HTTP/1.1\" 200 5 \"-\" \"UA\"";
  ASSERT_TRUE(bookmark(path).write({0, 4, hash64(line)}));
  const Ran ran = run(path);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("behind row 4, where it was interrupted"));
  EXPECT_THAT(ran.out, HasSubstr("imported 6 events of 10 rows"));

  ASSERT_TRUE(bookmark(path).write({0, 4, 1}));
  const Ran changed = run(path);
  EXPECT_EQ(changed.code, 1);
  EXPECT_THAT(changed.err, HasSubstr("is not as it was when the import was interrupted"));
}

}  // namespace
}  // namespace penstock::cli
