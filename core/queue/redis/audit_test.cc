#include "queue/redis/audit.h"

#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>

#include "queue/redis/redis_testing.h"

namespace penstock::queue {
namespace {

using ::testing::HasSubstr;

class RedisAuditTest : public RedisTest {
 protected:
  void SetUp() override {
    RedisTest::SetUp();
    EXPECT_EQ(text({"CONFIG", "SET", "maxmemory", "100mb"}), "OK");
  }
  // What is told: "what => fix", a line each.
  std::string told() {
    client_.emplace(options_, system_clock_);
    const auto lacks = audit_redis(*client_, options_);
    if (!lacks) return to_text(lacks.error());
    std::string all;
    for (const RedisLack& lack : *lacks) all += lack.what + " => " + lack.fix + "\n";
    return all;
  }
  // A command of words that spaces part.
  std::string answer(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    const auto reply = client_->call(std::vector<std::string_view>(words.begin(), words.end()));
    EXPECT_TRUE(reply);
    return !reply || (*reply)->str == nullptr ? "" : (*reply)->str;
  }
  void sign_in_as(const std::string& rules) {
    ASSERT_EQ(answer("ACL SETUSER u on >secret " + rules), "OK");
    options_.address.user = "u";
    options_.address.password = "secret";
  }
};

TEST_F(RedisAuditTest, FindsNothingAtOneThatIsWellAndLeavesNothing) {
  EXPECT_EQ(told(), "");
  EXPECT_EQ(number({"DBSIZE"}), 0);
  options_.sidekiq_queue = "low";
  EXPECT_EQ(told(), "");
  EXPECT_EQ(number({"DBSIZE"}), 0);
}

TEST_F(RedisAuditTest, TellsWhatWouldLoseEvents) {
  text({"CONFIG", "SET", "appendonly", "no", "maxmemory-policy", "allkeys-lru"});
  text({"CONFIG", "SET", "appendfsync", "no"});
  const std::string all = told();
  EXPECT_THAT(all, HasSubstr("=> CONFIG SET appendonly yes\n"));
  EXPECT_THAT(all, HasSubstr("it evicts (allkeys-lru)"));
  EXPECT_THAT(all, HasSubstr("=> CONFIG SET maxmemory-policy noeviction\n"));
  EXPECT_THAT(all, HasSubstr("=> CONFIG SET appendfsync everysec"));

  text({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_THAT(told(), HasSubstr("=> CONFIG SET maxmemory 256mb\n"));
  text({"REPLICAOF", "127.0.0.1", "1"});
  EXPECT_THAT(told(), HasSubstr("it is a replica"));
}

TEST_F(RedisAuditTest, TellsThatTheAppendOnlyFileIsReadByAUserWithoutRights) {
  EXPECT_EQ(answer("ACL SETUSER default -@all +@read +@write +info +eval +acl +config +ping"),
            "OK");
  EXPECT_THAT(told(), HasSubstr("=> ACL SETUSER default ~* &* +@all"));
}

TEST_F(RedisAuditTest, TellsThatItIsFull) {
  make_full();
  EXPECT_THAT(told(), HasSubstr("it is full =>"));
}

TEST_F(RedisAuditTest, TellsEachCommandThatTheUserMayNot) {
  sign_in_as("~* +@all -lpos -hset");
  EXPECT_EQ(told(),
            "user u may not LPOS => ACL SETUSER u +lpos\n"
            "user u may not HSET => ACL SETUSER u +hset\n");
}

TEST_F(RedisAuditTest, TellsOnceThatAKeyIsForbidden) {
  sign_in_as("~other:* +@all");
  const std::string all = told();
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 1) << all;
  EXPECT_TRUE(all.starts_with("user u may not use the key events:")) << all;
  EXPECT_THAT(all, HasSubstr("=> ACL SETUSER u ~events* ~queues\n"));
}

TEST_F(RedisAuditTest, TheRulesOfOursAreEnoughAndNoMore) {
  sign_in_as("~* " + redis_acl_commands());
  options_.sidekiq_queue = "low";
  EXPECT_EQ(told(), "");
  for (const char* line : {"FLUSHALL", "FLUSHDB", "CONFIG SET maxmemory 1", "KEYS *", "ACL LIST",
                           "SHUTDOWN", "SCRIPT FLUSH", "SAVE", "REPLICAOF no one", "MONITOR"}) {
    EXPECT_TRUE(answer(line).starts_with("NOPERM")) << line;
  }
}

}  // namespace
}  // namespace penstock::queue
