#include "cli/import/input.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

// "a\n" by gzip.
constexpr std::string_view kPacked(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\xe4\x02\x00\x07\xa1\xea\xdd\x02\x00\x00\x00", 22);

class InputTest : public ::testing::Test {
 protected:
  std::string file_of(std::string_view content) {
    const std::string path = str_cat(folder_, "/", ++count_);
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  // All of it; behind it "!" and the error where there is one.
  static std::string read_all(const std::string& path) {
    auto input = Input::open(path);
    if (!input) return "!" + to_text(input.error());
    std::string all;
    while (true) {
      const auto is_more = input->read([&all](std::string_view text) { all += text; });
      if (!is_more) return all + "!" + to_text(is_more.error());
      if (!*is_more) return all;
    }
  }

 private:
  testing::TempDir dir_;
  std::string folder_ = dir_.path();
  int count_ = 0;
};

TEST_F(InputTest, ReadsPlainAndPackedFiles) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += str_cat("line ", i, "\n");
  EXPECT_EQ(read_all(file_of(text)), text);
  EXPECT_EQ(read_all(file_of("ab")), "ab");
  EXPECT_EQ(read_all(file_of("")), "");
  EXPECT_EQ(read_all(file_of(kPacked)), "a\n");
  EXPECT_EQ(read_all(file_of(kPacked.substr(0, 15))), "a\n!unpack: the file is cut off");
}

TEST_F(InputTest, TellsWhatItCannotRead) {
  EXPECT_EQ(read_all(std::filesystem::temp_directory_path()), "!open: Is a directory");
  EXPECT_EQ(read_all("/nowhere/file"), "!open: No such file or directory");
  EXPECT_EQ(read_all(file_of("PK\x03\x04zip")), "!read: it is a zip archive; unpack it first");
}

}  // namespace
}  // namespace penstock::cli
