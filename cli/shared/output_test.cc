#include "cli/shared/output.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/as_nobody.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

namespace fs = std::filesystem;

Result<void> write_all(const std::string& path, std::string_view text) {
  auto output = Output::open(path);
  if (!output) return fail(output.error());
  PENSTOCK_TRY(output->write(text));
  return output->finish();
}

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Output, IsAWholeFileOrNone) {
  const testing::TempDir dir;
  std::ofstream(dir.path("out")) << "before";
  {
    auto output = Output::open(dir.path("out"));
    ASSERT_TRUE(output && output->write("half"));
  }
  EXPECT_EQ(text_of(dir.path("out")), "before");
  ASSERT_TRUE(write_all(dir.path("out"), "now"));
  EXPECT_EQ(text_of(dir.path("out")), "now");
  EXPECT_EQ(testing::mode_of(dir.path("out")), 0600u);
}

TEST(Output, GoesIntoAFifo) {
  const testing::TempDir dir;
  ASSERT_EQ(::mkfifo(dir.path("fifo").c_str(), 0600), 0);
  const files::Descriptor reader(::open(dir.path("fifo").c_str(), O_RDONLY | O_NONBLOCK));
  ASSERT_TRUE(write_all(dir.path("fifo"), "text"));
  char bytes[16];
  EXPECT_EQ(::read(reader.get(), bytes, sizeof bytes), 4);
  EXPECT_TRUE(fs::is_fifo(dir.path("fifo")));
}

TEST(Output, GoesIntoADevice) {
  EXPECT_TRUE(write_all("/dev/null", "text"));
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_EQ(write_all("/dev/full", "text").error().native, ENOSPC);
  const testing::TempDir dir;
  fs::create_symlink("/dev/null", dir.path("link"));
  EXPECT_TRUE(write_all(dir.path("link"), "text"));
  EXPECT_TRUE(fs::is_symlink(dir.path("link")));
}

TEST(Output, ReplacesNoLinkAndNoFolder) {
  const testing::TempDir dir;
  std::ofstream(dir.path("victim")) << "precious";
  fs::create_symlink("victim", dir.path("link"));
  fs::create_symlink("none", dir.path("dangling"));
  fs::create_directory(dir.path("folder"));
  for (const char* name : {"link", "dangling", "folder"}) {
    EXPECT_FALSE(write_all(dir.path(name), "text")) << name;
  }
  EXPECT_EQ(text_of(dir.path("victim")), "precious");
  EXPECT_TRUE(fs::is_symlink(dir.path("link")));
  EXPECT_FALSE(fs::exists(dir.path("none")));
}

TEST(Output, OfRootGoesNowhereThatAnotherHasPrepared) {
  PENSTOCK_NEEDS_ROOT();
  const testing::TempDir dir;
  ASSERT_EQ(::mkfifo(dir.path("fifo").c_str(), 0666), 0);
  fs::create_symlink("/dev/null", dir.path("link"));
  for (const char* name : {"", "fifo", "link"}) testing::give_to_nobody(dir.path(name));
  const files::Descriptor reader(::open(dir.path("fifo").c_str(), O_RDONLY | O_NONBLOCK));
  EXPECT_FALSE(write_all(dir.path("fifo"), "text"));
  EXPECT_FALSE(write_all(dir.path("link"), "text"));
  ASSERT_TRUE(write_all(dir.path("file"), "text"));
  EXPECT_EQ(testing::owner_of(dir.path("file")), 0u);
}

}  // namespace
}  // namespace penstock::cli
