#include "queue/spool/dead_letters.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

TEST(DeadLetters, AreWrittenAsJson) {
  const std::string message("\xb5\0\x01", 3);

  const std::string json = to_json({message, "bad \"checksum\"\n", 1795515837312, "host:1:ab"});

  EXPECT_EQ(json, R"({"message":"tQAB","reason":"bad \"checksum\"\n","at":1795515837312,)"
                  R"("origin":"host:1:ab"})");
}

TEST(DeadLetters, StayJsonWhateverTheReasonQuotes) {
  const std::string json = to_json({"", "a\\b \xff \xc3\xa4", 0, "\xc3\xa4"});

  EXPECT_EQ(json, R"({"message":"","reason":"a\\b � ä","at":0,"origin":"ä"})");
}

TEST(DeadLetters, EncodeEveryLengthInBase64) {
  const struct {
    const char* bytes;
    const char* text;
  } cases[] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& c : cases) {
    std::string out;
    append_base64(out, c.bytes);
    EXPECT_EQ(out, c.text);
    EXPECT_EQ(parse_base64(c.text), c.bytes);
  }
}

TEST(DeadLetters, DecodeNothingButTheirOwnBase64) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  std::string text;
  append_base64(text, all);
  EXPECT_EQ(parse_base64(text), all);

  for (const char* foreign :
       {"Zg", "Zg=", "Zg\n=", "Z===", "====", "Zg==Zg==", "Zm9v\n", "Zm-v", "=AAA", "A=AA"}) {
    EXPECT_FALSE(parse_base64(foreign)) << foreign;
  }
}

TEST(DeadLetterFile, CountsWhatWasAdded) {
  testing::TempDir dir;
  DeadLetterFile letters(dir.path());
  EXPECT_EQ(letters.count().value(), 0U);
  EXPECT_FALSE(std::filesystem::exists(dir.path("dead.db")));

  ASSERT_TRUE(letters.add({std::string("\0x", 2), "reason", 5, "origin"}));
  ASSERT_TRUE(letters.add({"two", "reason", 6, "origin"}));

  EXPECT_EQ(letters.count().value(), 2U);
  auto database =
      sqlite::Database::open(dir.path("dead.db"), {.access = sqlite::Access::kReadOnly});
  auto rows = database->prepare("SELECT message, reason, at_ms, origin FROM letters ORDER BY id");
  ASSERT_TRUE(rows->step().value());
  EXPECT_EQ(rows->blob(0), std::string_view("\0x", 2));
  EXPECT_EQ(rows->text(1), "reason");
  EXPECT_EQ(rows->integer(2), 5);
  EXPECT_EQ(rows->text(3), "origin");
}

TEST(DeadLetterFile, ReportsWhereItCannotBeWritten) {
  DeadLetterFile letters("/proc/none");

  EXPECT_FALSE(letters.add({"m", "r", 0, "o"}));
}

}  // namespace
}  // namespace penstock::queue
