#include "queue/redis/options.h"

#include <gtest/gtest.h>

namespace penstock::queue {
namespace {

TEST(RedisUrl, FillsInWhatIsLeftOut) {
  const auto address = parse_redis_url("redis://redis.example");

  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "redis.example");
  EXPECT_EQ(address->port, 6379);
  EXPECT_EQ(address->database, 0U);
  EXPECT_EQ(address->unix_path, "");
}

TEST(RedisUrl, ReadsEveryPartDecoded) {
  const auto address = parse_redis_url("redis://in%3Agest:p%40ss%2F@10.0.0.7:6380/3");

  ASSERT_TRUE(address);
  EXPECT_EQ(address->user, "in:gest");
  EXPECT_EQ(address->password, "p@ss/");
  EXPECT_EQ(address->host, "10.0.0.7");
  EXPECT_EQ(address->port, 6380);
  EXPECT_EQ(address->database, 3U);
}

TEST(RedisUrl, ReadsAPasswordWithoutAUser) {
  const auto address = parse_redis_url("redis://:secret@[::1]:7000/");

  ASSERT_TRUE(address);
  EXPECT_EQ(address->user, "");
  EXPECT_EQ(address->password, "secret");
  EXPECT_EQ(address->host, "::1");
  EXPECT_EQ(address->port, 7000);
}

TEST(RedisUrl, ReadsAUnixSocket) {
  const auto address = parse_redis_url("redis+unix:///run/redis/a%20b.sock?db=2");

  ASSERT_TRUE(address);
  EXPECT_EQ(address->unix_path, "/run/redis/a b.sock");
  EXPECT_EQ(address->database, 2U);
}

TEST(RedisOptions, AreMadeOfTheUrlAndTheSettings) {
  QueueOptions options;
  options.url = "redis://h:6380/2";
  options.key = "events";
  options.timeout_ms = 300;
  options.memory_percent_max = 70;
  options.refuses_eviction = true;
  options.tls_ca = "/ca";
  options.tls_certificate = "/crt";
  options.tls_key = "/key";
  const auto native = redis_options(options);
  ASSERT_TRUE(native);
  EXPECT_EQ(native->address.port, 6380);
  EXPECT_EQ(native->key, "events");
  EXPECT_EQ(native->sidekiq_queue, "");
  EXPECT_EQ(native->timeout_ms, 300);
  EXPECT_EQ(native->memory_percent_max, 70U);
  EXPECT_TRUE(native->refuses_eviction);
  EXPECT_EQ(native->tls, (tls::ClientFiles{"/ca", "/crt", "/key"}));
  EXPECT_FALSE(native->address.is_tls);

  options.sidekiq_queue = "low";

  EXPECT_EQ(redis_options(options)->key, "queue:low");
  EXPECT_EQ(redis_options(options)->sidekiq_queue, "low");
}

TEST(RedisUrl, ShowsNoSecrets) {
  EXPECT_EQ(parse_redis_url("redis://u:secret@h:1/2")->text(), "redis://h:1/2");
  EXPECT_EQ(parse_redis_url("redis://:secret@[::1]")->text(), "redis://[::1]:6379/0");
  EXPECT_EQ(parse_redis_url("rediss://:secret@h")->text(), "rediss://h:6379/0");
  EXPECT_EQ(parse_redis_url("redis+unix:///s?db=1")->text(), "redis+unix:///s?db=1");
}

TEST(RedisUrl, NamesTheFaultyPart) {
  const struct {
    const char* url;
    const char* word;
  } cases[] = {
      {"", "scheme"},
      {"127.0.0.1:6379", "scheme"},
      {"http://h", "scheme"},
      {"rediss://", "host"},
      {"rediss://h/0?ssl_cert_reqs=none", "queue.tls_ca"},
      {"rediss+unix:///s", "scheme"},
      {"redis://", "host"},
      {"redis://:6379", "host"},
      {"redis://h:0", "port"},
      {"redis://h:65536", "port"},
      {"redis://h:port", "port"},
      {"redis://h/-1", "database"},
      {"redis://h/one", "database"},
      {"redis://h/0?x=1", "?"},
      {"redis://[::1", "]"},
      {"redis://[::1]x", "]"},
      {"redis://u%zz:p@h", "%XX"},
      {"redis://u%00:p@h", "%XX"},
      {"redis://user@h", "password"},
      {"redis+unix://", "path"},
      {"redis+unix:///", "path"},
      {"redis+unix://host/s", "host"},
      {"redis+unix:///s?database=1", "?db="},
  };
  for (const auto& c : cases) {
    const auto address = parse_redis_url(c.url);
    ASSERT_FALSE(address) << c.url;
    EXPECT_EQ(address.error().code, ErrorCode::kConfiguration) << c.url;
    EXPECT_NE(std::string_view(address.error().step).find(c.word), std::string_view::npos)
        << c.url << ": " << address.error().step;
  }
}

TEST(RedisUrl, SaysWhereAPercentSequenceIsFaulty) {
  const struct {
    const char* url;
    int offset;
  } cases[] = {
      {"redis://u%zz:p@h", 9},   {"redis://u:50%off@h", 12},  {"redis://u:p%@h", 11},
      {"redis://u:p%00@h", 11},  {"redis://u:p@h%2", 13},     {"redis+unix://u:%@/s", 15},
      {"redis+unix:///a%2", 15}, {"redis+unix:///a%00b", 15},
  };
  for (const auto& c : cases) {
    const auto address = parse_redis_url(c.url);
    ASSERT_FALSE(address) << c.url;
    EXPECT_EQ(address.error().native, c.offset) << c.url;
  }
}

}  // namespace
}  // namespace penstock::queue
