#include <optional>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/text.h"
#include "queue/redis/network.h"
#include "support/redis_server.h"
#include "support/run_until.h"

namespace penstock::queue {
namespace {

using testing::run_until;
using Opened = Result<std::unique_ptr<RedisWire>>;

class SystemConnectorTest : public ::testing::Test, private RedisWireEvents {
 protected:
  const Opened& open(std::string_view address) {
    outcome_.reset();
    underway_ = system_connector().open(loop_, *io::parse_socket_address(address),
                                        [this](Opened wire) { outcome_.emplace(std::move(wire)); });
    EXPECT_FALSE(outcome_);
    EXPECT_TRUE(run_until(loop_, [this] { return outcome_.has_value(); }));
    return *outcome_;
  }
  RedisWire& wire() {
    (**outcome_)->start(*this);
    return ***outcome_;
  }
  void on_bytes(std::string_view bytes) override { received_ += bytes; }
  void on_closed(const Error& error) override { closed_ = error; }

  io::Loop loop_;
  std::unique_ptr<Underway> underway_;
  std::optional<Opened> outcome_;
  std::string received_;
  std::optional<Error> closed_;
};

TEST_F(SystemConnectorTest, CarriesBytesBothWaysOverSocketAndTcp) {
  testing::RedisServer redis;
  ASSERT_TRUE(redis.start());
  for (const std::string& address :
       {str_cat("unix:", redis.socket_path()), str_cat("127.0.0.1:", redis.port())}) {
    ASSERT_TRUE(open(address));
    received_.clear();
    RedisCommand ping(1);
    ping.add("PING");
    wire().write(std::move(ping));
    EXPECT_TRUE(run_until(loop_, [this] { return received_ == "+PONG\r\n"; }));
    EXPECT_EQ((**outcome_)->unsent_bytes(), 0U);
  }
  redis.kill();
  EXPECT_TRUE(run_until(loop_, [this] { return closed_.has_value(); }));
}

TEST_F(SystemConnectorTest, FailsWhereNobodyListens) {
  EXPECT_EQ(open(str_cat("127.0.0.1:", testing::free_port())).error().native, UV_ECONNREFUSED);
  EXPECT_EQ(open("unix:/nowhere/at/all").error().native, UV_ENOENT);
}

// The kernel refuses such an address before anything is sent.
TEST_F(SystemConnectorTest, FailsLaterWhereTheSystemRefusesAtOnce) {
  EXPECT_FALSE(open("255.255.255.255:1"));
  EXPECT_FALSE(open("[ff02::1]:1"));
}

TEST_F(SystemConnectorTest, GivesItsSocketAway) {
  testing::RedisServer redis;
  ASSERT_TRUE(redis.start());
  ASSERT_TRUE(open(str_cat("127.0.0.1:", redis.port())));
  auto socket = (**outcome_)->take_socket();
  ASSERT_TRUE(socket);
  outcome_.reset();

  ASSERT_EQ(::write(socket->get(), "PING\r\n", 6), 6);
  char reply[16] = {};
  EXPECT_TRUE(run_until(loop_, [&] { return ::read(socket->get(), reply, sizeof reply) == 7; }));
}

TEST_F(SystemConnectorTest, TellsNothingOnceItIsDropped) {
  bool is_told = false;
  const auto port = testing::free_port();
  auto underway =
      system_connector().open(loop_, *io::parse_socket_address(str_cat("127.0.0.1:", port)),
                              [&](const Opened&) { is_told = true; });
  underway.reset();
  io::Timer later(loop_, [this] { loop_.stop(); });
  later.start_once(5);
  loop_.run();
  EXPECT_FALSE(is_told);
}

}  // namespace
}  // namespace penstock::queue
