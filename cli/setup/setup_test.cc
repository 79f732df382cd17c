#include "cli/setup/setup.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "cli/shared/run_testing.h"
#include "files/whole_file.h"
#include "support/redis_server.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

using ::testing::HasSubstr;

class SetupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(dir_.path("conf.d"));
    std::ofstream(dir_.path("penstock.toml")) << "[queue]\n";
  }
  Ran setup(std::vector<std::string> more) {
    static constexpr AddVerb kVerbs[] = {add_setup};
    std::vector<std::string> words = {"setup", "redis", "--config", dir_.path("penstock.toml")};
    words.insert(words.end(), more.begin(), more.end());
    return run_tool(kVerbs, words);
  }
  std::string text_of(const std::string& name) {
    return files::read_whole_file(dir_.path(name), 100'000).value_or("");
  }

  testing::TempDir dir_;
};

TEST_F(SetupTest, PrintsWithoutWriting) {
  const Ran ran = setup({"--print", "--memory", "64mb", "--fsync", "everysec"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("# ==> " + dir_.path("redis.conf") + "\n"));
  EXPECT_THAT(ran.out, HasSubstr("\nmaxmemory 64mb\n"));
  EXPECT_THAT(ran.out, HasSubstr("\nappendfsync everysec\n"));
  EXPECT_THAT(ran.out, HasSubstr("# ==> " + dir_.path("conf.d/50-redis.toml") + "\n"));
  EXPECT_FALSE(std::filesystem::exists(dir_.path("redis.conf")));
}

TEST_F(SetupTest, WritesBothFilesOnce) {
  const Ran ran = setup({});
  ASSERT_EQ(ran.code, 0) << ran.err;
  for (const char* name : {"redis.conf", "conf.d/50-redis.toml"}) {
    struct stat about {};
    ASSERT_EQ(::stat(dir_.path(name).c_str(), &about), 0) << name;
    EXPECT_EQ(about.st_mode & 0137U, 0U) << name;
  }
  const std::string before = text_of("redis.conf");
  EXPECT_THAT(before, HasSubstr("\nappendfsync always\n"));
  // It is never printed: the screen may be logged.
  const std::size_t at = before.find(" on >") + 5;
  EXPECT_THAT(ran.out, ::testing::Not(HasSubstr(before.substr(at, 43))));

  const Ran again = setup({});
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.err, HasSubstr("is there already"));
  EXPECT_EQ(text_of("redis.conf"), before);

  EXPECT_EQ(setup({"--force"}).code, 0);
  EXPECT_NE(text_of("redis.conf"), before);
}

TEST_F(SetupTest, RefusesWhatIsNoSizeAndNoPolicy) {
  EXPECT_EQ(setup({"--memory", "much"}).code, 2);
  EXPECT_EQ(setup({"--fsync", "no"}).code, 2);
}

TEST_F(SetupTest, ChecksTheRedisThatIsNamedOrConfigured) {
  testing::RedisServer redis({"--maxmemory", "100mb"});
  ASSERT_TRUE(redis.start());
  const std::string url = "redis+unix://" + redis.socket_path() + "?db=0";
  const Ran named = setup({"--check", url});
  EXPECT_EQ(named.code, 0) << named.out << named.err;
  EXPECT_THAT(named.out, HasSubstr("lacks nothing"));
  EXPECT_EQ(setup({"--set", "queue.url=" + url, "--check"}).code, 0);

  testing::RedisServer bare({"--appendonly", "no"});
  ASSERT_TRUE(bare.start());
  const Ran lacking = setup({"--check", "redis://127.0.0.1:" + std::to_string(bare.port()) + "/0"});
  EXPECT_EQ(lacking.code, 1);
  EXPECT_THAT(lacking.out, HasSubstr("CONFIG SET appendonly yes\n"));
  EXPECT_THAT(lacking.out, HasSubstr("CONFIG SET maxmemory 256mb\n"));
}

TEST_F(SetupTest, SaysWhyItCannotCheck) {
  EXPECT_THAT(setup({"--check"}).err, HasSubstr("queue.url is the spool"));
  const Ran ran = setup({"--check", "redis+unix://u:secret@" + dir_.path("none") + "?db=0"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("cannot be used"));
  EXPECT_THAT(ran.err, ::testing::Not(HasSubstr("secret")));
  EXPECT_EQ(setup({"--check", "http://x"}).code, 1);
}

}  // namespace
}  // namespace penstock::cli
