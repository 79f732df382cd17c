// A real Redis, a consumer of its list, and words for what lies in it. For the tests of those parts
// that need one, Sidekiq's included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <hiredis.h>

#include "base/clock.h"
#include "base/error.h"
#include "queue/redis/client.h"
#include "queue/redis/consumer.h"
#include "support/redis_server.h"
#include "support/temp_dir.h"

namespace penstock::queue {

class RedisTest : public ::testing::Test {
 protected:
  // `arguments` as on redis-server's command line.
  explicit RedisTest(std::vector<std::string> arguments = {}) : redis_(std::move(arguments)) {
    options_.key = "events";
  }
  void SetUp() override {
    ASSERT_TRUE(redis_.start());
    options_.address = redis_.address();
    client_.emplace(options_, system_clock_);
  }

  // Not a process of this host, so that nobody is taken for dead.
  std::unique_ptr<RedisConsumer> consumer(const std::string& worker = "elsewhere:1:a") {
    return std::make_unique<RedisConsumer>(options_, SpoolOptions{dir_.path("spool"), 1, 1}, worker,
                                           system_clock_);
  }
  std::int64_t length() { return number({"LLEN", "events"}); }
  static std::vector<std::string> claim(RedisConsumer& consumer, std::size_t messages_max = 100) {
    auto claimed = consumer.claim(messages_max, 4 << 20, 0);
    EXPECT_TRUE(claimed) << (claimed ? "" : to_text(claimed.error()));
    return claimed ? claimed->messages : std::vector<std::string>();
  }
  RedisClient::Reply call(std::initializer_list<std::string_view> arguments) {
    auto reply = client_->call(arguments);
    EXPECT_TRUE(reply);
    return std::move(*reply);
  }
  std::int64_t number(std::initializer_list<std::string_view> arguments) {
    return call(arguments)->integer;
  }
  // "" for nil.
  std::string text(std::initializer_list<std::string_view> arguments) {
    const auto reply = call(arguments);
    return reply->str == nullptr ? "" : std::string(reply->str, reply->len);
  }
  std::vector<std::string> texts(std::initializer_list<std::string_view> arguments) {
    const auto reply = call(arguments);
    std::vector<std::string> all;
    for (std::size_t i = 0; i < reply->elements; ++i) {
      all.emplace_back(reply->element[i]->str, reply->element[i]->len);
    }
    return all;
  }

  // From now on Redis keeps which commands it ran.
  void watch_commands() {
    EXPECT_EQ(text({"CONFIG", "SET", "slowlog-log-slower-than", "0", "slowlog-max-len", "100000"}),
              "OK");
  }
  // How often a script was run by its name since then.
  int runs(const RedisScript& script) {
    const std::string name = text({"SCRIPT", "LOAD", script.text});
    const auto log = call({"SLOWLOG", "GET", "100000"});
    int count = 0;
    for (std::size_t i = 0; i < log->elements; ++i) {
      const redisReply& words = *log->element[i]->element[3];
      if (words.elements < 2 || words.element[0]->str != std::string_view("EVALSHA")) continue;
      count += words.element[1]->str == name ? 1 : 0;
    }
    return count;
  }

  // From now on Redis refuses whatever needs memory.
  void make_full() {
    EXPECT_EQ(text({"CONFIG", "SET", "maxmemory", "1", "maxmemory-policy", "noeviction"}), "OK");
  }

  testing::TempDir dir_;
  testing::RedisServer redis_;
  RedisOptions options_;
  SystemClock system_clock_;
  std::optional<RedisClient> client_;
};

class SidekiqRedisTest : public RedisTest {
 protected:
  SidekiqRedisTest() {
    options_.key = "queue:low";
    options_.sidekiq_queue = "low";
  }
};

}  // namespace penstock::queue
