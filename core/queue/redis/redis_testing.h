// A real Redis and words for what Sidekiq keeps in it, for the tests of Sidekiq's parts.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <hiredis.h>

#include "base/clock.h"
#include "queue/redis/client.h"
#include "support/redis_server.h"

namespace penstock::queue {

class SidekiqRedisTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(redis_.start());
    options_.address = redis_.address();
    options_.key = "queue:low";
    options_.sidekiq_queue = "low";
    client_.emplace(options_, system_clock_);
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

  // From now on Redis refuses whatever needs memory.
  void make_full() {
    EXPECT_EQ(text({"CONFIG", "SET", "maxmemory", "1", "maxmemory-policy", "noeviction"}), "OK");
  }

  testing::RedisServer redis_;
  RedisOptions options_;
  SystemClock system_clock_;
  std::optional<RedisClient> client_;
};

}  // namespace penstock::queue
