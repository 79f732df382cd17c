#include "cli/backup/manifest.h"

#include <cerrno>

#include <gtest/gtest.h>

#include "files/whole_file.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

class ManifestTest : public ::testing::Test {
 protected:
  Result<Manifest> read(const std::string& text) {
    EXPECT_TRUE(files::write_whole_file(dir_.path("manifest.json"), text, {}).has_value());
    return read_manifest(dir_.path());
  }
  testing::TempDir dir_;
};

TEST_F(ManifestTest, IsReadAsItWasWritten) {
  Manifest made;
  made.version = "1.2.3";
  made.made_at = "2026-11-24T10:00:00.000Z";
  made.owner = "penstock";
  made.files = {{"events/2026-11-24.db", 4096}, {"keys.json", 0}};
  made.left_out = {"/var/lib/penstock/events/2026-11-23.db"};
  const auto manifest = read(manifest_text(made));
  ASSERT_TRUE(manifest.has_value());
  EXPECT_EQ(manifest->format, kBackupFormat);
  EXPECT_EQ(manifest->version, made.version);
  EXPECT_EQ(manifest->made_at, made.made_at);
  EXPECT_EQ(manifest->owner, made.owner);
  EXPECT_EQ(manifest->files, made.files);
  EXPECT_EQ(manifest->left_out, made.left_out);
}

TEST_F(ManifestTest, OfALaterVersionMayHaveMembersThatWeDoNotKnow) {
  const auto manifest = read(R"({"format":2,"files":[{"name":"x","hash":[1]}],"more":{}})");
  ASSERT_TRUE(manifest.has_value());
  EXPECT_EQ(manifest->format, 2);
}

TEST_F(ManifestTest, RefusesWhatIsNone) {
  EXPECT_EQ(read_manifest(dir_.path()).error().native, ENOENT);
  for (const char* text : {"", "{}", "[]", "{\"format\":1", R"({"format":"1"})",
                           R"({"format":1,"files":[{"name":"../../etc/passwd","bytes":1}]})",
                           R"({"format":1,"files":[{"name":"/etc/passwd","bytes":1}]})",
                           R"({"format":1,"files":[{"bytes":1}]})"}) {
    EXPECT_FALSE(read(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace penstock::cli
