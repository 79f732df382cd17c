#include "intake/keys.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "crypto/secrets.h"
#include "files/newer_version.h"
#include "support/as_nobody.h"
#include "support/temp_dir.h"

namespace penstock::intake {
namespace {

class KeysTest : public ::testing::Test {
 protected:
  KeysTest() { crypto::start_crypto(); }

  void write(const std::string& text) const { std::ofstream(path_) << text; }

  testing::TempDir dir_;
  std::string path_ = dir_.path("keys.json");
};

// Puts `fresh` in the place of whatever is there.
Result<void> write_keys(const std::string& path, const Keys& fresh) {
  return change_keys(path, [&](Keys& keys) {
    keys = fresh;
    return KeysChange::kMade;
  });
}

TEST_F(KeysTest, AreNoneWithoutAFile) {
  const auto keys = read_keys(path_);
  ASSERT_TRUE(keys);
  EXPECT_TRUE(keys->empty());
}

TEST_F(KeysTest, ReadAsTheyWereWritten) {
  const NewKey shop = make_key("shop", true, 1234);
  NewKey old = make_key("blog", false, 5);
  old.entry.revoked_at_ms = 99;
  ASSERT_TRUE(write_keys(path_, {shop.entry, old.entry}));

  const auto keys = read_keys(path_);

  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_EQ((*keys)[0].id, shop.entry.id);
  EXPECT_EQ((*keys)[0].project, "shop");
  EXPECT_EQ((*keys)[0].hash, shop.entry.hash);
  EXPECT_TRUE((*keys)[0].server_side);
  EXPECT_EQ((*keys)[0].created_at_ms, 1234);
  EXPECT_EQ((*keys)[0].revoked_at_ms, 0);
  EXPECT_EQ((*keys)[1].revoked_at_ms, 99);
}

TEST_F(KeysTest, ReplaceTheFileAndHideItFromOthers) {
  write("[]");
  ASSERT_TRUE(write_keys(path_, {make_key("a", false, 1).entry}));
  ASSERT_TRUE(write_keys(path_, {}));

  EXPECT_TRUE(read_keys(path_)->empty());
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0007, 0u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir_.path()), {}), 2);  // And a lock.
}

