#include "queue/redis/topology.h"

#include <vector>

#include <gtest/gtest.h>

namespace penstock::queue {
namespace {

struct Told final : RedisTopology {
  Result<RedisAddress> next_address() override { return RedisAddress(); }
  void on_redirect(const RedisAddress& to) override { redirects.push_back(to.text()); }
  void on_failover() override { ++failovers; }
  std::vector<std::string> redirects;
  int failovers = 0;
};

TEST(RedisTopology, IsToldWhatErrorsSayAboutThePlace) {
  Told told;
  for (const char* text :
       {"MOVED 3999 10.0.0.7:6381", "ASK 3999 ::1:6382", "READONLY You can't write",
        "MASTERDOWN Link", "OOM command", "MOVED", "MOVED 1 :6", "ASK 1 host:0", "ERR x"}) {
    learn_from_error(told, text);
  }
  EXPECT_EQ(told.redirects,
            (std::vector<std::string>{"redis://10.0.0.7:6381/0", "redis://[::1]:6382/0"}));
  EXPECT_EQ(told.failovers, 2);
}

TEST(RedisTopology, OfAFixedAddressStays) {
  RedisAddress address;
  address.host = "redis.example";
  const auto fixed = fixed_topology(address);

  fixed->on_redirect(RedisAddress());
  fixed->on_failover();

  EXPECT_EQ(fixed->next_address()->host, "redis.example");
}

}  // namespace
}  // namespace penstock::queue
