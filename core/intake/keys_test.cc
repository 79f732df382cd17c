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
#include "files/whole_file.h"
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

// A version that does not know rules takes the key for revoked, and not for one without rules.
TEST_F(KeysTest, WithRulesAreRevokedForOlderVersions) {
  NewKey made = make_key("shop", false, 1234);
  made.entry.name = "the shop's page";
  made.entry.rules = {600, {"https://shop.example"}, {"10.0.0.0/8"}, 99'000};
  const NewKey free = make_key("shop", false, 0);
  ASSERT_TRUE(write_keys(path_, {made.entry, free.entry}));
  const std::string text = *files::read_whole_file(path_, 1 << 20);
  EXPECT_NE(text.find(R"("created_at":1234,"revoked_at":1234,"rules":{"quota":600,)"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("rules", text.find(free.entry.hash)), std::string::npos);

  auto keys = read_keys(path_);
  ASSERT_TRUE(keys);
  EXPECT_FALSE((*keys)[0].is_revoked());
  EXPECT_EQ((*keys)[0].name, "the shop's page");
  EXPECT_EQ((*keys)[0].rules, made.entry.rules);
  EXPECT_TRUE((*keys)[1].rules.is_empty());

  (*keys)[0].revoked_at_ms = 7;
  ASSERT_TRUE(write_keys(path_, *keys));
  EXPECT_EQ((*read_keys(path_))[0].revoked_at_ms, 7);
  EXPECT_EQ((*read_keys(path_))[0].rules, made.entry.rules);
}

TEST_F(KeysTest, WithARuleOfANewerVersionAreRevoked) {
  const std::string key = R"([{"hash":")" + std::string(64, 'a') + R"(","project":"p",)";
  write(key + R"("revoked_at":5,"rules":{"quota":1,"revoked_at":0,"moon":[{"full":1}]}}])");
  const auto keys = read_keys(path_);
  ASSERT_TRUE(keys) << to_text(keys.error());
  EXPECT_TRUE(keys->front().is_revoked());
  for (const char* rules : {R"({"quota":-1})", R"({"origins":["x"]})", R"({"addresses":["x"]})",
                            R"({"origins":"https://x"})", "7"}) {
    write(key + R"("rules":)" + rules + "}]");
    ASSERT_FALSE(read_keys(path_)) << rules;
    EXPECT_EQ(read_keys(path_).error().code, ErrorCode::kConfiguration) << rules;
  }
}

TEST_F(KeysTest, AreRotatedWithAnOverlap) {
  NewKey old = make_key("shop", true, 1);
  old.entry.name = "backend";
  old.entry.rules = {60, {"https://a.example"}, {}, 0};
  const NewKey fresh = rotate_key(old.entry, 1'000, 10'000);
  EXPECT_EQ(old.entry.rules.expires_at_ms, 11'000);
  EXPECT_FALSE(old.entry.is_revoked());
  EXPECT_EQ(fresh.entry.name, "backend");
  EXPECT_TRUE(fresh.entry.server_side);
  EXPECT_EQ(fresh.entry.rules, (KeyRules{60, {"https://a.example"}, {}, 0}));
  EXPECT_NE(fresh.key, old.key);
  static_cast<void>(rotate_key(old.entry, 5'000, 10'000));  // Ends no later by that.
  EXPECT_EQ(old.entry.rules.expires_at_ms, 11'000);
  static_cast<void>(rotate_key(old.entry, 0, 10'500));
  EXPECT_EQ(old.entry.revoked_at_ms, 10'500);
}

TEST_F(KeysTest, OfTwoFilesAreOneList) {
  const NewKey first = make_key("first", false, 1);
  const NewKey second = make_key("second", false, 1);
  KeyEntry ended = first.entry;
  ended.project = "other";
  ended.revoked_at_ms = 9;
  Keys keys = {first.entry};
  add_keys(keys, {ended, second.entry, second.entry});
  ASSERT_EQ(keys.size(), 3u);
  EXPECT_EQ(keys[0].project, "first");
  EXPECT_EQ(keys[0].revoked_at_ms, 9);
  EXPECT_EQ(keys[1].project, "second");
}

TEST_F(KeysTest, OfOthersAreAdoptedAsTheyAre) {
  const auto entry = adopt_key("shop", "phc_0123456789", 5);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->hash, crypto::token_hash("phc_0123456789"));
  EXPECT_EQ(entry->id, "k" + entry->hash.substr(0, 12));
  EXPECT_EQ(entry->created_at_ms, 5);
  for (const std::string& none :
       {std::string("short"), std::string(129, 'x'), std::string("with a space"),
        std::string("caf\xc3\xa9-caf\xc3\xa9")}) {
    EXPECT_FALSE(adopt_key("shop", none, 5)) << none;
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