TEST_F(KeysTest, AreNotWrittenWhereTheFolderIsMissing) {
  const auto written = write_keys(dir_.path("none/keys.json"), {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kConfiguration);
}

TEST_F(KeysTest, AreLeftAloneWhereNothingChanges) {
  write("[ ]");
  ASSERT_TRUE(change_keys(path_, [](Keys&) { return KeysChange::kNone; }));
  EXPECT_EQ(std::filesystem::file_size(path_), 3u);
  write("{");
  EXPECT_FALSE(change_keys(path_, [](Keys&) { return KeysChange::kMade; }));
  EXPECT_EQ(std::filesystem::file_size(path_), 1u);
}

TEST_F(KeysTest, KeepWhatManyChangeAtOnce) {
  constexpr int kWriters = 8;
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([this, i] {
      EXPECT_TRUE(change_keys(path_, [i](Keys& keys) {
        keys.push_back(make_key("p", false, i).entry);
        return KeysChange::kMade;
      }));
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(read_keys(path_)->size(), static_cast<std::size_t>(kWriters));
}

// The service's user owns the folder and plants a link where a draft could be.
TEST_F(KeysTest, OfRootAreTheFoldersOwners) {
  PENSTOCK_NEEDS_ROOT();
  testing::give_to_nobody(dir_.path());
  ASSERT_TRUE(write_keys(path_, {}));
  EXPECT_EQ(testing::owner_of(path_), testing::kNobody);
}

TEST_F(KeysTest, OfABrokenFileAreAFaultOfTheConfiguration) {
  const std::string hash(64, 'a');
  for (const std::string& text :
       {std::string("{"), std::string("{}"), std::string("[1]"), std::string("[{}]"),
        std::string(R"([{"hash":"abc","project":"p"}])"),
        R"([{"hash":")" + hash + R"(","project":""}])",
        R"([{"hash":")" + hash + R"(","project":7}])"}) {
    write(text);
    const auto keys = read_keys(path_);
    ASSERT_FALSE(keys) << text;
    EXPECT_EQ(keys.error().code, ErrorCode::kConfiguration) << text;
  }
}

TEST_F(KeysTest, MayHaveMembersOfANewerVersion) {
  write(R"([{"hash":")" + std::string(64, 'a') + R"(","project":"p","quota":{"a":[1]}}])");
  EXPECT_TRUE(read_keys(path_));
}

TEST_F(KeysTest, OfANewerVersionAreRefusedInWords) {
  for (const char* text : {R"({"version": 9, "keys": []})", R"({"keys": [{}], "version": 9})",
                           R"({"version": 9, "keys": [})"}) {
    write(text);
    const auto refused = read_keys(path_);
    ASSERT_FALSE(refused) << text;
    EXPECT_TRUE(files::is_newer_version(refused.error())) << text;
    EXPECT_NE(to_text(refused.error()).find("(9; this one knows 1)"), std::string::npos);
    EXPECT_FALSE(change_keys(path_, [](Keys&) { return KeysChange::kMade; }));
  }
  for (const char* text : {"{}", R"({"version": 1})", R"({"hash": "a"})", R"({"version": "9"})"}) {
    write(text);
    const auto refused = read_keys(path_);
    ASSERT_FALSE(refused) << text;
    EXPECT_FALSE(files::is_newer_version(refused.error())) << text;
    EXPECT_EQ(refused.error().code, ErrorCode::kConfiguration) << text;
  }
}

TEST_F(KeysTest, AreFoundByTheSecretAlone) {
  const NewKey key = make_key("shop", false, 1);
  KeyTable table({key.entry});

  for (int i = 0; i < 2; ++i) {  // Hashed the first time, remembered the second.
    const KeyEntry* found = table.find(key.key);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->project, "shop");
  }
  EXPECT_EQ(table.find(key.key + "x"), nullptr);
  EXPECT_EQ(table.find(""), nullptr);
  EXPECT_EQ(table.find(key.entry.hash), nullptr);
}

// Also where a valid entry of the same hash was put in by hand.
TEST_F(KeysTest, AreToldFromUnknownOnesOnceRevoked) {
  const NewKey key = make_key("shop", false, 1);
  KeyEntry revoked = key.entry;
  revoked.revoked_at_ms = 2;
  for (const Keys& keys : {Keys{revoked}, Keys{revoked, key.entry}, Keys{key.entry, revoked}}) {
    KeyTable table(keys);
    for (int i = 0; i < 2; ++i) {
      ASSERT_NE(table.find(key.key), nullptr);
      EXPECT_TRUE(table.find(key.key)->is_revoked());
    }
  }
}

TEST_F(KeysTest, OfOlderVersionsAreFound) {
  const std::string old = "pk_" + std::string(41, 'a') + "-_";
  KeyEntry entry;
  entry.hash = crypto::token_hash(old);
  entry.project = "shop";
  KeyTable table({entry});
  ASSERT_NE(table.find(old), nullptr);
  EXPECT_EQ(table.find(old)->project, "shop");
}

TEST_F(KeysTest, AreNotFoundWhateverElseIsSent) {
  const NewKey key = make_key("shop", false, 1);
  KeyTable table({key.entry});
  for (const std::string& sent :
       {key.key.substr(0, 45), " " + key.key, key.key + '\0', std::string("pk_"),
        std::string(1, '\0'), std::string(1 << 20, 'x'), std::string("\xff\xfe")}) {
    EXPECT_EQ(table.find(sent), nullptr);
  }
}

TEST_F(KeysTest, AreNoMoreThanTheLimit) {
  const auto written = write_keys(path_, Keys(kKeysMax + 1, make_key("shop", false, 1).entry));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kExhausted);
  EXPECT_TRUE(read_keys(path_)->empty());
}

TEST_F(KeysTest, LookAsTheyShould) {
  const NewKey key = make_key("shop", false, 1);
  EXPECT_EQ(key.key.size(), 46u);
  EXPECT_EQ(key.key.substr(0, 3), "pk_");
  EXPECT_TRUE(std::all_of(key.key.begin() + 3, key.key.end(), [](unsigned char c) {
    return std::isalnum(c) != 0;
  })) << key.key;
  EXPECT_EQ(key.entry.id, "k" + key.entry.hash.substr(0, 12));
  EXPECT_NE(make_key("shop", false, 1).key, key.key);
}

}  // namespace
}  // namespace penstock::intake
